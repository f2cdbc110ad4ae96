"""Merge and its undo, split, link."""

from __future__ import annotations

import datetime as dt

import pytest

from aspa.core.conversations import drafts, joining, lifecycle, replies
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Conversation, ConversationLink, Event, Message
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent
from aspa.kit import clock
from tests.cast import says

pytestmark = pytest.mark.django_db

# What taking a merge back restores; the rest of the row is identity or grows by the lines about it.
STATE = [
    field.attname
    for field in Conversation._meta.concrete_fields
    if field.attname not in ("id", "last_message_id", "last_activity_at")
]


def state(conversation: Conversation) -> dict[str, object]:
    conversation.refresh_from_db()
    return {name: getattr(conversation, name) for name in STATE}


def texts(conversation: Conversation) -> list[str]:
    found = Message.objects.filter(conversation=conversation).exclude(kind="activity").order_by("pk")
    return list(found.values_list("text", flat=True))


@pytest.fixture
def three(inbox: Inbox, letter_inbox: Inbox) -> tuple[Conversation, Conversation, Conversation]:
    """Three conversations of Dee's, written in turns."""
    found = []
    for box in (inbox, letter_inbox, inbox):
        found.append(says(box, f"one {len(found)}").conversation)
        found[-1].refresh_from_db()
        if box is inbox and len(found) == 1:
            Conversation.objects.filter(pk=found[0].pk).update(
                closed_how="spam", status="closed", closed_at=clock.now()
            )
    Conversation.objects.filter(pk=found[0].pk).update(closed_how="", status="open", closed_at=None)
    return found[0], found[1], found[2]


def test_a_merge_moves_everything_in_the_order_it_was_written(three: tuple[Conversation, ...], ada: Agent) -> None:
    a, _b, c = three
    joining.merge(c, into=a, by=ada)
    a.refresh_from_db()
    c.refresh_from_db()
    assert texts(a) == ["one 0", "one 2"]
    assert texts(c) == []
    assert (c.status, c.closed_how, c.merged_into) == ("closed", "merged", a)
    assert a.preview == "one 2"
    assert a.waiting_since == Message.objects.get(text="one 0").created_at


def test_what_is_being_written_goes_along(three: tuple[Conversation, ...], ada: Agent, ben: Agent) -> None:
    a, _b, c = three
    drafts.save(c, agent=ben, kind="reply", body="For c", attachments=[{"id": "1"}])
    drafts.save(a, agent=ada, kind="note", body="Begun in a")
    drafts.save(c, agent=ada, kind="note", body="Begun in c")
    joining.merge(c, into=a, by=ada)
    c.refresh_from_db()
    assert drafts.drafts_of(ben, c) == {}
    moved = drafts.drafts_of(ben, a)["reply"]
    assert (moved.text, moved.attachments) == ("For c", [{"id": "1"}])
    assert drafts.drafts_of(ada, a)["note"].text == "Begun in a\n\nBegun in c"
    # Their pages don't know yet, and go on saving.
    drafts.save(c, agent=ben, kind="reply", body="For c, and more")
    drafts.save(c, agent=ada, kind="note", body="Begun in c, and more")
    assert drafts.drafts_of(ben, a)["reply"].text == "For c, and more"
    assert drafts.drafts_of(ada, a)["note"].text.startswith("Begun in a\n\nBegun in c\n\nBegun in c, and more")


@pytest.mark.parametrize("how", ["open", "waiting", "asked", "snoozed", "ended", "spam"])
def test_taking_a_merge_back_restores_both_exactly(three: tuple[Conversation, ...], ada: Agent, how: str) -> None:
    a, b, _c = three
    match how:
        case "waiting" | "asked":
            replies.reply(b, by=ada, body="answer")
            (lifecycle.wait_for_customer if how == "waiting" else lifecycle.ask_if_solved)(b, by=ada)
        case "snoozed":
            lifecycle.snooze(b, by=ada, until=clock.now() + dt.timedelta(hours=1))
        case "ended":
            lifecycle.customer_ends(b)
        case "spam":
            lifecycle.set_aside(b, by=ada, how="spam", reason="Casino")
    before = state(a), state(b), texts(a), texts(b)
    joining.merge(b, into=a, by=ada)
    joining.unmerge(b, by=ada)
    assert (state(a), state(b), texts(a), texts(b)) == before
    assert not Message.objects.exclude(origin=None).exists()


