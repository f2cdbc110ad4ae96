"""Giving out what waits: the decisions of `deciding.py` made true, a few at a time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from aspa.core.conversations import giving
from aspa.core.conversations.models import Conversation
from aspa.core.people.models import Agent, Team
from aspa.kit import clock
from aspa.service.routing import candidates, offers, preferences, queue
from aspa.service.routing.deciding import Case, Decision, plan
from aspa.service.routing.models import AtWork, Offer, Skill, Waiting
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
    cases = waiting_cases(by_inbox, FIRST)
    people = candidates.here() if cases else []
    if not any(one.is_free for one in people):
        return []
    manners = {inbox.inbox: inbox.manner for inbox in by_inbox.values()}
    found = plan(cases, people, manners, clock.now(), most)
    if not found and len(cases) == FIRST:
        found = plan(waiting_cases(by_inbox, LOOKED_AT), people, manners, clock.now(), most)
    return found


def waiting_cases(by_inbox: dict[int, Routed], most: int) -> list[Case]:
    """What waits in the queues and is offered to nobody, in order."""
    entries = Waiting.objects.filter(inbox__in=by_inbox, given_at__isnull=True)
    entries = entries.exclude(pk__in=Offer.objects.values("conversation")).order_by("turn", "conversation")
    first = list(entries.values_list("conversation", "inbox", "turn", "entered_at", "known", "asked")[:most])
    # Asked of these alone; joined, all that wait would be read before the first are known.
    about = {
        pk: (language or of_contact, team, reason, contact)
        for pk, language, of_contact, team, reason, contact in Conversation.objects.filter(
            pk__in=[entry[0] for entry in first]
        ).values_list("pk", "language", "contact__language", "team", "reason", "contact")
    }
    preferred = preferences.of({contact for *_others, contact in about.values()})
    skills = _skills()
    cases = []
    for pk, inbox, turn, entered_at, known, asked in first:
        language, team, reason, contact = about[pk]
        preference = preferred.get(contact, preferences.NONE)
        cases.append(
            Case(
                conversation=pk,
                inbox=inbox,
                turn=turn,
                entered_at=entered_at,
                is_live=by_inbox[inbox].is_live,
                language=language,
                # What comes in is the team's of its inbox; one that stands there otherwise was chosen.
                team=team if team != by_inbox[inbox].team else None,
                home=preference.team or by_inbox[inbox].team,
                skills=skills.get(reason, frozenset()),
                known=known,
                asked=tuple(asked),
                segment=preference.segment,
            )
        )
    return cases


def note_given(agent_id: int) -> None:
    """It was this agent's turn."""
    AtWork.objects.update_or_create(agent_id=agent_id, defaults={"given_at": clock.now()})


def _skills() -> dict[int | None, frozenset[int]]:
    """The skills that conversations need, by their reason."""
    found: dict[int | None, frozenset[int]] = {}
    for reason, skill in Skill.reasons.through.objects.values_list("reason", "skill"):
        found[reason] = found.get(reason, frozenset()) | {skill}
    return found


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
