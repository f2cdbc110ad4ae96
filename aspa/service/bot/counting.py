"""The figures: counted on the local day on which the talk began, in the transaction of what they count."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import F

from aspa.service.bot.models import BotDay

if TYPE_CHECKING:
    from aspa.service.bot.models import Talk

SOON = dt.timedelta(minutes=2)


def count(talk: Talk, **more: int) -> None:
    """Add to the talk's day. The names are those of `BotDay`."""
    if not any(more.values()):
        return
    timezone = ZoneInfo(talk.conversation.brand.timezone)
    date = talk.began_at.astimezone(timezone).date()
    day, _is_new = BotDay.objects.get_or_create(inbox_id=talk.inbox_id, date=date)
    BotDay.objects.filter(pk=day.pk).update(**{name: F(name) + many for name, many in more.items() if many})


def person_answered(talk: Talk, at: dt.datetime) -> None:
    """The first answer of a person to whom it was handed over."""
    if talk.handed_over_at is None:
        return
    took = max(dt.timedelta(), at - talk.handed_over_at)
    count(talk, humans=1, soon=int(took <= SOON), human_seconds=round(took.total_seconds()))
