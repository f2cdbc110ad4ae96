"""The demo's past weeks: a few hundred conversations in every state, the same ones at every start.

Only the clock moves: what is "now" at the desk happened a few minutes ago, whenever the demo is started.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.db.models import Count

from aspa.core.conversations import joining
from aspa.core.conversations.models import Conversation
from aspa.core.people.models import Agent, Contact
from aspa.demo import ledger
from aspa.demo.cast import Cast
from aspa.demo.customers import MAIJA, Customers
from aspa.demo.dialogues import Dialogue, Line, dialogues, filled
from aspa.demo.ledger import Told
from aspa.kit import clock

HELSINKI = ZoneInfo("Europe/Helsinki")
WEEKS = 7
CLOSED = {"villa": 190, "kaisla": 80}
Priority, ClosedHow = Conversation.Priority, Conversation.ClosedHow
MINUTE = dt.timedelta(minutes=1)


def tell(cast: Cast) -> None:
    """Write the whole past into a database where `cast` stands and nothing else."""
    history = History(cast)
    history.plan()
    history.customers.write()
    ledger.write([make() for make in history.plans])
    _join(cast)


class History:
    """Plans every conversation first, as its customer must be stored before it is told."""

    def __init__(self, cast: Cast, seed: int = 10482) -> None:
        self.cast, self.chance, self.now = cast, random.Random(seed), clock.now()
        self.customers = Customers(cast, self.chance)
        self.plans: list[Callable[[], Told]] = []
        self.turn = dict.fromkeys(("villa", "kaisla"), 0)
        # Customers who have nothing open: they may come back.
        self.regulars: dict[tuple[str, str], list[tuple[Contact, dt.datetime]]] = {}

    def plan(self) -> None:
        self._maija_before()
        for brand, number in CLOSED.items():
            for _ in range(number):
                self._closed(brand)
        self._set_aside()
        self._waiting()
        self._snoozed()
        self._answered()
        self._unassigned()
        self._today()

    # What is over

    def _closed(self, brand: str) -> None:
        dialogue, start = self._next(brand), self._opening_hour()
        contact = self._regular_or_new(brand, dialogue.language, start)

        def make() -> Told:
            told, agent, at = self._talk(brand, dialogue, contact, start)
            if self.chance.random() < 0.6:
                told.ask_if_solved(by=agent, at=at + 4 * MINUTE)
                at += 4 * MINUTE
            if self.chance.random() < 0.78:
                told.customer_ends(at=at + self.chance.randint(1, 50) * MINUTE)
            else:
                told.close_by_silence(at=at + dt.timedelta(days=3))
            return told

        self.plans.append(make)

    def _set_aside(self) -> None:
        ville = self.cast.agents["ville"]
        for number, dialogue in enumerate(dialogues("spam") * 2):
            start = self._opening_hour()
            contact = self.customers.take("villa", dialogue.language, since=start)
            how, why = (ClosedHow.SPAM, "Mainos") if number else (ClosedHow.ABUSE, "Häirintää samasta osoitteesta")

            def make(d: Dialogue = dialogue, c: Contact = contact, at: dt.datetime = start, how=how, why=why) -> Told:  # type: ignore[no-untyped-def]
                told = self._begin("villa", d, c, at)
                told.customer(d.lines[0].text, at=at)
                told.set_aside(how, why, by=ville, at=at + 12 * MINUTE)
                return told

            self.plans.append(make)

    def _maija_before(self) -> None:
        maija = self.customers.take("villa", "fi", since=self.now - dt.timedelta(days=100), name=MAIJA)
        for subject, days in (("Palautuksen rahat", 98), ("Mittataulukko", 20)):
            dialogue = next(d for d in dialogues("villa") if d.subject == subject)

            def make(d: Dialogue = dialogue, start: dt.datetime = self.now - dt.timedelta(days=days)) -> Told:
                told, agent, at = self._talk("villa", d, maija, start, agent=self.cast.agents["aino"])
                told.ask_if_solved(by=agent, at=at + MINUTE)
                told.customer_ends(at=at + 3 * MINUTE)
                return told

            self.plans.append(make)
        self.maija = maija

    # What goes on

    def _waiting(self) -> None:
        for number in range(16):
            brand = "kaisla" if number % 3 == 2 else "villa"
            dialogue = self._next(brand)
            start = _in_the_day(self.now - dt.timedelta(hours=5 + 7 * number))
            contact = self.customers.take(brand, dialogue.language, since=start)

            def make(b: str = brand, d: Dialogue = dialogue, c: Contact = contact, at=start, asked=number % 2) -> Told:  # type: ignore[no-untyped-def]
                told, agent, ended = self._talk(b, d, c, at, until="agent")
                if asked:
                    told.ask_if_solved(by=agent, at=ended + 5 * MINUTE)
                else:
                    told.wait(by=agent, at=ended + 5 * MINUTE)
                return told

            self.plans.append(make)

    def _snoozed(self) -> None:
        for number in range(6):
            brand = "villa" if number % 2 else "kaisla"
            dialogue = self._next(brand)
            start = _in_the_day(self.now - dt.timedelta(hours=20 + 9 * number))
            contact = self.customers.take(brand, dialogue.language, since=start)
            morning = (self.now.astimezone(HELSINKI) + dt.timedelta(days=1 + number % 3)).replace(hour=9, minute=0, second=0)

            def make(b: str = brand, d: Dialogue = dialogue, c: Contact = contact, at=start, until=morning) -> Told:  # type: ignore[no-untyped-def]
                told, agent, ended = self._talk(b, d, c, at, until="agent")
                told.note("Odottaa varaston vastausta, palaan tähän.", by=agent, at=ended + MINUTE)
                told.snooze(until, by=agent, at=ended + 2 * MINUTE)
                return told

            self.plans.append(make)

    def _answered(self) -> None:
        """Open and somebody's: the customer has written again, or was answered a moment ago."""
        for number in range(12):
            brand = "kaisla" if number % 3 == 1 else "villa"
            dialogue = self._next(brand, at_least=3)
            start = self.now - dt.timedelta(minutes=25 + 17 * number)
            contact = self.customers.take(brand, dialogue.language, since=start)

            def make(b: str = brand, d: Dialogue = dialogue, c: Contact = contact, at=start, n: int = number) -> Told:  # type: ignore[no-untyped-def]
                agent = self.cast.agents["eetu" if b == "kaisla" else ("ville", "noora", "helena")[n % 3]]
                told, agent, ended = self._talk(b, d, c, at, until="contact" if n % 4 else "agent", agent=agent, gap=1)
                if n == 3:
                    told.prioritise(Priority.HIGH, by=agent, at=ended)
                if n == 4:
                    told.fail(told.messages[1], "Asiakas ei ollut enää paikalla eikä osoitetta ole.", at=ended)
                if n in (5, 6):
                    told.note(
                        f"@[Aino Lehto]({self.cast.agents['aino'].pk}) muistatko, miten tämä hoidettiin viime viikolla?",
                        by=agent, at=ended + MINUTE, mention=self.cast.agents["aino"],
                    )  # fmt: skip
                return told

            self.plans.append(make)

    def _unassigned(self) -> None:
        """Written a moment ago, nobody's yet."""
        for number, minutes in enumerate((1, 2, 4, 7, 12, 19, 33, 52, 80)):
            brand = "kaisla" if number in (2, 6) else "villa"
            dialogue = self._next(brand)
            start = self.now - minutes * MINUTE
            contact = self.customers.take(brand, dialogue.language, since=start)

            def make(b: str = brand, d: Dialogue = dialogue, c: Contact = contact, at: dt.datetime = start) -> Told:
                told = self._begin(b, d, c, at)
                told.customer(self._say(d.lines[0], c, None), at=at)
                return told

            self.plans.append(make)

    def _today(self) -> None:
        """Aino's own: what she is in the middle of."""
        late, exchange, broken, blanket = dialogues("today")
        for dialogue, minutes in ((late, (6, 5, 3, 0.4)), (exchange, (3,)), (broken, (38, 30, 8)), (blanket, (29, 26, 21))):
            start = self.now - minutes[0] * MINUTE
            contact = self.maija if dialogue.customer == MAIJA else self.customers.take(
                "villa", "fi", since=start, name=dialogue.customer
            )
            times = [self.now - minute * MINUTE for minute in minutes]
            self.plans.append(lambda d=dialogue, c=contact, t=times: self._aino(d, c, t))

    def _aino(self, dialogue: Dialogue, contact: Contact, times: list[dt.datetime]) -> Told:
        aino, ville = self.cast.agents["aino"], self.cast.agents["ville"]
        told = self._begin("villa", dialogue, contact, times[0])
        told.conversation.subject = dialogue.subject
        for line, at in zip(dialogue.lines, times, strict=True):
            if line.who == "contact":
                told.customer(line.text, at=at)
                told.conversation.assignee = aino
            elif line.who == "agent":
                told.agent_reads(aino, at=at)
                told.reply(line.text, by=aino, at=at)
                told.contact_reads(at=at + MINUTE / 3)
            else:
                told.note(line.text, by=ville, at=at)
        self._sort(told, dialogue, "villa", by=aino, at=times[-1])
        if dialogue.customer == MAIJA:
            told.agent_reads(aino, at=self.now)
            told.draft(self._promise(), by=aino, at=self.now)
        if "Kolmas" in dialogue.subject:
            told.prioritise(Priority.URGENT, by=aino, at=times[-1])
        if dialogue.customer == "Tiina Niemi":
            told.agent_reads(aino, at=times[-1] + MINUTE)
            told.conversation.waiting_since = None
            told.wait(by=aino, at=times[-1] + MINUTE)
        return told

    def _promise(self) -> str:
        hour = (self.now.astimezone(HELSINKI) + dt.timedelta(hours=1, minutes=30)).hour
        return (
            f"Ymmärrän huolen. Soitan postin lajitteluun ja palaan sinulle tänään klo {hour} mennessä. "
            "Jos se ei ehdi, lähetämme uuden paketin meiltä suoraan."
        )

    # How one is told

    def _begin(self, brand: str, dialogue: Dialogue, contact: Contact, at: dt.datetime) -> Told:
        told = Told(self.cast.inboxes[brand], contact, at=at, language=dialogue.language)
        told.conversation.context = {"page": {"title": self.cast.brands[brand].name, "url": ""}}
        return told

    def _talk(
        self,
        brand: str,
        dialogue: Dialogue,
        contact: Contact,
        start: dt.datetime,
        *,
        until: str = "",
        agent: Agent | None = None,
        gap: int = 6,
    ) -> tuple[Told, Agent, dt.datetime]:
        """Tell the lines, `gap` minutes apart at most; `until` names whose line ends it. Gives who served and when it ended."""
        agent = agent or self._agent_for(brand, dialogue.language)
        told, at = self._begin(brand, dialogue, contact, start), start
        lines = list(dialogue.lines)
        while until and len(lines) > 1 and (lines[-1].who != until):
            lines.pop()
        for number, line in enumerate(lines):
            said = self._say(line, contact, agent)
            if line.who == "contact":
                told.customer(said, at=at)
                if number == 0:
                    told.take(agent, at=at + MINUTE / 2)
                    self._sort(told, dialogue, brand, by=agent, at=at + MINUTE / 2)
            elif line.who == "agent":
                told.agent_reads(agent, at=at)
                told.reply(said, by=agent, at=at)
                told.contact_reads(at=at + MINUTE / 4)
            else:
                told.note(said, by=agent, at=at)
            at += MINUTE * self.chance.uniform(0.8, gap)
        return told, agent, at

    def _sort(self, told: Told, dialogue: Dialogue, brand: str, *, by: Agent, at: dt.datetime) -> None:
        if dialogue.reason:
            told.reason(self.cast.reasons[brand, dialogue.reason], by=by, at=at)
        for label in dialogue.labels:
            told.label(self.cast.labels[brand, label], by=by, at=at)

    def _say(self, line: Line, contact: Contact, agent: Agent | None) -> str:
        words = {
            "first": contact.first_name,
            "name": contact.name,
            "me": agent.first_name if agent else "",
            "order": str(9000 + (contact.pk or 0) * 7 % 1500),
        }
        return filled(line.text, words, self.chance)

    # Who, what and when

    def _next(self, brand: str, *, at_least: int = 1) -> Dialogue:
        """The brand's dialogues in turn, so that the same one is never told twice in a row."""
        pool = [d for d in dialogues(brand) if len(d.lines) >= at_least]
        # A step that shares no factor with the pool's size goes through all of it.
        self.turn[brand] += 1
        return pool[self.turn[brand] * (17 if brand == "villa" else 5) % len(pool)]

    def _agent_for(self, brand: str, language: str) -> Agent:
        agents = self.cast.agents
        if language == "sv":
            return agents["sofia"]
        names = ("eetu", "eetu", "ville") if brand == "kaisla" else ("aino", "aino", "noora", "ville", "sofia")
        return agents[self.chance.choice(names)]

    def _regular_or_new(self, brand: str, language: str, start: dt.datetime) -> Contact:
        pool = self.regulars.setdefault((brand, language), [])
        # A conversation may stay open for three days; a customer has one at a time.
        free = [place for place, (_c, last) in enumerate(pool) if abs(start - last) > dt.timedelta(days=5)]
        if free and self.chance.random() < 0.55:
            place = self.chance.choice(free)
            contact = pool.pop(place)[0]
            contact.created_at = min(contact.created_at, start)
            return contact
        contact = self.customers.take(brand, language, since=start)
        pool.append((contact, start))
        return contact

    def _opening_hour(self) -> dt.datetime:
        """A moment between 9 and 17 on a working day of the past weeks, more than three days ago."""
        day = self.now.astimezone(HELSINKI) - dt.timedelta(days=self.chance.randint(4, WEEKS * 7))
        while day.weekday() == 6 or (day.weekday() == 5 and self.chance.random() < 0.7):
            day -= dt.timedelta(days=1)
        minute = self.chance.randint(0, 8 * 60 - 1)
        return day.replace(hour=9 + minute // 60, minute=minute % 60, second=self.chance.randint(0, 59)).astimezone(dt.UTC)


def _in_the_day(at: dt.datetime) -> dt.datetime:
    """The same moment, or an earlier one between 9 and 17 when it falls outside."""
    local = at.astimezone(HELSINKI)
    if 9 <= local.hour < 17:
        return at
    day = local - dt.timedelta(days=1) if local.hour < 9 else local
    return day.replace(hour=9 + local.hour % 8).astimezone(dt.UTC)


def _join(cast: Cast) -> None:
    """A merge and a link, done by the verbs themselves."""
    ville, villa = cast.agents["ville"], cast.inboxes["villa"]
    closed = Conversation.objects.filter(inbox=villa, closed_how=ClosedHow.CUSTOMER).exclude(contact__name=MAIJA)
    twice = closed.values("contact").annotate(number=Count("id")).filter(number__gte=2).order_by("contact")[:1]
    earlier, later = closed.filter(contact__in=[row["contact"] for row in twice]).order_by("pk")[:2]
    joining.merge(earlier, into=later, by=ville)
    one, other = Conversation.objects.filter(inbox=villa, status="open", assignee=ville).order_by("pk")[:2]
    joining.link(one, to=other, by=ville)
