"""An answer that is soon due or late: who hears of it, and how."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail

from aspa.core.conversations import events
from aspa.core.conversations.changing import changing
from aspa.core.conversations.models import Conversation, Event
from aspa.core.people.models import Agent
from aspa.kit.tasks import run_pending
from aspa.web.desk import late
from tests.cast import Cast
from tests.journal import whole

pytestmark = pytest.mark.django_db
DUE = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)


@pytest.fixture
def pushed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []

    def push(agent: Agent, **says: str) -> list[Exception]:
        told.append((agent.email, says["title"]))
        return []

    monkeypatch.setattr(late, "push", push)
    return told


def happens(conversation: Conversation, kind: Event.Kind, agents: list[int], escalated: list[int]) -> None:
    with changing(conversation) as current:
        events.record(
            current, kind, target="first_reply", due=DUE.isoformat(), policy="Gold", agents=agents, escalated=escalated
        )
    late.tell_of(whole())
    run_pending()


def test_what_is_due_soon_rings_and_writes_no_letter(
    cast: Cast, conversation: Conversation, pushed: list[tuple[str, str]]
) -> None:
    happens(conversation, Event.Kind.SLA_WARNED, [cast.ben.pk], [])
    assert pushed == [(cast.ben.email, "First reply is due soon")]
    assert mail.outbox == []


def test_what_is_late_is_written_to_those_whom_the_policy_names(
    cast: Cast, conversation: Conversation, pushed: list[tuple[str, str]]
) -> None:
    happens(conversation, Event.Kind.SLA_BREACHED, [cast.ben.pk], [cast.ada.pk])
    assert pushed == [(cast.ben.email, "First reply is late"), (cast.ada.email, "First reply is late")]
    assert [letter.to for letter in mail.outbox] == [[cast.ada.email]]
    assert conversation.reference in mail.outbox[0].subject
    assert "Where is my parcel" not in str(mail.outbox[0].message())


def test_without_anybody_named_the_letter_is_the_teams_and_no_outsiders(
    cast: Cast, conversation: Conversation, pushed: list[tuple[str, str]]
) -> None:
    happens(conversation, Event.Kind.SLA_BREACHED, [cast.ben.pk, cast.cy.pk], [])
    assert [letter.to for letter in mail.outbox] == [[cast.ben.email]]
    assert [email for email, _title in pushed] == [cast.ben.email]
