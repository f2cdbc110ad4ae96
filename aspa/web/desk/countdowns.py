"""How long there is left, in words: the same that countdown.js says while the page stays open."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from aspa.kit import clock
from aspa.service.sla.models import Kind
from aspa.web.shell.templatetags.shell import soon

if TYPE_CHECKING:
    from aspa.web.desk.marks import Due

# What is further away is told by its day and time. countdown.js has the same.
NEAR = dt.timedelta(hours=12)
MINUTE = dt.timedelta(minutes=1)
# Hours that are told without their minutes.
LONG = 6


class Shown(NamedTuple):
    """A chip: "First reply · 42 min left". `tone` is "", "promise" (near) or "late"; `due` and `warn` for the script."""

    label: str
    text: str
    tone: str
    due: str
    warn: str


def shown(due: Due) -> Shown:
    label, now = str(Kind(due.kind).label), clock.now()
    if due.due_at is None:
        left = _("paused, {time} left").format(time=spoken(due.left)) if due.left is not None else _("paused")
        return Shown(label, left, "", "", "")
    is_near = due.warn_at is not None and due.warn_at <= now
    tone = "late" if due.due_at < now else "promise" if is_near else ""
    return Shown(
        label, _text(due.due_at, now, tone), tone, due.due_at.isoformat(), (due.warn_at or due.due_at).isoformat()
    )


def words() -> dict[str, str]:
    return {
        "time_left": _("{time} left"),
        "little_time_left": _("only {time} left"),
        "time_late": _("{time} late"),
        "minutes": _("{count} min"),
        "hours_minutes": _("{hours} h {count} min"),
        "hours": _("{count} h"),
        "days": _("{count} d"),
    }


def spoken(time: dt.timedelta) -> str:
    """ "42 min", "3 h 5 min", "19 h" or "2 d": nobody minds the minutes of a long time."""
    says, minutes = words(), int(time / MINUTE)
    hours = minutes // 60
    if hours < 1:
        return says["minutes"].format(count=minutes)
    if hours < LONG and minutes % 60:
        return says["hours_minutes"].format(hours=hours, count=minutes % 60)
    if hours < 48:
        return says["hours"].format(count=hours)
    return says["days"].format(count=hours // 24)


def _text(due: dt.datetime, now: dt.datetime, tone: str) -> str:
    if tone == "late":
        return words()["time_late"].format(time=spoken(now - due))
    if due - now > NEAR:
        return soon(due)
    says = "little_time_left" if tone else "time_left"
    # A part of a minute is one still: there is never "0 min left".
    return words()[says].format(time=spoken(due - now + MINUTE - dt.timedelta(microseconds=1)))
