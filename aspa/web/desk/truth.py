"""What customers are being told right now in the live inboxes that an agent reads, for the desk's top line."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from aspa.core.conversations import access
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent
from aspa.kit import clock
from aspa.service.hours import calendars
from aspa.service.routing import availability, rules
from aspa.service.routing.availability import CLOSED, FULL, NOBODY, OPEN, Availability
from aspa.service.routing.models import Waiting
from aspa.web.shell.templatetags.shell import clock as written
from aspa.web.shell.templatetags.shell import soon

# A shorter wait isn't worth a word.
A_WHILE = dt.timedelta(minutes=1)
# What is told first when several inboxes say different things: what needs a person.
ORDER = (NOBODY, FULL, OPEN, CLOSED)


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """What one inbox tells: `says` in words, how many wait and for how long the next one probably will (seconds)."""

    inbox: Inbox
    state: str
    says: str
    queue: int
    wait: int | None


@dataclasses.dataclass(frozen=True, slots=True)
class Truth:
    """`state` and `says` of all lines together, empty without any; `longest`: since when the first one waits."""

    lines: list[Line]
    state: str
    says: str
    queue: int
    wait: int | None
    longest: dt.datetime | None


def told(agent: Agent) -> Truth:
    live = access.inboxes(agent).filter(is_active=True, channel__in=rules.live_channels())
    inboxes = list(live.defer("settings", "brand__identity_secret").order_by("brand__name", "name", "pk"))
    found = availability.of_all(inboxes) if inboxes else {}
    lines = [_line(inbox, found[inbox.pk]) for inbox in inboxes]
    first = min(lines, key=lambda line: ORDER.index(line.state), default=None)
    queue = sum(line.queue for line in lines)
    waits = [line.wait for line in lines if line.queue and line.wait]
    return Truth(
        lines,
        first.state if first else "",
        _together(first, lines) if first else "",
        queue,
        max(waits, default=None),
        _longest(inboxes) if queue else None,
    )


def _line(inbox: Inbox, now: Availability) -> Line:
    says = {NOBODY: _("Open, nobody is there"), FULL: _("Open, everybody has their hands full")}
    text = says.get(now.state) or (_open_until(inbox) if now.state == OPEN else _closed(now.opens))
    return Line(inbox, now.state, text, len(now.queue), now.wait)


def _open_until(inbox: Inbox) -> str:
    closes = calendars.schedule_of(inbox).closes_at(clock.now())
    if closes is None:
        return _("Open around the clock")
    today = timezone.localtime(closes).date() == timezone.localdate()
    return _("Open until %(time)s") % {"time": written(closes)} if today else _("Open now")


def _closed(opens: dt.datetime | None) -> str:
    return _("Closed, opens %(when)s") % {"when": soon(opens)} if opens else _("Closed")


def _together(first: Line, lines: Collection[Line]) -> str:
    """What needs a person is told of its inbox by name; otherwise the hours."""
    if first.state in (NOBODY, FULL) and len(lines) > 1:
        return f"{first.inbox.name}: {first.says}"
    return first.says


def _longest(inboxes: Collection[Inbox]) -> dt.datetime | None:
    queued = Waiting.objects.filter(inbox__in=[inbox.pk for inbox in inboxes], given_at__isnull=True)
    since: dt.datetime | None = queued.aggregate(since=Min("entered_at"))["since"]
    return since if since and clock.now() - since >= A_WHILE else None
