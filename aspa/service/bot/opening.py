"""When a customer asks whether and how long somebody is there: told from the brand's published opening hours.

No page is asked for it, since a page may be older than the calendar. What the calendar says of a feast, an exception or
just now is what is told, also when it is that nobody is there.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aspa.core.conversations import next_step
from aspa.core.conversations.bots import Source
from aspa.kit import clock
from aspa.service.bot import days, speech
from aspa.service.bot.grounding import NOTHING
from aspa.service.hours import calendars, publishing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aspa.core.inboxes.models import Brand, Inbox
    from aspa.service.bot.days import Days
    from aspa.service.hours.schedule import Schedule

# Asked for by their name.
HOURS = re.compile(
    r"\b(?:auki ?olo\w*|palveluai(?:ka|ko|at|jat|joi)\w*|palveluaja\w*|öppet ?tid\w*|öppettid\w*|öppethållning\w*"
    r"|(?:opening|business|office|service|working|store|shop|your) (?:hours|times))\b"
)
OPEN = re.compile(
    r"\b(?:auki|avoinna|avoin|auke(?:e|aa|aat|eet|atte|ette|avat)(?:ko|ks|kö)?|avaat(?:te|teko)|avaa(?:ko)?|avataan(?:ko)?"
    r"|kiinni|kii|sulje(?:tte|tteko|taan|ttu|ttuna)|sulke(?:e|eko|utuu|utuuko)|palvelet(?:te|teko)|päivystät(?:te|tekö)"
    r"|paikalla|paikal|tavoit(?:taa|an)"
    r"|öppet|öppen|öppna|öppnar|stängt|stängd|stänger|bemannad"
    r"|open|opens|close|closes|closed|shut)\b"
)
# Who is open. Nothing else is asked about by a question that has no other telling word.
WHO = re.compile(
    r"\b(?:(?:asiakas|puhelin|chat-?|chatti)?palvelu\w*|asiakaspalve\w*|aspa\w{0,4}|chat\w*|chät\w*|tsät\w*|kaup(?:pa|an)\w*"
    r"|liik(?:e|kee)\w*|myymälä\w*|puoti\w*|puodi\w*|toimisto\w*|puhelin\w*|puhelime\w*|verkkokaup\w*|putiik\w*"
    r"|kundtjänst\w*|kundservice\w*|butik\w*|affär\w*|kontor\w*|telefon\w*"
    r"|customer (?:service|support|care)|support|shop|store|office|phone(?: ?line)?)\b"
)
YOU = re.compile(
    r"\b(?:ootte\w*|olette\w*|ootsä|ootko|te|teillä|teidät|teiät|siellä|siel|(?:auke|avaa|sulje|palvele|päivystä)\w*t+e(?:ko|kö|ks)?"
    r"|joku|ketään|ni|er|någon|nån|you|anyone|anybody|someone|somebody|u)\b"
)
TIME = re.compile(
    r"\b(?:mihin (?:asti|saakka|aikaan)|mist(?:ä|a)? (?:asti|mihin)|monel(?:ta|t|tako|tak)\w*|mone(?:en|enko|enks)|milloin|millon|koska"
    r"|kauanko|kauan|kuinka (?:pitkään|myöhään|kauan|aikaisin)|minkä ?aika\w*|mikä aika"
    r"|när|hur (?:länge|sent|dags|tidigt)|vilken tid|vilka tider|klockan|vad dags|till vad"
    r"|when|until when|till when|what times?|how (?:late|long|early)|what hours)\b"
)
# Beside the words that tell nothing anywhere, these tell nothing here.
BESIDE = re.compile(
    r"^(?:aik\w*|aja\w*|ilta\w*|illa\w*|aamu\w*|päivä\w*|kello|klo|asti|saakka|mene\w*|meettekö|tulla|tuun|tulen|käydä|käy|ehti\w*|pyhä\w*"
    r"|poikkeus\w*|erikois\w*|minkälai\w*|millai\w*|olisit\w*|oisitte\w*|ens|ensi|pitkään|myöhään|tavallis\w*|mitkä|ovat|olette\w*|ootte\w*|laita\w*|pis\w*|ottaa|yhteyttä|vastaat\w*"
    r"|tid\w*|dags|länge|sent|kväll\w*|kvällen|morgon\w*|dag\w*|helgdag\w*|klockan|kl|komma|komm\w*|besök\w*|under|över"
    r"|hours?|times?|time|late|early|long|until|till|evening|morning|day|days|holidays?|during|over|come|visit|public|bank)$"
)
LONGEST = 16
# Days that differ are told with the week when they are as near as this.
SOON = dt.timedelta(days=14)

_WORD = re.compile(r"[^\W\d_][\w'’]*")


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """What the calendar says, and where the same is published."""

    text: str
    source: Source


def told(inbox: Inbox, said: str, *, around: str = "", loosely: bool = False) -> Told | None:
    """The answer to a question for the opening hours, in the active language; None when it asks for something else, or the
    brand publishes none. `around`: the whole message, where the day may stand that the question doesn't name. `loosely`:
    when nothing else is known of it, also where words stand in it that may be about something else."""
    now = _now(inbox)
    named = days.read(said, now.date())
    if not (_asks(named) or (loosely and _mentions(named))):
        return None
    published = publishing.of(inbox.brand)
    if published is None:
        return None
    if not named.are_named:
        named = days.read(around, now.date())
    keepers = [_Keeper(_("our customer service"), inbox.brand, published.schedule, published.notes, now)]
    chat = calendars.schedule_of(inbox)
    if any(published.schedule.periods_on(day) != chat.periods_on(day) for day in named.dates or _week_from(now.date())):
        keepers.append(dataclasses.replace(keepers[0], who=_("this chat"), schedule=chat))
    path = reverse("published-hours", args=[inbox.brand.slug])
    return Told(
        "\n\n".join(keeper.words(named) for keeper in keepers),
        Source(_("Opening hours"), f"{settings.ASPA_URL}{path}?lang={get_language()}"),
    )


def is_asked(inbox: Inbox, said: str) -> bool:
    """Whether a question is for the opening hours and for nothing else, be they published or not."""
    return _asks(days.read(said, _now(inbox).date()))


def _now(inbox: Inbox) -> dt.datetime:
    return clock.now().astimezone(calendars.timezone_of(inbox.brand))


def _asks(named: Days) -> bool:
    """Whether it asks for this and for nothing else. An open door alone is no question for hours: "how does it open"."""
    left = named.left
    words = left.split()
    if len(words) > LONGEST or _has_others(left):
        return False
    if HOURS.search(left):
        return True
    is_of_us = named.are_named or len(words) <= 2 or any(pattern.search(left) for pattern in (WHO, YOU, TIME))
    return is_of_us and OPEN.search(left) is not None


def _mentions(named: Days) -> bool:
    """Whether hours are asked for, be it perhaps those of something else: whose hours are told stands in the answer."""
    if len(named.left.split()) > LONGEST:
        return False
    return HOURS.search(named.left) is not None or all(one.search(named.left) for one in (OPEN, YOU, TIME))


def _has_others(left: str) -> bool:
    """Whether a word tells of something else."""
    for pattern in (HOURS, TIME, WHO, OPEN, YOU):
        left = pattern.sub(" ", left)
    return any(
        word not in speech.FILLERS and word not in NOTHING and not BESIDE.match(word) for word in _WORD.findall(left)
    )


def _week_from(today: dt.date) -> list[dt.date]:
    return [today + number * days.DAY for number in range(7)]


@dataclasses.dataclass(frozen=True, slots=True)
class _Keeper:
    """Who keeps hours, and how. `notes`: why a day differs. `now` is the brand's local time."""

    who: str
    brand: Brand
    schedule: Schedule
    notes: Mapping[dt.date, str]
    now: dt.datetime

    def words(self, named: Days) -> str:
        if len(named.dates) == 1:
            return self._on(named.dates[0])
        if named.is_now:
            return self._just_now()
        if named.dates:
            return "\n".join([f"{capfirst(self.who)}:", *(self._line(day) for day in named.dates)])
        week = [f"{capfirst(line.days)}: {line.hours}" for line in publishing.lines(self.schedule)]
        soon = [self._line(day) for day in publishing.different(self.schedule, self.now.date(), SOON)]
        return "\n".join([f"{capfirst(self.who)}:", *week, *soon, self._just_now()])

    def _on(self, day: dt.date) -> str:
        values = {"when": capfirst(_named(day, self.now.date())), "who": self.who, "why": self.notes.get(day, "")}
        periods = self.schedule.periods_on(day)
        if periods:
            text = _("%(when)s %(who)s is open %(hours)s.") % {**values, "hours": publishing.hours_of(periods)}
            return f"{text} {self._just_now()}" if day == self.now.date() else text
        closed = _("%(when)s %(who)s is closed (%(why)s).") if values["why"] else _("%(when)s %(who)s is closed.")
        midnight = dt.datetime.combine(day + days.DAY, dt.time(), self.schedule.timezone)
        return f"{closed % values} {self._opens(max(midnight, self.now))}".strip()

    def _just_now(self) -> str:
        if not self.schedule.is_open(self.now):
            return f"{_('Just now %(who)s is closed.') % {'who': self.who}} {self._opens(self.now)}".strip()
        closes = self.schedule.closes_at(self.now)
        if closes is None:
            return _("Just now %(who)s is open.") % {"who": self.who}
        local = closes.astimezone(self.schedule.timezone)
        is_today = local.date() == self.now.date()
        when = date_format(local, "TIME_FORMAT") if is_today else next_step.moment(closes, self.brand)
        return _("Just now %(who)s is open, until %(when)s.") % {"who": self.who, "when": when}

    def _opens(self, after: dt.datetime) -> str:
        opens = self.schedule.opens_at(after)
        return _("The next opening is on %(when)s.") % {"when": next_step.moment(opens, self.brand)} if opens else ""

    def _line(self, day: dt.date) -> str:
        line = f"{capfirst(date_format(day, 'l j.n.'))}: {publishing.hours_of(self.schedule.periods_on(day))}"
        return f"{line} ({self.notes[day]})" if self.notes.get(day) else line


def _named(day: dt.date, today: dt.date) -> str:
    if day == today:
        return _("today")
    if day == today + days.DAY:
        return _("tomorrow")
    return _("on %(weekday)s %(date)s") % {"weekday": date_format(day, "l"), "date": date_format(day, "j.n.")}
