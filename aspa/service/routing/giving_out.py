"""Giving out what waits: the decisions of `deciding.py` made true, a few at a time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from aspa.core.conversations import giving
from aspa.core.conversations.models import Conversation
from aspa.core.people.models import Agent, Team
from aspa.kit import clock
from aspa.service.routing import candidates, cases, offers, queue
from aspa.service.routing.deciding import Decision, plan
from aspa.service.routing.models import AtWork, Skill
from aspa.service.routing.rules import Routed, alone, routed

# Given out in one transaction; on SQLite customers' messages wait that long.
AT_ONCE = 5
# Usually one of the first can be given out; of a longer queue no more are looked at: the rest comes nearer.
FIRST, LOOKED_AT = 50, 2000


def give_out() -> list[dt.datetime]:
    """Give out until nothing can be; the moments when offers made meanwhile run out."""
    runs_out: list[dt.datetime] = []
    # Looked at without a lock first: usually there is nothing to do.
    while decide_now(1):
        with transaction.atomic():
            alone()
            by_inbox = routed()
            done = [one for one in decide_now() if _make_true(one, by_inbox[one.case.inbox])]
        offered = [by_inbox[one.case.inbox] for one in done if by_inbox[one.case.inbox].manner.is_offered]
        runs_out += [clock.now() + inbox.offer_for for inbox in offered]
        if not done:
            break
    return runs_out


def decide_now(most: int = AT_ONCE) -> list[Decision]:
    """The next decisions, as things are now."""
    by_inbox = routed()
    if not by_inbox:
        return []
    waiting = cases.waiting(by_inbox, FIRST)
    people = candidates.here() if waiting else []
    if not any(one.is_free for one in people):
        return []
    manners = {inbox.inbox: inbox.manner for inbox in by_inbox.values()}
    found = plan(waiting, people, manners, clock.now(), most)
    if not found and len(waiting) == FIRST:
        found = plan(cases.waiting(by_inbox, LOOKED_AT), people, manners, clock.now(), most)
    return found


def note_given(agent_id: int) -> None:
    """It was this agent's turn."""
    AtWork.objects.update_or_create(agent_id=agent_id, defaults={"given_at": clock.now()})


def _make_true(decision: Decision, inbox: Routed) -> bool:
    """Give or offer it. False when it is no longer as the queue had it, which is put right."""
    assert decision.agent is not None
    to = Agent.objects.get(pk=decision.agent)
    conversation = Conversation(pk=decision.case.conversation)
    if inbox.manner.is_offered:
        done = offers.make(conversation, to=to, why=_why(decision), until=clock.now() + inbox.offer_for)
    else:
        done = giving.give(conversation, to=to, why=_why(decision))
    if done:
        note_given(to.pk)
    queue.renew([conversation.pk])
    return done


def _why(decision: Decision) -> dict[str, Any]:
    """As `because.words` says it, and who else was considered."""
    case = decision.case
    why: dict[str, Any] = {
        "because": list(decision.because),
        "taken": decision.room.taken,
        "most": decision.room.most,
        "others": [{"agent": agent, "why": code} for agent, code in decision.others.items()],
    }
    if case.segment:
        why["because"], why["segment"] = ["segment", *decision.because], case.segment
    if "language" in decision.because:
        why["language"] = case.language
    if "skills" in decision.because:
        why["skills"] = ", ".join(Skill.objects.filter(pk__in=case.skills).values_list("name", flat=True))
    team = case.team or case.home
    if "team" in decision.because and team is not None:
        why["team"] = Team.objects.values_list("name", flat=True).get(pk=team)
    return why
