"""Replies by another way than the conversation's own, and replies that wait for their moment."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from aspa.core.conversations import attachments, drafts, holding, lifecycle, replies, ways
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Attachment, Conversation, Draft, Event, HeldReply, Message
from aspa.core.conversations.replies import Copies
from aspa.core.conversations.tests.conftest import upload
from aspa.core.inboxes.channel import Claim, Sender
from aspa.core.inboxes.models import Grant, Inbox
from aspa.core.people.models import Agent, Role
from aspa.kit import clock
from aspa.kit.tasks import run_pending
from tests.cast import says, visitor

pytestmark = pytest.mark.django_db

LATER = dt.timedelta(hours=1)


@pytest.fixture
def reachable(inbox: Inbox, mailbox: Inbox, ben: Agent, answering: Role) -> Conversation:
    """A chat whose visitor has left an address; Ben answers in the chat and by mail."""
    Grant.objects.create(agent=ben, role=answering, inbox=mailbox)
    sender = Sender(visitor("dee"), claims=(Claim("email", "dee@home.example"),))
    return says(inbox, "hi", sender=sender).conversation


@pytest.fixture
def answering(ben: Agent) -> Role:
    return ben.grants.get().role


def test_a_chat_can_be_answered_by_mail_once_there_is_an_address(
    reachable: Conversation, mailbox: Inbox, inbox: Inbox, ben: Agent, cy: Agent
) -> None:
    assert [way.pk for way in ways.ways(reachable, agent=ben)] == [inbox.pk, mailbox.pk]
    message = replies.reply(reachable, by=ben, body="By mail", via=mailbox, copies=Copies(cc=("a@b.example",)))
    assert (message.inbox_id, message.copies) == (mailbox.pk, {"cc": ["a@b.example"], "bcc": []})
    nowhere = says(inbox, "no address", who="eva").conversation
    assert [way.pk for way in ways.ways(nowhere, agent=ben)] == [inbox.pk]
    with pytest.raises(Refused):
        replies.reply(nowhere, by=ben, body="By mail", via=mailbox)


def test_an_inbox_where_the_agent_may_not_answer_is_no_way(inbox: Inbox, mailbox: Inbox, ben: Agent) -> None:
    sender = Sender(visitor("dee"), claims=(Claim("email", "dee@home.example"),))
    chat = says(inbox, "hi", sender=sender).conversation
    assert [way.pk for way in ways.ways(chat, agent=ben)] == [inbox.pk]
    with pytest.raises(Refused):
        replies.reply(chat, by=ben, body="By mail", via=mailbox)


def test_an_answer_goes_where_the_customer_last_wrote(reachable: Conversation, mailbox: Inbox, ben: Agent) -> None:
    says(mailbox, "On a train", sender=Sender(Claim("email", "dee@home.example", "dkim")), conversation_id=reachable.pk)
    reachable.refresh_from_db()
    assert ways.latest(reachable).pk == mailbox.pk
    assert replies.reply(reachable, by=ben, body="Have a good trip").inbox_id == mailbox.pk


def test_copies_are_addresses_and_only_where_the_channel_carries_them(
    reachable: Conversation, mailbox: Inbox, ben: Agent
) -> None:
    for copies, via in ((Copies(cc=("a@b.example",)), None), (Copies(bcc=("nonsense",)), mailbox)):
        with pytest.raises(Refused):
            replies.reply(reachable, by=ben, body="Hello", via=via, copies=copies)
    assert not Message.objects.filter(kind="reply").exists()


def held(conversation: Conversation, by: Agent, via: Inbox, client_id: str = "c1", **more: object) -> HeldReply:
    until = clock.now() + LATER
    return holding.hold(conversation, by=by, body="Later", client_id=client_id, until=until, via=via, **more)  # type: ignore[arg-type]


def test_a_held_reply_goes_at_its_moment_once(reachable: Conversation, mailbox: Inbox, ben: Agent) -> None:
    kept = held(reachable, ben, mailbox, copies=Copies(cc=("a@b.example",)))
    assert held(reachable, ben, mailbox).pk == kept.pk
    run_pending()
    assert not Message.objects.filter(kind="reply").exists()
    reachable.refresh_from_db()
    assert reachable.waiting_since, "The customer still waits."
    with time_machine.travel(clock.now() + 2 * LATER, tick=False):
        run_pending()
        holding.release(kept.pk)
    sent = Message.objects.get(kind="reply")
    assert (sent.text, sent.agent_id, sent.inbox_id, sent.copies["cc"]) == (
        "Later",
        ben.pk,
        mailbox.pk,
        ["a@b.example"],
    )
    assert not HeldReply.objects.exists()


def test_a_held_reply_is_shown_at_once_and_nowhere_to_the_customer(
    reachable: Conversation, mailbox: Inbox, ben: Agent
) -> None:
    kept = held(reachable, ben, mailbox)
    assert holding.held_in(reachable) == [kept]
    assert Event.objects.filter(kind="held").count() == 1
    assert not Message.objects.for_contact().filter(text="Later").exists()


def test_what_is_taken_back_is_a_draft_again(reachable: Conversation, mailbox: Inbox, ben: Agent, ada: Agent) -> None:
    kept = held(reachable, ben, mailbox)
    drafts.save(reachable, agent=ben, kind="reply", body="Something new")
    with pytest.raises(Refused):
        holding.take_back(kept, by=ada)
    holding.take_back(kept, by=ben)
    draft = Draft.objects.get(agent=ben)
    assert draft.text == "Later\n\nSomething new"
    assert draft.options["via"] == mailbox.pk
    with time_machine.travel(clock.now() + 2 * LATER, tick=False):
        run_pending()
    assert not Message.objects.filter(kind="reply").exists()
    with pytest.raises(Refused):
        holding.take_back(kept, by=ben)


def test_it_can_be_sent_before_its_moment(reachable: Conversation, mailbox: Inbox, ben: Agent, ada: Agent) -> None:
    kept = held(reachable, ben, mailbox)
    with pytest.raises(Refused):
        holding.send_now(kept, by=ada)
    holding.send_now(kept, by=ben)
    assert Message.objects.get(kind="reply").text == "Later"
    with pytest.raises(Refused):
        holding.send_now(kept, by=ben)


def test_what_can_not_be_sent_any_more_comes_back_with_the_reason(
    reachable: Conversation, mailbox: Inbox, ben: Agent
) -> None:
    kept = held(reachable, ben, mailbox)
    lifecycle.customer_ends(reachable)
    with time_machine.travel(clock.now() + 2 * LATER, tick=False):
        holding.release(kept.pk)
    assert Draft.objects.get(agent=ben).text == "Later"
    line = Message.objects.get(code="not_sent")
    assert not line.is_public
    assert line.data["reason"]
    assert not HeldReply.objects.exists()


def test_its_files_wait_with_it(reachable: Conversation, mailbox: Inbox, ben: Agent) -> None:
    file = upload(agent=ben)
    kept = held(reachable, ben, mailbox, attachments=[file])
    with time_machine.travel(clock.now() + attachments.UNSENT_FOR + LATER, tick=False):
        attachments.sweep()
        holding.release(kept.pk)
    assert Attachment.objects.get(public_id=file).message == Message.objects.get(kind="reply")


def test_a_moment_too_far_or_an_ended_conversation_is_refused(
    reachable: Conversation, mailbox: Inbox, ben: Agent
) -> None:
    with pytest.raises(Refused):
        holding.hold(reachable, by=ben, body="x", client_id="c", until=clock.now() + 2 * holding.FURTHEST)
    lifecycle.customer_ends(reachable)
    with pytest.raises(Refused):
        held(reachable, ben, mailbox)
    assert not HeldReply.objects.exists()
