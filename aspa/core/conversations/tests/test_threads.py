"""Channels in which a message says itself what it continues, and machines that write."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from aspa.core.conversations import intake, joining, lifecycle
from aspa.core.conversations.models import Conversation, ConversationLink, Event, Message
from aspa.core.inboxes.channel import Claim, Sender
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent, Identity
from aspa.kit import clock
from tests.cast import inbound, says, visitor

pytestmark = pytest.mark.django_db

EVA = Sender(Claim("email", "eva@home.example", "dkim"), name="Eva", language="fi")
CLAIMED = Sender(Claim("email", "eva@home.example"))
DOUBTED = Sender(Claim("email", "eva@home.example", doubted=True))


def test_what_continues_nothing_begins_something_new(mailbox: Inbox) -> None:
    first, second = says(mailbox, "Missing parcel", sender=EVA), says(mailbox, "Another matter", sender=EVA)
    assert first.conversation.pk != second.conversation.pk
    assert first.conversation.contact_id == second.conversation.contact_id


def test_what_continues_a_conversation_joins_it(mailbox: Inbox) -> None:
    first, other = says(mailbox, "Missing parcel", sender=EVA), says(mailbox, "Another matter", sender=EVA)
    again = says(mailbox, "And?", sender=EVA, conversation_id=first.conversation.pk)
    assert again.conversation.pk == first.conversation.pk != other.conversation.pk


def test_mails_of_one_batch_join_in_their_order(mailbox: Inbox) -> None:
    first = says(mailbox, "Missing parcel", sender=EVA).conversation
    batch = [inbound(mailbox, text, sender=EVA, conversation_id=first.pk) for text in ("one", "two", "three")]
    assert {answer.conversation.pk for answer in intake.receive(batch) if isinstance(answer, intake.Received)} == {
        first.pk
    }
    texts = Message.objects.filter(conversation=first, kind="incoming").order_by("pk").values_list("text", flat=True)
    assert list(texts) == ["Missing parcel", "one", "two", "three"]


def test_another_brands_conversation_is_never_joined(
    mailbox: Inbox, other_inbox: Inbox, conversation: Conversation
) -> None:
    theirs = Inbox.objects.create(brand=other_inbox.brand, name="Mail", channel="mail")
    got = says(theirs, "Let me in", sender=EVA, conversation_id=conversation.pk)
    assert got.conversation.pk != conversation.pk
    assert got.conversation.brand_id == other_inbox.brand_id


def test_an_unknown_conversation_begins_something_new(mailbox: Inbox) -> None:
    assert says(mailbox, "Hello", sender=EVA, conversation_id=987654).is_new


def test_a_merged_conversation_leads_to_where_it_went(mailbox: Inbox, ada: Agent) -> None:
    first, second = (says(mailbox, text, sender=EVA).conversation for text in ("one", "two"))
    joining.merge(first, into=second, by=ada)
    assert says(mailbox, "And?", sender=EVA, conversation_id=first.pk).conversation.pk == second.pk


def test_an_ended_conversation_is_opened_again(mailbox: Inbox) -> None:
    first = says(mailbox, "Missing parcel", sender=EVA).conversation
    lifecycle.customer_ends(first)
    got = says(mailbox, "Not yet, after all", sender=EVA, conversation_id=first.pk)
    assert got.conversation.pk == first.pk
    assert got.conversation.status == "open"


def test_long_after_its_end_a_linked_one_begins(mailbox: Inbox) -> None:
    first = says(mailbox, "Missing parcel", sender=EVA).conversation
    lifecycle.customer_ends(first)
    with time_machine.travel(clock.now() + intake.REOPENS_FOR + dt.timedelta(days=1), tick=False):
        late = says(mailbox, "One more thing", sender=EVA, conversation_id=first.pk).conversation
    assert late.pk != first.pk
    link = ConversationLink.objects.get()
    assert (link.source_id, link.target_id, link.kind) == (late.pk, first.pk, "continues")


def test_somebody_else_with_the_thread_writes_as_themselves(mailbox: Inbox) -> None:
    first = says(mailbox, "Missing parcel", sender=EVA).conversation
    friend = Sender(Claim("email", "friend@home.example", "dkim"), name="Friend")
    got = says(mailbox, "I saw it", sender=friend, conversation_id=first.pk)
    assert got.conversation.pk == first.pk
    assert got.conversation.contact_id == first.contact_id != got.message.contact_id


def test_a_chat_whose_visitor_left_an_address_goes_on_by_mail_and_back(inbox: Inbox, mailbox: Inbox) -> None:
    told = Sender(visitor("dee"), claims=(Claim("email", "eva@home.example"),))
    chat = says(inbox, "hi", sender=told).conversation
    mail = says(mailbox, "From the train", sender=EVA, conversation_id=chat.pk)
    assert mail.conversation.pk == chat.pk
    assert mail.message.contact_id == chat.contact_id
    assert mail.message.inbox_id == mailbox.pk
    assert Identity.objects.get(contact=chat.contact_id, kind="email").verified_how == "dkim"
    assert says(inbox, "home again", sender=told).conversation.pk == chat.pk


def test_a_mere_claim_finds_only_somebody_as_unproven(mailbox: Inbox) -> None:
    first = says(mailbox, "one", sender=CLAIMED).conversation
    assert says(mailbox, "two", sender=CLAIMED).conversation.contact_id == first.contact_id
    proven = says(mailbox, "three", sender=EVA).conversation
    assert proven.contact_id != first.contact_id
    assert says(mailbox, "four", sender=DOUBTED).conversation.contact_id not in (first.contact_id, proven.contact_id)


def test_a_claim_never_finds_who_has_proved_it(mailbox: Inbox) -> None:
    proven = says(mailbox, "one", sender=EVA).conversation
    assert says(mailbox, "two", sender=CLAIMED).conversation.contact_id != proven.contact_id


def test_a_doubted_sender_in_a_proven_thread_is_a_stranger(mailbox: Inbox) -> None:
    first = says(mailbox, "one", sender=EVA).conversation
    got = says(mailbox, "two", sender=DOUBTED, conversation_id=first.pk)
    assert got.conversation.pk == first.pk
    assert got.message.contact_id != first.contact_id


def test_a_machines_word_wakes_nobody(mailbox: Inbox, ada: Agent) -> None:
    first = says(mailbox, "Missing parcel", sender=EVA).conversation
    lifecycle.customer_ends(first)
    first.refresh_from_db()
    away = says(mailbox, "I am away", sender=EVA, conversation_id=first.pk, automatic=True)
    first.refresh_from_db()
    assert away.message.is_automatic
    assert away.conversation.pk == first.pk
    assert (first.status, first.waiting_since, first.preview) == ("closed", None, "Missing parcel")
    assert Event.objects.filter(kind="reopened").count() == 0


def test_spam_is_set_aside_at_once(mailbox: Inbox) -> None:
    got = says(mailbox, "Cheap watches", sender=EVA, spam="X-Spam-Flag: YES").conversation
    got.refresh_from_db()
    assert (got.status, got.closed_how, got.closed_reason) == ("closed", "spam", "X-Spam-Flag: YES")


def test_a_suspicious_word_in_a_known_conversation_is_not_hidden(mailbox: Inbox) -> None:
    first = says(mailbox, "Missing parcel", sender=EVA).conversation
    got = says(mailbox, "And?", sender=EVA, conversation_id=first.pk, spam="X-Spam-Flag: YES").conversation
    got.refresh_from_db()
    assert (got.pk, got.status) == (first.pk, "open")


def test_who_holds_the_link_is_the_customer_of_that_very_conversation(inbox: Inbox) -> None:
    first = says(inbox, "Where is it?").conversation
    lifecycle.customer_ends(first)
    newer = says(inbox, "Another matter", another=True).conversation
    nobody = Sender(Claim("", ""))
    again = says(inbox, "And?", sender=nobody, conversation_id=first.pk, by_link=True)
    assert (again.conversation.pk, again.message.contact_id) == (first.pk, first.contact_id)
    assert newer.pk != first.pk
    (lost,) = intake.receive([inbound(inbox, "Hello?", sender=nobody, conversation_id=newer.pk + 1, by_link=True)])
    assert isinstance(lost, intake.NotReceived)
