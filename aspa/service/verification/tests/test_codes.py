"""A code proves an address for who was asked, once, within its time and its tries, and tells nothing else."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from aspa.core.conversations import activities, events
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Conversation, Event, Message
from aspa.core.people.models import Identity
from aspa.kit import clock
from aspa.service.verification import codes, following
from aspa.service.verification.codes import Answer
from aspa.service.verification.models import Challenge
from tests.cast import Cast, says

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "dee@post.example"


@dataclasses.dataclass
class Worker:
    """Does what is enqueued right after the commit."""

    task: Any

    def enqueue(self, **values: Any) -> None:
        transaction.on_commit(lambda: self.task(**values))


@pytest.fixture(autouse=True)
def sent_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "send", Worker(codes.send))


@pytest.fixture
def claimed(cast: Cast, conversation: Conversation) -> Identity:
    return claims(cast, conversation)


def claims(cast: Cast, conversation: Conversation, *, value: str = ADDRESS, verified: bool = False) -> Identity:
    return Identity.objects.create(
        brand=cast.brand, contact=conversation.contact, kind="email", value=value, created_at=clock.now(),
        verified_at=clock.now() if verified else None, verified_how="mail" if verified else "",
    )  # fmt: skip


def code_sent() -> str:
    found = re.search(r"(\d{3}) (\d{3})", mail.outbox[-1].body)
    assert found
    return found[1] + found[2]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def lines(conversation: Conversation) -> list[str]:
    return list(Message.objects.filter(conversation=conversation).order_by("pk").values_list("code", flat=True))


def test_the_right_code_proves_the_address(cast: Cast, conversation: Conversation, claimed: Identity) -> None:
    challenge = codes.ask(conversation, claimed, by=cast.ben)
    (letter,) = mail.outbox
    assert letter.to == [ADDRESS]
    code = code_sent()
    assert code not in letter.subject
    assert "/c/" not in letter.body, "the letter's reader may be a stranger: the matter is none of theirs"
    challenge.refresh_from_db()
    assert code not in str(vars(challenge))

    assert codes.enter(conversation, code) is Answer.PROVED
    claimed.refresh_from_db()
    assert (claimed.verified_how, claimed.verified_by) == ("code", cast.ben)
    assert claimed.is_verified
    assert lines(conversation)[-2:] == ["verification_asked", "verified"]
    told = Event.objects.filter(conversation=conversation).values_list("kind", flat=True)
    assert {Event.Kind.VERIFICATION_ASKED, Event.Kind.IDENTIFIED} <= set(told)
    assert ADDRESS not in str(list(Event.objects.values_list("data", flat=True)))

    assert codes.enter(conversation, code) is Answer.NOTHING_ASKED, "a code is used once"


def test_five_wrong_codes_and_the_right_one_is_of_no_use(
    cast: Cast, conversation: Conversation, claimed: Identity
) -> None:
    codes.ask(conversation, claimed, by=cast.ben)
    code = code_sent()
    assert [codes.enter(conversation, wrong(code)) for _ in range(5)] == [*[Answer.WRONG] * 4, Answer.SPENT]
    assert codes.enter(conversation, code) is Answer.NOTHING_ASKED
    assert not codes.send_again(conversation)
    claimed.refresh_from_db()
    assert not claimed.is_verified


def test_late_codes_are_counted_like_wrong_ones(cast: Cast, conversation: Conversation, claimed: Identity) -> None:
    now = clock.now()
    with time_machine.travel(now, tick=False):
        codes.ask(conversation, claimed, by=cast.ben)
    with time_machine.travel(now + dt.timedelta(minutes=11), tick=False):
        answers = [codes.enter(conversation, code_sent()) for _ in range(6)]
    assert answers == [*[Answer.EXPIRED] * 4, Answer.SPENT, Answer.NOTHING_ASKED]


def test_it_expires_and_a_new_one_makes_the_former_void(
    cast: Cast, conversation: Conversation, claimed: Identity
) -> None:
    now = clock.now()
    with time_machine.travel(now, tick=False):
        codes.ask(conversation, claimed, by=cast.ben)
        first = code_sent()
        assert not codes.send_again(conversation), "not at once"
    with time_machine.travel(now + dt.timedelta(minutes=10, seconds=1), tick=False):
        assert codes.enter(conversation, first) is Answer.EXPIRED
        assert codes.send_again(conversation)
        assert len(mail.outbox) == 2
        if code_sent() != first:
            assert codes.enter(conversation, first) is Answer.WRONG
        assert codes.enter(conversation, code_sent()) is Answer.PROVED


def test_letters_to_one_address_are_limited_whoever_claims_it(
    cast: Cast, conversation: Conversation, claimed: Identity
) -> None:
    now = clock.now()
    for minute in range(8):
        with time_machine.travel(now + dt.timedelta(minutes=2 * minute), tick=False):
            if minute == 0:
                codes.ask(conversation, claimed, by=cast.ben)
            else:
                codes.send_again(conversation)
    assert len(mail.outbox) == codes.SENDINGS
    with time_machine.travel(now + dt.timedelta(minutes=20), tick=False):
        codes.ask(conversation, claimed, by=cast.ben)
        stranger = says(cast.inbox, "Hei", who="sam").conversation
        theirs = claims(cast, stranger)
        with pytest.raises(Refused):
            codes.ask(stranger, theirs, by=cast.ben)
    assert len(mail.outbox) == codes.MOST


def test_whether_somebody_has_it_already_shows_nowhere_to_the_customer(cast: Cast, conversation: Conversation) -> None:
    """Sam claims an address that Dee has proved: asked and answered alike, and nobody's history moves."""
    dees = claims(cast, conversation, verified=True)
    sams, unknown = (says(cast.inbox, "Hei", who=who).conversation for who in ("sam", "uma"))
    seen = []
    for other, value in ((sams, ADDRESS), (unknown, "uma@post.example")):
        claim = claims(cast, other, value=value)
        with CaptureQueriesContext(connection) as asking:
            codes.ask(other, claim, by=cast.ben)
        with CaptureQueriesContext(connection) as guessing:
            guessed = codes.enter(other, wrong(code_sent()))
        answers = [len(asking), len(guessing), guessed, codes.enter(other, code_sent())]
        public = Message.objects.for_contact().filter(conversation=other, kind="activity")
        said = []
        for line in public.order_by("pk"):
            line.conversation = other
            said.append(activities.sentence(line, for_contact=True).replace("u…@", "d…@").replace(other.reference, ""))
        seen.append((answers, said, re.sub(r"\d", "", mail.outbox[-1].body), mail.outbox[-1].subject))
    assert seen[0] == seen[1]
    dees.refresh_from_db()
    assert (dees.contact, dees.is_verified) == (cast.dee, True)
    assert not Identity.objects.filter(contact=sams.contact, kind="email", verified_at__isnull=False).exists()
    assert Challenge.objects.get(contact=sams.contact).is_elsewhere
    assert Conversation.objects.filter(contact=cast.dee).count() == 1
    assert lines(sams)[-1] == "verified_elsewhere", "agents are told to compare"


