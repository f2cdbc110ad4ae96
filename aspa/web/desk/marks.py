"""What is due in conversations: promises and countdowns, read together for a whole page of a list, or for one head.

In plain SQL and in one query, as every list asks for it: docs/decisions/0010.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

from aspa.service.promises.models import LIVE, Promise

if TYPE_CHECKING:
    from collections.abc import Collection

    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent

PROMISE = "promise"
ROWS = """
    SELECT conversation_id, 'promise' AS kind, due_at, NULL AS warn_at, text, state FROM promises_promise
    WHERE conversation_id IN ({ids}) AND state IN ({live})
    UNION ALL
    SELECT conversation_id, kind, due_at, coalesce(warned_at, next_at), '', '' FROM sla_countdown
    WHERE conversation_id IN ({ids}) AND met_at IS NULL AND due_at IS NOT NULL
    ORDER BY due_at DESC
"""
HEAD = """
    SELECT 'follow' AS kind, NULL AS due_at, NULL AS warn_at, NULL AS left FROM conversations_follow
    WHERE conversation_id = %s AND agent_id = %s
    UNION ALL
    SELECT kind, due_at, coalesce(warned_at, next_at), "left" FROM sla_countdown
    WHERE conversation_id = %s AND met_at IS NULL ORDER BY due_at
"""


class Due(NamedTuple):
    """A promise or a countdown. `warn_at`: since when a countdown is near; `left`: the time of one that is paused."""

    kind: str
    due_at: dt.datetime | None
    warn_at: dt.datetime | None = None
    text: str = ""
    is_broken: bool = False
    left: dt.timedelta | None = None


class Marks(NamedTuple):
    """What is due first of each sort."""

    promise: Due | None = None
    countdown: Due | None = None


NONE = Marks()


def of_rows(conversation_ids: Collection[int]) -> dict[int, Marks]:
    """By conversation; those with nothing due are left out."""
    if not conversation_ids:
        return {}
    ids, live = (", ".join(["%s"] * len(values)) for values in (conversation_ids, LIVE))
    found: dict[int, Marks] = {}
    with connection.cursor() as cursor:
        cursor.execute(ROWS.format(ids=ids, live=live), [*conversation_ids, *LIVE, *conversation_ids])
        # The last comes first.
        for pk, kind, due_at, warn_at, text, state in cursor.fetchall():
            due = Due(kind, moment(due_at), moment(warn_at), text, state == Promise.State.BROKEN)
            known = found.get(pk, NONE)
            found[pk] = known._replace(**{"promise" if kind == PROMISE else "countdown": due})
    return found


def of_head(conversation: Conversation, *, agent: Agent) -> tuple[bool, list[Due]]:
    """Whether the agent follows the conversation, and its countdowns, the most urgent first."""
    with connection.cursor() as cursor:
        cursor.execute(HEAD, [conversation.pk, agent.pk, conversation.pk])
        found = cursor.fetchall()
    countdowns = [
        Due(kind, moment(due_at), moment(warn_at), left=_duration(left))
        for kind, due_at, warn_at, left in found
        if kind != "follow"
    ]
    return len(countdowns) < len(found), [] if conversation.is_closed else countdowns


def moment(value: Any) -> dt.datetime | None:
    """SQLite keeps moments in UTC without saying so, and gives those of a union as text."""
    if value is None:
        return None
    found: dt.datetime = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def _duration(value: Any) -> dt.timedelta | None:
    """SQLite keeps microseconds."""
    if isinstance(value, int):
        return dt.timedelta(microseconds=value)
    found: dt.timedelta | None = value
    return found
