"""The timeline: merged by place, each line once, nothing of inboxes that the agent can't read."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator

import pytest
from django.utils import translation

from aspa.core.conversations import lifecycle, replies
from aspa.core.conversations.models import Conversation
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Role
from aspa.kit import clock
from aspa.service.promises.models import Promise
from aspa.service.timeline import following, notes, profile, sources, timeline
from aspa.service.timeline.models import Note
from tests.cast import Cast, says
from tests.journal import whole

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def lines(cast: Cast, who: str = "ben", **asked: object) -> list[timeline.Line]:
    following.follow(whole())
    return timeline.page(getattr(cast, who), cast.dee, **asked).lines  # type: ignore[arg-type]


def titles(found: list[timeline.Line]) -> list[str]:
    return [line.entry.title for line in found]


@pytest.fixture
def elsewhere(cast: Cast) -> Conversation:
    """Dee's in another inbox of the same brand, which Ben doesn't read."""
    returns = Inbox.objects.create(brand=cast.brand, name="Returns", channel="webchat")
    secret = says(returns, "My account number is secret").conversation
    replies.note(secret, by=cast.ada, body="Secret note")
    lifecycle.customer_ends(secret)
    lifecycle.reopen(secret, by=cast.ada)
    Promise.objects.create(
        conversation=secret, agent=cast.ada, text="Secret promise", due_at=clock.now(), warn_at=clock.now(),
        made_at=clock.now(),
    )  # fmt: skip
    return secret


def test_everything_of_the_customer_stands_in_one_row(cast: Cast) -> None:
    parcel = says(cast.inbox, "Where is my parcel?").conversation
    replies.note(parcel, by=cast.ben, body="Ask the post")
    lifecycle.customer_ends(parcel)
    lifecycle.reopen(parcel, by=cast.ben)
    notes.write(cast.dee, by=cast.ada, body="Likes to be called in the morning")
    profile.change(cast.dee, by=cast.ben, values={"tier": "gold"})
    found = lines(cast)
    assert [(line.source.key, line.entry.title) for line in found] == [
        ("changes", "Ben Berg changed what is known"),
        ("about", "Ada Aalto"),
        ("turns", "Opened again"),
        ("notes", "Ben Berg"),
        ("conversations", "Where is my parcel?"),
    ]
    assert [line.entry.conversation for line in found] == [None, None, parcel.pk, parcel.pk, parcel.pk]
    assert [line.entry.is_note for line in found] == [False, True, False, True, False]
    assert titles(lines(cast, kinds=["notes"])) == ["Ben Berg"]
    # The journal may be told twice.
    assert titles(lines(cast)) == titles(found)


def test_nothing_of_an_inbox_that_the_agent_cant_read(cast: Cast, elsewhere: Conversation) -> None:
    says(cast.inbox, "Where is my parcel?")
    assert titles(lines(cast, "ada"))[1:4] == ["Ada Aalto promised: Secret promise", "Opened again", "Ada Aalto"]
    assert titles(lines(cast)) == ["Where is my parcel?"]
    assert not lines(cast, words="secret")
    assert len(lines(cast, "ada", words="secret")) == 3


def test_a_source_may_need_a_permission(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    says(cast.inbox, "Where is my parcel?")
    (source,) = [source for source in sources.sources() if source.key == "conversations"]
    monkeypatch.setattr(source, "permission", Role.Permission.KYC)
    assert not lines(cast)
    assert lines(cast, "ada")
    cast.answering.permissions = [*cast.answering.permissions, Role.Permission.KYC]
    cast.answering.save()
    del cast.ben._reach  # type: ignore[attr-defined]
    assert lines(cast)


def test_each_line_is_on_exactly_one_page(cast: Cast) -> None:
    start = clock.now()
    for number in range(12):
        # Several at one moment, in two sources: the places must not skip or repeat them.
        at = start - dt.timedelta(minutes=number // 4)
        Note.objects.create(contact=cast.dee, agent=cast.ben, text=f"note {number}", written_at=at)
        Conversation.objects.create(
            brand=cast.brand,
            inbox=cast.inbox,
            contact=cast.dee,
            subject=f"{number}",
            created_at=at,
            last_activity_at=at,
        )
    whole = timeline.page(cast.ben, cast.dee, count=100)
    assert (len(whole.lines), whole.next) == (24, None)
    seen: list[timeline.Line] = []
    before = None
    for _number in itertools.count():
        page = timeline.page(cast.ben, cast.dee, count=5, before=before)
        seen += page.lines
        if page.next is None:
            break
        before = timeline.place(str(page.next))
        assert before == page.next
    assert [line.place for line in seen] == [line.place for line in whole.lines]
    assert [line.place for line in seen] == sorted((line.place for line in seen), reverse=True)


@pytest.mark.parametrize("text", ["", "x", "1.conversations", "1.Conversations.1", "-1.a.1", f"{10**17}.a.1", "²1.a.1"])
def test_what_is_no_place_is_none(text: str) -> None:
    assert timeline.place(text) is None


def test_words_are_looked_for_in_what_was_said(cast: Cast) -> None:
    says(cast.inbox, "Missä on villasukkien Äitienpäivätilaus?")
    parcel = says(cast.inbox, "Onko se matkalla?").conversation
    replies.note(parcel, by=cast.ben, body="Kysy postista")
    assert [line.source.key for line in lines(cast, words="äitienpäivätilaus villa")] == ["conversations"]
    assert [line.source.key for line in lines(cast, words="POSTISTA")] == ["notes", "conversations"]
    assert not lines(cast, words="äitienpäivätilaus kengät")
    assert not lines(cast, words="100%")
