"""What agents write."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from aspa.core.conversations import drafts, lifecycle, reading, replies
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import AgentRead, Attachment, Conversation, Draft, Event, Mention, Message
from aspa.core.conversations.tests.conftest import upload
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent
from tests.cast import says

pytestmark = pytest.mark.django_db


def test_a_reply_answers_the_customer(conversation: Conversation, ben: Agent) -> None:
    message = replies.reply(conversation, by=ben, body=" On its way\r\n ")
    conversation.refresh_from_db()
    assert (message.text, message.is_public, message.kind) == ("On its way", True, "reply")
    assert not conversation.is_waiting_for_us
    assert (conversation.preview, conversation.preview_kind) == ("On its way", "reply")
    assert conversation.last_activity_at == message.created_at
    assert conversation.last_message_id == message.pk
    assert conversation.agent_read_id == conversation.last_incoming_id
    assert AgentRead.objects.get(agent=ben).message_id == message.pk


def test_what_nobody_has_becomes_the_answerers(conversation: Conversation, ben: Agent, ada: Agent) -> None:
    replies.reply(conversation, by=ben, body="Hi")
    replies.reply(conversation, by=ada, body="Hi")
    conversation.refresh_from_db()
    assert conversation.assignee == ben
    assert Event.objects.get(kind="assigned").data == {"before": None, "after": ben.pk}


def test_a_reply_brings_a_waiting_conversation_back(conversation: Conversation, ben: Agent) -> None:
    replies.reply(conversation, by=ben, body="Hi")
    lifecycle.ask_if_solved(conversation, by=ben)
    replies.reply(conversation, by=ben, body="One thing more")
    conversation.refresh_from_db()
    assert (conversation.status, conversation.asked_solved) == ("open", False)


def test_a_note_is_never_public(conversation: Conversation, ben: Agent) -> None:
    before = Conversation.objects.get(pk=conversation.pk)
    note = replies.note(conversation, by=ben, body="They are angry")
    conversation.refresh_from_db()
    assert note not in Message.objects.for_contact()
    assert note not in conversation.messages.for_contact()
    assert (conversation.preview, conversation.waiting_since, conversation.assignee) == (
        before.preview,
        before.waiting_since,
        None,
    )
    assert conversation.last_message_id == note.pk


def test_the_database_refuses_a_public_note(conversation: Conversation, ben: Agent) -> None:
    note = replies.note(conversation, by=ben, body="Secret")
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=note.pk).update(is_public=True)


@pytest.mark.parametrize("write", [replies.reply, replies.note])
def test_empty_ones_are_refused(conversation: Conversation, ben: Agent, write: object) -> None:
    with pytest.raises(Refused) as refusal:
        write(conversation, by=ben, body=" \x00 ")  # type: ignore[operator]
    assert refusal.value.code == "empty"
    assert Message.objects.count() == 1


def test_what_the_channel_cannot_carry_is_refused(letter: Conversation, ben: Agent) -> None:
    with pytest.raises(Refused) as refusal:
        replies.reply(letter, by=ben, body="x" * 201)
    assert refusal.value.code == "too_long"
    with pytest.raises(Refused) as refusal:
        replies.reply(letter, by=ben, body="x", attachments=["a", "b", "c"])
    assert refusal.value.code == "too_many"


def test_an_ended_conversation_takes_notes_but_no_replies(conversation: Conversation, ben: Agent) -> None:
    lifecycle.customer_ends(conversation)
    with pytest.raises(Refused) as refusal:
        replies.reply(conversation, by=ben, body="One more")
    assert refusal.value.code == "closed"
    replies.note(conversation, by=ben, body="All well")


def test_the_same_client_id_again_is_the_first_message(conversation: Conversation, ben: Agent, ada: Agent) -> None:
    first = replies.reply(conversation, by=ben, body="Hi", client_id="c1")
    assert replies.reply(conversation, by=ben, body="Hi", client_id="c1").pk == first.pk
    assert replies.reply(conversation, by=ada, body="Hi", client_id="c1").pk != first.pk
    assert Event.objects.filter(kind="replied").count() == 2


@pytest.mark.django_db(transaction=True)
def test_tries_of_one_reply_side_by_side_are_one_message(conversation: Conversation, inbox: Inbox, ben: Agent) -> None:
    other = says(inbox, "Hello", who="eva").conversation
    together, found, failed = threading.Barrier(6), [], []

    def try_it(number: int) -> None:
        try:
            together.wait(10)
            where = conversation if number % 2 else other
            found.append(replies.reply(where, by=ben, body="Hi", client_id="c1").pk)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert len(found) == 6
    assert len(set(found)) == 1
    assert Message.objects.filter(kind="reply").count() == Event.objects.filter(kind="replied").count() == 1


def test_a_reply_takes_only_its_writers_files(conversation: Conversation, inbox: Inbox, ben: Agent, ada: Agent) -> None:
    mine = upload(agent=ben)
    message = replies.reply(conversation, by=ben, body="", attachments=[mine])
    assert Attachment.objects.get(public_id=mine).message_id == message.pk
    for taken in (mine, upload(agent=ada), upload(inbox=inbox, visitor="x")):
        with pytest.raises(Refused) as refusal:
            replies.reply(conversation, by=ben, body="Look", attachments=[taken])
        assert refusal.value.code == "attachment"
    assert Message.objects.filter(kind="reply").count() == 1


def test_a_mention_calls_only_who_may_read(conversation: Conversation, ada: Agent, ben: Agent, cy: Agent) -> None:
    body = (
        f"@[Ada]({ada.pk}) @[Cy]({cy.pk}) @[Me]({ben.pk}) @[Ada]({ada.pk}) @[Nobody](999999999999) mail@[x]({ada.pk})"
    )
    replies.note(conversation, by=ben, body=body)
    assert [mention.agent for mention in Mention.objects.all()] == [ada]


def test_a_reply_mentions_nobody(conversation: Conversation, ada: Agent, ben: Agent) -> None:
    replies.reply(conversation, by=ben, body=f"@[Ada]({ada.pk})")
    assert not Mention.objects.exists()


# Drafts


def test_a_draft_is_kept_by_kind_until_it_is_written(conversation: Conversation, ben: Agent, ada: Agent) -> None:
    drafts.save(conversation, agent=ben, kind="reply", body="Dear")
    drafts.save(conversation, agent=ben, kind="reply", body="Dear Dee", attachments=["a"])
    drafts.save(conversation, agent=ben, kind="note", body="Hm")
    drafts.save(conversation, agent=ada, kind="reply", body="Hello")
    mine = drafts.drafts_of(ben, conversation)
    assert (mine["reply"].text, mine["reply"].attachments, mine["note"].text) == ("Dear Dee", ["a"], "Hm")
    replies.reply(conversation, by=ben, body="Dear Dee")
    assert list(drafts.drafts_of(ben, conversation)) == ["note"]
    drafts.save(conversation, agent=ben, kind="note", body="  ")
    assert [draft.agent for draft in Draft.objects.all()] == [ada]


# Read marks


def test_read_marks_move_only_forward(conversation: Conversation, inbox: Inbox, ben: Agent) -> None:
    first = conversation.last_incoming_id
    second = says(inbox, "Hello?").message.pk
    conversation.refresh_from_db()
    for up_to in (second, first, second):
        reading.agent_reads(conversation, agent=ben, up_to=up_to)
    assert AgentRead.objects.get().message_id == second
    assert Event.objects.filter(kind="read").count() == 1
    reading.contact_reads(conversation, up_to=10**30)
    reading.contact_reads(conversation, up_to=first)
    conversation.refresh_from_db()
    assert (conversation.agent_read_id, conversation.contact_read_id) == (second, second)


def test_mentions_are_seen_with_what_was_read(conversation: Conversation, ada: Agent, ben: Agent) -> None:
    notes = [replies.note(conversation, by=ben, body=f"@[Ada]({ada.pk}) {number}") for number in range(2)]
    conversation.refresh_from_db()
    reading.agent_reads(conversation, agent=ada, up_to=notes[0].pk)
    assert [mention.message for mention in Mention.objects.filter(seen_at=None)] == [notes[1]]