def test_merges_are_taken_back_one_after_the_other(three: tuple[Conversation, ...], ada: Agent) -> None:
    a, b, c = three
    before = [state(x) for x in three]
    joining.merge(a, into=b, by=ada)
    joining.merge(b, into=c, by=ada)
    assert texts(c) == ["one 0", "one 1", "one 2"]
    with pytest.raises(Refused) as refusal:
        joining.unmerge(a, by=ada)
    assert refusal.value.code == "later"
    joining.unmerge(b, by=ada)
    assert (texts(a), texts(b), texts(c)) == ([], ["one 0", "one 1"], ["one 2"])
    joining.unmerge(a, by=ada)
    assert [texts(x) for x in three] == [["one 0"], ["one 1"], ["one 2"]]
    assert [state(x) for x in three] == before


def test_what_comes_after_a_merge_stays_where_it_came(
    three: tuple[Conversation, ...], ada: Agent, inbox: Inbox
) -> None:
    a, _b, c = three
    joining.merge(c, into=a, by=ada)
    assert says(inbox, "later").conversation.pk == a.pk
    joining.unmerge(c, by=ada)
    assert (texts(a), texts(c)) == (["one 0", "later"], ["one 2"])
    with pytest.raises(Refused) as refusal:
        joining.unmerge(c, by=ada)
    assert refusal.value.code == "not_merged"


def test_what_does_not_merge(three: tuple[Conversation, ...], ada: Agent, inbox: Inbox) -> None:
    a, b, c = three
    stranger = says(inbox, "x", who="eva").conversation
    lifecycle.customer_ends(b)
    for source, target, code in ((a, a, "same"), (a, stranger, "contact"), (a, b, "closed")):
        with pytest.raises(Refused) as refusal:
            joining.merge(source, into=target, by=ada)
        assert refusal.value.code == code
    joining.merge(c, into=a, by=ada)
    for source, target in ((c, a), (a, c)):
        with pytest.raises(Refused) as refusal:
            joining.merge(source, into=target, by=ada)
        assert refusal.value.code == "merged"


def test_a_split_takes_the_message_and_what_follows(conversation: Conversation, inbox: Inbox, ada: Agent) -> None:
    replies.reply(conversation, by=ada, body="answer")
    other = says(inbox, "Another thing").message
    says(inbox, "Hello?")
    new = joining.split(conversation, at=other, by=ada)
    conversation.refresh_from_db()
    assert texts(conversation) == ["Where is my parcel?", "answer"]
    assert texts(new) == ["Another thing", "Hello?"]
    assert (conversation.waiting_since, conversation.preview) == (None, "answer")
    assert (new.waiting_since, new.preview, new.assignee) == (other.created_at, "Hello?", ada)
    assert ConversationLink.objects.get(source=new, target=conversation).kind == "split"


def test_a_split_leaves_the_question_that_stays(conversation: Conversation, inbox: Inbox, ada: Agent) -> None:
    conversation.refresh_from_db()
    since = conversation.waiting_since
    other = says(inbox, "Another thing").message
    new = joining.split(conversation, at=other, by=ada)
    conversation.refresh_from_db()
    assert (conversation.waiting_since, new.waiting_since) == (since, other.created_at)


def test_what_does_not_split(conversation: Conversation, letter: Conversation, ada: Agent) -> None:
    first = conversation.messages.get(kind="incoming")
    for at, code in ((first, "first"), (letter.messages.get(kind="incoming"), "elsewhere")):
        with pytest.raises(Refused) as refusal:
            joining.split(conversation, at=at, by=ada)
        assert refusal.value.code == code


def test_links_have_two_ends(conversation: Conversation, letter: Conversation, ada: Agent, other_inbox: Inbox) -> None:
    joining.link(conversation, to=letter, by=ada)
    joining.link(letter, to=conversation, by=ada)
    assert ConversationLink.objects.count() == 1
    assert Event.objects.filter(kind="linked").count() == 2
    for _twice in range(2):
        joining.unlink(letter, other=conversation, by=ada)
    assert not ConversationLink.objects.exists()
    assert Event.objects.filter(kind="unlinked").count() == 2
    for other in (conversation, says(other_inbox, "x").conversation):
        with pytest.raises(Refused):
            joining.link(conversation, to=other, by=ada)


def test_what_arrives_after_a_merge_is_told_in_the_inbox_where_it_went(
    inbox: Inbox, letter_inbox: Inbox, ada: Agent
) -> None:
    """Who hears of an event is decided by its inbox: those who can't read the conversation must not."""
    here, there = says(inbox, "chat").conversation, says(letter_inbox, "letter").conversation
    joining.merge(here, into=there, by=ada)

    late = says(inbox, "one more thing").message

    assert late.conversation_id == there.pk
    assert Event.objects.get(message=late, kind=Event.Kind.RECEIVED).inbox_id == letter_inbox.pk
