"""What is true in the simulated month, reckoned without any of the product's code: minute by minute, by a plain table."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")
MINUTE = dt.timedelta(minutes=1)

# The month: from a Monday, over Easter, with the clocks going forward on Easter Sunday.
BEGIN = dt.datetime(2027, 3, 8, 0, 0, tzinfo=HELSINKI).astimezone(dt.UTC)
END = dt.datetime(2027, 4, 8, 0, 0, tzinfo=HELSINKI).astimezone(dt.UTC)

# Good Friday, Easter Sunday, Easter Monday.
HOLIDAYS = {dt.date(2027, 3, 26), dt.date(2027, 3, 28), dt.date(2027, 3, 29)}
STOCKTAKING, LONG_SATURDAY = dt.date(2027, 3, 17), dt.date(2027, 3, 20)


def shop_is_open(local: dt.datetime) -> bool:
    """9–12 and 12.30–17 on weekdays, 10–14 on Saturdays; closed for the stocktaking, 8–20 on one Saturday."""
    day, at = local.date(), local.hour * 60 + local.minute
    if day == LONG_SATURDAY:
        return 8 * 60 <= at < 20 * 60
    if day in HOLIDAYS or day == STOCKTAKING or local.weekday() == 6:
        return False
    if local.weekday() == 5:
        return 10 * 60 <= at < 14 * 60
    return 9 * 60 <= at < 12 * 60 or 12 * 60 + 30 <= at < 17 * 60


def night_is_open(local: dt.datetime) -> bool:
    """From Saturday at 20 until Sunday at 8, whatever the day."""
    return (local.weekday() == 5 and local.hour >= 20) or (local.weekday() == 6 and local.hour < 8)


class Calendar:
    """Every minute of the month and some days after it."""

    def __init__(self, is_open: Callable[[dt.datetime], bool]) -> None:
        count = round((END - BEGIN) / MINUTE) + 10 * 24 * 60
        self._open = [is_open((BEGIN + number * MINUTE).astimezone(HELSINKI)) for number in range(count)]
        self._opens: list[int] = [0] * count
        following = count
        for number in reversed(range(count)):
            self._opens[number] = following
            if self._open[number]:
                following = number

    def is_open(self, moment: dt.datetime) -> bool:
        return self._open[_minute(moment)]

    def opens(self, moment: dt.datetime) -> dt.datetime:
        """The first minute after this one that is open."""
        return BEGIN + self._opens[_minute(moment)] * MINUTE

    def has_been_open(self, moment: dt.datetime, span: dt.timedelta) -> bool:
        """Whether it is open, and has been for so long."""
        return self.is_open(moment) and self.is_open(max(BEGIN, moment - span))

    def edges(self) -> list[dt.datetime]:
        """Every moment of the month at which it opens or closes."""
        last = _minute(END)
        return [BEGIN + n * MINUTE for n in range(1, last) if self._open[n] != self._open[n - 1]]


def _minute(moment: dt.datetime) -> int:
    return (moment - BEGIN) // MINUTE


@dataclasses.dataclass(slots=True)
class Worker:
    """An agent as the simulation knows them: what they did last, not what the product makes of it."""

    pk: int
    inboxes: frozenset[int]
    room: int
    at_desk: bool = False
    idle: bool = False
    chosen: str = "available"
    # The network or the computer died then; the product learns it only from the silence.
    crashed_at: dt.datetime | None = None
    left_at: dt.datetime | None = None

    def is_here(self, now: dt.datetime, patience: dt.timedelta) -> bool:
        if self.crashed_at is not None and now - self.crashed_at >= patience:
            return False
        return self.at_desk and not self.idle and self.chosen != "off"

    def may_keep(self, now: dt.datetime, patience: dt.timedelta) -> bool:
        """Whether it is too soon to take waiting customers from them: they may only be turning to another page."""
        if not self.at_desk:
            return self.left_at is not None and now - self.left_at < patience
        return self.is_here(now, patience)


@dataclasses.dataclass(frozen=True, slots=True)
class Chat:
    """A stored conversation, as a plain row."""

    pk: int
    inbox: int
    status: str
    assignee: int | None
    waits_since: dt.datetime | None


def state(
    inbox: int,
    calendar: Calendar,
    workers: Iterable[Worker],
    chats: Iterable[Chat],
    now: dt.datetime,
    patience: dt.timedelta,
) -> str:
    """The widget's word: open, closed, nobody or full."""
    if not calendar.is_open(now):
        return "closed"
    here = [one for one in workers if inbox in one.inboxes and one.is_here(now, patience)]
    if not here:
        return "nobody"
    chats = list(chats)
    room = 0
    for one in here:
        if one.chosen == "available":
            mine = [chat for chat in chats if chat.assignee == one.pk and chat.status == "open"]
            room += max(0, one.room - len(mine))
    waiting = [c for c in chats if c.inbox == inbox and is_queued(c)]
    return "open" if room > len(waiting) else "full"


def is_queued(chat: Chat) -> bool:
    return chat.status == "open" and chat.waits_since is not None and chat.assignee is None
