"""Writing to somebody first."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from aspa.core.conversations import starting
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Conversation, Message
from aspa.core.inboxes.models import Grant, Inbox
from aspa.core.people.models import Agent, Contact, Identity
from aspa.kit import clock
from tests.cast import Cast

DEES = "dee@customer.example"


@pytest.fixture
def post(cast: Cast, mailbox: Inbox) -> Inbox:
    Grant.objects.create(agent=cast.ben, role=cast.answering, inbox=mailbox)
    return mailbox


def write(by: Agent, via: Inbox, **changed: Any) -> Conversation:
    values: dict[str, Any] = {"to": DEES, "subject": "Your order", "body": "It is here."} | changed
    return starting.start(by=by, via=via, **values)


def test_it_waits_for_somebody_new(ben: Agent, post: Inbox) -> None:
    begun = write(ben, post, to=" Dee@Customer.example ", name="Dee")
    assert (begun.status, begun.assignee, begun.subject) == ("waiting", ben, "Your order")
    assert begun.preview == "It is here."
    assert begun.contact.name == "Dee"
    (identity,) = begun.contact.identities.all()
    assert (identity.value, identity.is_verified) == (DEES, False)
    (message,) = Message.objects.filter(conversation=begun)
    assert (message.kind, message.inbox, message.state) == ("reply", post, "queued")
    kinds = list(begun.events.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["assigned", "replied", "waiting"]


def test_an_address_is_known_only_when_it_was_proven(ben: Agent, dee: Contact, post: Inbox) -> None:
    told = Identity.objects.create(brand=post.brand, contact=dee, kind="email", value=DEES, created_at=clock.now())
    assert write(ben, post).contact != dee
    told.verified_at = clock.now()
    told.save()
    assert write(ben, post).contact == dee


def test_the_same_letter_again_is_the_first_one(ben: Agent, post: Inbox) -> None:
    assert write(ben, post, client_id="c1") == write(ben, post, client_id="c1")
    assert Contact.objects.filter(identities__value=DEES).count() == 1


@pytest.mark.parametrize("until", [None, dt.timedelta(seconds=10)])
def test_two_tries_side_by_side_begin_one_conversation(
    ben: Agent, post: Inbox, until: dt.timedelta | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = clock.now() + until if until else None
    first = write(ben, post, client_id="c1", until=moment)
    # What the second one sees that asks before the first has written.
    monkeypatch.setattr(starting, "_begun", lambda by, client_id: None)
    assert write(ben, post, client_id="c1", until=moment) == first
    assert Conversation.objects.count() == 1
    assert Contact.objects.filter(identities__value=DEES).count() == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"to": "nobody"}, "address"), ({"to": ""}, "address"), ({"subject": " "}, "subject"), ({"body": " "}, "empty")],
)
def test_what_lacks_something_begins_nothing(ben: Agent, post: Inbox, changed: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        write(ben, post, **changed)
    assert refusal.value.code == code
    assert not Conversation.objects.exists()
    assert not Identity.objects.filter(value=DEES).exists()


def test_nobody_writes_where_they_may_not_answer_or_by_a_chat(cast: Cast, post: Inbox) -> None:
    with pytest.raises(Refused):
        write(cast.cy, post)
    with pytest.raises(Refused):
        write(cast.ben, cast.inbox)