@pytest.mark.usefixtures("alone_on_the_server")
def test_a_message_of_six_digits_is_tried_once_however_often_it_is_read(
    cast: Cast, conversation: Conversation, claimed: Identity
) -> None:
    start = events.head()
    codes.ask(conversation, claimed, by=cast.ben)
    code = code_sent()
    says(cast.inbox, "Tilaukseni 123456 ei tullut")
    says(cast.inbox, wrong(code))
    for _ in range(2):
        follow(start)
    assert Challenge.objects.get().tries == 1
    assert lines(conversation).count("code_refused") == 1
    says(cast.inbox, f"{code[:3]} {code[3:]}")
    follow(start)
    claimed.refresh_from_db()
    assert claimed.is_verified


def follow(start: events.Cursor) -> None:
    stretch, _more = events.stretch_after(start, 500)
    assert stretch is not None
    following.follow(stretch)


def test_only_a_claim_of_this_customer_is_asked_for(cast: Cast, conversation: Conversation) -> None:
    sams = says(cast.inbox, "Hei", who="sam").conversation
    for identity in (claims(cast, sams), claims(cast, conversation, verified=True)):
        with pytest.raises(Refused):
            codes.ask(conversation, identity, by=cast.ben)
    browser = Identity.objects.get(contact=conversation.contact, kind="visitor")
    with pytest.raises(Refused):
        codes.ask(conversation, browser, by=cast.ben)
    assert not mail.outbox


@pytest.mark.parametrize(
    ("text", "code"),
    [("123456", "123456"), (" 123 456. ", "123456"), ("123-456\n\nDee", "123456"), ("Tilaus 123456", ""),
     ("1234567", ""), ("12345", ""), ("١٢٣٤٥٦", ""), ("", "")],
)  # fmt: skip
def test_what_is_taken_for_a_code(text: str, code: str) -> None:
    assert following.code_in(text) == code
