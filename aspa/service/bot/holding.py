"""Which conversations the bots take care of, for all who would give, ring or promise."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING

from django.db.models import Q

from aspa.kit import clock
from aspa.service.bot.models import Bot, Talk

if TYPE_CHECKING:
    from collections.abc import Collection

# A bot that hasn't answered for so long is no help any more: then the conversation is anybody's.
TOO_LATE = dt.timedelta(seconds=60)
REMEMBERED_SECONDS = 5.0

_known: tuple[float, dict[int, str]] = (0.0, {})


def among(conversation_ids: Collection[int]) -> set[int]:
    """Those that a bot takes care of. Costs nothing while no chat has a bot."""
    if not whens():
        return set()
    talks = Talk.objects.filter(pk__in=conversation_ids, state=Talk.State.BOT)
    in_time = Q(owed_since=None) | Q(owed_since__gt=clock.now() - TOO_LATE)
    return set(talks.filter(in_time).values_list("pk", flat=True))


def begins(inbox_id: int) -> bool:
    """Whether the bot of the inbox is always the first."""
    return whens().get(inbox_id) == Bot.When.ALWAYS


def serves(inbox_ids: Collection[int]) -> set[int]:
    """Those that have a bot which answers at times."""
    return set(whens().keys() & set(inbox_ids))


def whens() -> dict[int, str]:
    """When the bot of each inbox answers; those that never do aren't there. Remembered for a moment."""
    global _known
    until, found = _known
    if until < time.monotonic():
        found = dict(Bot.objects.exclude(when=Bot.When.OFF).filter(inbox__is_active=True).values_list("pk", "when"))
        _known = (time.monotonic() + REMEMBERED_SECONDS, found)
    return found


def forget() -> None:
    """The settings have changed."""
    global _known
    _known = (0.0, {})
