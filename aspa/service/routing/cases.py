"""What waits in the queues and is offered to nobody, with all that a decision asks of it."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

from aspa.service.routing import preferences, statements
from aspa.service.routing.deciding import Case
from aspa.service.routing.models import Skill
from aspa.service.routing.rules import Routed

# The first are found before anything else is asked of them: joined, all that wait would be read.
WAITING = """
    SELECT first.conversation_id, first.inbox_id, first.turn, first.entered_at, first.known_id, first.asked,
        coalesce(nullif(conversation.language, ''), contact.language), conversation.team_id, conversation.reason_id,
        conversation.contact_id
    FROM (
        SELECT * FROM routing_waiting
        WHERE given_at IS NULL AND inbox_id {among}
            AND NOT EXISTS (SELECT 1 FROM routing_offer WHERE routing_offer.conversation_id = routing_waiting.conversation_id)
        ORDER BY turn, conversation_id LIMIT %s
    ) AS first
    JOIN conversations_conversation AS conversation ON conversation.id = first.conversation_id
    JOIN people_contact AS contact ON contact.id = conversation.contact_id
    ORDER BY first.turn, first.conversation_id
"""


def waiting(by_inbox: dict[int, Routed], most: int) -> list[Case]:
    """The first of these inboxes, in order."""
    among = statements.AMONG[connection.vendor]
    rows = statements.rows(WAITING.format(among=among), statements.several(by_inbox), most)
    preferred = preferences.of({row[-1] for row in rows})
    skills = _skills()
    return [_case(row, by_inbox[row[1]], preferred.get(row[-1], preferences.NONE), skills) for row in rows]


def _case(
    row: tuple[Any, ...], inbox: Routed, preference: preferences.Preference, skills: dict[int | None, frozenset[int]]
) -> Case:
    pk, _inbox, turn, entered_at, known, asked, language, team, reason, _contact = row
    entered, first = statements.aware(entered_at), statements.aware(turn)
    assert entered is not None
    assert first is not None
    return Case(
        conversation=pk,
        inbox=inbox.inbox,
        turn=first,
        entered_at=entered,
        is_live=inbox.is_live,
        language=language,
        # What comes in is the team's of its inbox; one that stands there otherwise was chosen.
        team=team if team != inbox.team else None,
        home=preference.team or inbox.team,
        skills=skills.get(reason, frozenset()),
        known=known,
        asked=tuple(json.loads(asked)),
        segment=preference.segment,
    )


def _skills() -> dict[int | None, frozenset[int]]:
    """The skills that conversations need, by their reason."""
    found: dict[int | None, frozenset[int]] = {}
    for reason, skill in Skill.reasons.through.objects.values_list("reason", "skill"):
        found[reason] = found.get(reason, frozenset()) | {skill}
    return found
