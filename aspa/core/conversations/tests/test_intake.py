"""The one door in."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aspa.core.conversations import intake, joining, lifecycle, reading, replies
from aspa.core.conversations.models import Attachment, Conversation, ConversationLink, Event, Message
from aspa.core.conversations.tests.conftest import upload
from aspa.core.inboxes.channel import Claim, Sender
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent, Contact, Identity
from aspa.kit.ids import token_hash
from tests.cast import inbound, says, visitor

pytestmark = pytest.mark.django_db

Status = Conversation.Status


def test_a_stranger_becomes_a_contact(inbox: Inbox) -> None:
    contact = says(inbox, "hi", who="eva").conversation.contact
    assert (contact.name, contact.language, contact.brand_id) == ("Eva", "en", inbox.brand_id)
    assert contact.identities.get().is_verified


def test_a_message_makes_conversation_and_event(inbox: Inbox, dee: Contact) -> None:
    got = says(inbox, "  Where is my\r\nparcel?\x00 ")
    got.conversation.refresh_from_db()
    assert got.is_new
    assert got.message.text == "Where is my\nparcel?"
    assert got.message.contact_id == dee.pk
    event = Event.objects.get()
    assert (event.kind, event.message_id, event.by_contact) == ("received", got.message.pk, True)
    found = got.conversation
    assert (found.status, found.preview, found.preview_kind) == (Status.OPEN, "Where is my parcel?", "incoming")
    assert found.last_message_id == found.last_incoming_id == got.message.pk
    assert found.waiting_since == found.last_activity_at == got.message.created_at
    assert found.reference == f"A-{10_000 + found.pk}"


def test_the_message_in_memory_is_the_one_stored(inbox: Inbox) -> None:
    got = says(inbox, "Hi", client_id="c1")
    stored = Message.objects.get()
    for field in Message._meta.concrete_fields:
        assert getattr(got.message, field.attname) == getattr(stored, field.attname), field.name
    assert stored in Message.objects.for_contact()


def test_nothing_is_received_of_nothing() -> None:
    assert intake.receive([]) == []


def test_a_repeated_delivery_is_answered_with_the_first_message(inbox: Inbox) -> None:
    first = says(inbox, "Hello", key="1")
    again = says(inbox, "Hello", key="1")
    assert (first.is_new, again.is_new) == (True, False)
    assert again.message.pk == first.message.pk
    assert again.conversation.pk == first.conversation.pk
    assert Message.objects.count() == Event.objects.count() == 1


def test_copies_within_a_batch_are_one_message(inbox: Inbox) -> None:
    items = [inbound(inbox, "a", key="1"), inbound(inbox, "a", key="1"), inbound(inbox, "b", key="2")]
    one, copy, other = intake.receive(items)
    assert isinstance(one, intake.Received)
    assert isinstance(copy, intake.Received)
    assert isinstance(other, intake.Received)
    assert (one.is_new, copy.is_new, other.is_new) == (True, False, True)
    assert copy.message.pk == one.message.pk
    assert Message.objects.count() == 2


def test_the_same_external_id_in_another_inbox_is_another_message(inbox: Inbox, other_inbox: Inbox) -> None:
    assert says(inbox, "a", key="1").is_new
    assert says(other_inbox, "a", key="1").is_new


def test_a_batch_keeps_its_order_and_answers_in_it(inbox: Inbox, other_inbox: Inbox) -> None:
    items = [
        inbound(box, f"{who} {number}", who=who)
        for number in range(40)
        for box, who in ((inbox, "dee"), (inbox, "eva"), (other_inbox, "dee"))
    ]
    answers = intake.receive(items)
    assert [answer.message.text for answer in answers] == [item.text for item in items]  # type: ignore[union-attr]
    assert Conversation.objects.count() == 3
    for conversation in Conversation.objects.all():
        texts = [message.text for message in Message.objects.filter(conversation=conversation).order_by("pk")]
        assert texts == sorted(texts, key=lambda text: int(text.split()[1]))
        assert conversation.preview.endswith(" 39")


def test_a_big_batch_takes_few_statements(inbox: Inbox, django_assert_max_num_queries: pytest.FixtureRequest) -> None:
    intake.receive([inbound(inbox, "hello", who=f"v{number}") for number in range(50)])
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        intake.receive(
            [inbound(inbox, "more", who=f"v{number}", sender=Sender(visitor(f"v{number}"))) for number in range(50)]
        )


def test_brands_do_not_share_customers(inbox: Inbox, other_inbox: Inbox) -> None:
    assert says(inbox, "a").message.contact_id != says(other_inbox, "a").message.contact_id


def test_one_bad_item_does_not_sink_its_neighbours(inbox: Inbox) -> None:
    missing = dataclasses.replace(inbound(inbox, "no such inbox"), inbox_id=10**6)
    bad = inbound(inbox, "no such file", attachments=("nowhere",))
    answers = intake.receive([inbound(inbox, "one"), bad, missing, inbound(inbox, "two")])
    assert [type(answer) for answer in answers] == [
        intake.Received,
        intake.NotReceived,
        intake.NotReceived,
        intake.Received,
    ]
    assert isinstance(answers[1], intake.NotReceived)
    assert isinstance(answers[1].error, intake.AttachmentMissing)
    assert sorted(Message.objects.values_list("text", flat=True)) == ["one", "two"]


def test_what_was_refused_can_be_sent_again(inbox: Inbox) -> None:
    (refused,) = intake.receive([inbound(inbox, "look", key="1", attachments=("nowhere",))])
    assert isinstance(refused, intake.NotReceived)
    assert says(inbox, "look", key="1").is_new


def test_files_are_tied_only_by_who_uploaded_them(inbox: Inbox, ada: Agent) -> None:
    mine = upload(inbox=inbox, visitor=token_hash("dee"))
    got = says(inbox, "look", attachments=(mine,))
    assert got.message.has_attachments
    assert Attachment.objects.get(public_id=mine).message_id == got.message.pk
    others = [mine, upload(inbox=inbox, visitor=token_hash("eva")), upload(inbox=inbox, agent=ada), upload(agent=ada)]
    for taken in others:
        (answer,) = intake.receive([inbound(inbox, "look", attachments=(taken,))])
        assert isinstance(answer, intake.NotReceived)


# Late messages


def test_a_message_wakes_a_snoozed_conversation(conversation: Conversation, inbox: Inbox, ben: Agent) -> None:
    lifecycle.snooze(conversation, by=ben, until=dt.datetime.now(dt.UTC) + dt.timedelta(days=1))
    says(inbox, "Hello?")
    conversation.refresh_from_db()
    assert (conversation.status, conversation.snoozed_until) == (Status.OPEN, None)


def test_a_message_answers_whether_it_is_solved(conversation: Conversation, inbox: Inbox, ben: Agent) -> None:
    replies.reply(conversation, by=ben, body="It is on its way.")
    lifecycle.ask_if_solved(conversation, by=ben)
    says(inbox, "Thanks, one more thing")
    conversation.refresh_from_db()
    assert not conversation.asked_solved
    assert conversation.is_waiting_for_us


def test_a_late_message_opens_an_ended_conversation_again(conversation: Conversation, inbox: Inbox) -> None:
    lifecycle.customer_ends(conversation)
    got = says(inbox, "It broke again")
    got.conversation.refresh_from_db()
    assert got.conversation.pk == conversation.pk
    assert (got.conversation.status, got.conversation.closed_how, got.conversation.closed_at) == (Status.OPEN, "", None)
    assert got.conversation.waiting_since == got.message.created_at
    assert got.conversation.last_message_id == got.message.pk
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == [
        "received",
        "ended",
        "reopened",
        "received",
    ]


def test_another_matter_begins_a_conversation_only_after_an_ended_one(conversation: Conversation, inbox: Inbox) -> None:
    assert says(inbox, "Also this", another=True).conversation.pk == conversation.pk
    lifecycle.customer_ends(conversation)
    new = says(inbox, "Something else", another=True).conversation
    assert new.pk != conversation.pk
    conversation.refresh_from_db()
    assert conversation.is_closed


@pytest.mark.parametrize("how", lifecycle.SET_ASIDE_AS)
def test_after_one_set_aside_a_new_conversation_begins(
    conversation: Conversation, inbox: Inbox, ben: Agent, how: str
) -> None:
    lifecycle.set_aside(conversation, by=ben, how=how, reason="Casino")
    new = says(inbox, "But really").conversation
    assert new.pk != conversation.pk
    link = ConversationLink.objects.get()
    assert (link.source_id, link.target_id, link.kind) == (new.pk, conversation.pk, "continues")
    assert Message.objects.filter(conversation=new, code="continues", is_public=False).exists()
    assert says(inbox, "Still me").conversation.pk == new.pk


def test_long_after_the_end_a_new_linked_conversation_begins(conversation: Conversation, inbox: Inbox) -> None:
    lifecycle.customer_ends(conversation)
    with time_machine.travel(dt.datetime.now(dt.UTC) + intake.REOPENS_FOR + dt.timedelta(days=1)):
        new = says(inbox, "Hello again").conversation
    assert new.pk != conversation.pk
    assert ConversationLink.objects.filter(source=new, target=conversation).exists()


def test_a_merged_conversation_leads_on(inbox: Inbox, letter_inbox: Inbox, ada: Agent) -> None:
    """Also when it went to one in another inbox, and from there further."""
    first = says(letter_inbox, "By letter").conversation
    second = says(letter_inbox, "Another", who="eva").conversation
    chat = says(inbox, "In the chat").conversation
    Conversation.objects.filter(pk=second.pk).update(contact_id=chat.contact_id)
    joining.merge(chat, into=first, by=ada)
    assert says(inbox, "Where am I?").conversation.pk == first.pk
    joining.merge(first, into=second, by=ada)
    assert says(inbox, "And now?").conversation.pk == second.pk


# Who it is


def test_a_claimed_address_finds_nobody(inbox: Inbox) -> None:
    says(inbox, "hi", sender=Sender(visitor("dee"), claims=(Claim("email", "dee@home.example", "link"),)))
    stranger = Sender(Claim("email", "dee@home.example"))
    before = Contact.objects.count()
    intake.receive([inbound(inbox, "It is me", sender=stranger), inbound(inbox, "Me too", sender=stranger)])
    # Whoever claims it is the same unproven person each time, but shares nothing with the one who has proved it.
    assert Contact.objects.count() == before + 1
    assert Conversation.objects.count() == 3


def test_a_proved_identity_on_a_known_browser_is_the_same_contact(inbox: Inbox) -> None:
    first = says(inbox, "hi")
    shop = Sender(Claim("shop", "7", "signed"), claims=(visitor("dee"),))
    assert says(inbox, "signed in", sender=shop).conversation.pk == first.conversation.pk
    assert says(
        inbox, "signed in elsewhere", who="x", sender=Sender(Claim("shop", "7", "signed"))
    ).message.contact_id == (first.message.contact_id)


def test_a_second_shop_customer_on_one_browser_is_another_contact(inbox: Inbox) -> None:
    first = says(inbox, "a", sender=Sender(Claim("shop", "7", "signed"), claims=(visitor("dee"),)))
    second = says(inbox, "b", sender=Sender(Claim("shop", "8", "signed"), claims=(visitor("dee"),)))
    assert first.message.contact_id != second.message.contact_id


def test_a_browser_on_which_a_customer_was_signed_in_is_a_strangers_again(inbox: Inbox) -> None:
    shop = Sender(Claim("shop", "7", "signed"), claims=(visitor("dee"),))
    batch = [inbound(inbox, text, sender=sender) for text, sender in (("a", Sender(visitor("dee"))), ("b", shop))]
    before, signed, after = (answer.message.contact_id for answer in intake.receive([*batch, inbound(inbox, "c")]))  # type: ignore[union-attr]
    assert before == signed != after
    assert says(inbox, "d").message.contact_id == after
    assert says(inbox, "e", sender=shop).message.contact_id == signed


def test_an_address_that_another_has_proved_stays_theirs(inbox: Inbox) -> None:
    mail = "dee@home.example"
    says(inbox, "a", who="eva", sender=Sender(visitor("eva"), claims=(Claim("email", mail),)))
    owner = says(inbox, "b", sender=Sender(visitor("dee"), claims=(Claim("email", mail, "link"),))).message.contact_id
    says(inbox, "c", who="eva", sender=Sender(visitor("eva"), claims=(Claim("email", mail, "link"),)))
    assert Identity.objects.get(value=mail, verified_at__isnull=False).contact_id == owner


def test_a_claim_is_verified_later(inbox: Inbox) -> None:
    for how in ("", "link"):
        says(inbox, "a", sender=Sender(visitor("dee"), claims=(Claim("email", "dee@home.example", how),)))
    assert Identity.objects.get(kind="email").is_verified


def test_what_a_visitor_tells_of_themselves_is_bounded(inbox: Inbox) -> None:
    for number in range(60):
        claims = (Claim("email", f"{number}@home.example"),)
        got = says(inbox, "x", sender=Sender(visitor("eva"), name=f"Name {number}" * 50, claims=claims))
    contact = got.conversation.contact
    assert contact.identities.count() == 50
    assert contact.name == ("Name 0" * 50)[:160]


def test_an_identity_too_long_to_be_real_is_refused(inbox: Inbox) -> None:
    (answer,) = intake.receive([inbound(inbox, "x", sender=Sender(Claim("shop", "9" * 300, "signed")))])
    assert isinstance(answer, intake.NotReceived)


def test_reading_pages_by_index(conversation: Conversation, inbox: Inbox) -> None:
    for number in range(2, 8):
        says(inbox, str(number))
    messages = Message.objects.filter(conversation=conversation)
    newest, more = reading.page(messages, limit=3)
    assert ([message.text for message in newest], more) == (["5", "6", "7"], True)
    older, more = reading.page(messages, before=newest[0].pk, limit=4)
    assert ([message.text for message in older], more) == (["Where is my parcel?", "2", "3", "4"], False)
    later, more = reading.page(messages, after=older[-1].pk, limit=2)
    assert ([message.text for message in later], more) == (["5", "6"], True)


def test_receiving_reads_no_table_through(inbox: Inbox) -> None:
    """However much is stored: on SQLite every read is a search in an index (PostgreSQL plans by the tables' size)."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's plans are the same however little is stored.")
    batch = [inbound(inbox, f"message {number}", who=f"dee{number}") for number in range(5)]
    intake.receive(batch)

    with CaptureQueriesContext(connection) as captured:
        intake.receive([dataclasses.replace(item, external_id=f"again {item.external_id}") for item in batch])

    reads = [query["sql"] for query in captured.captured_queries if query["sql"].startswith("SELECT")]
    assert len(reads) >= 3
    with connection.cursor() as cursor:
        for sql in reads:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            assert not [row for row in cursor.fetchall() if row[3].startswith("SCAN")], sql
