"""The demo's past weeks: a few hundred conversations in every state, the same ones at every start.

Only the clock moves: what is "now" at the desk happened a few minutes ago, whenever the demo is started.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
from collections.abc import Callable, Sequence
from functools import partial
from zoneinfo import ZoneInfo

from django.db.models import Count

from aspa.core.conversations import joining
from aspa.core.conversations.models import Conversation
from aspa.core.people.models import Agent, Contact
from aspa.demo import bot, community, help_site, helped, ledger, purchases, reviews
from aspa.demo.cast import Cast
from aspa.demo.customers import MAIJA, Customers
from aspa.demo.dialogues import Dialogue, Line, dialogues, filled
from aspa.demo.ledger import Told
from aspa.demo.post import Post
from aspa.kit import clock

HELSINKI = ZoneInfo("Europe/Helsinki")
WEEKS = 7
CLOSED = {"villa": 190, "kaisla": 80}
# The minutes ago of each of today's lines, in the order of today.txt.
TODAY: tuple[tuple[float, ...], ...] = ((6, 5, 3, 0.4), (3,), (38, 30, 8), (29, 26, 21))
Priority, ClosedHow = Conversation.Priority, Conversation.ClosedHow
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


def tell(cast: Cast) -> None:
    """Write the whole past into a database where `cast` stands and nothing else."""
    history = History(cast)
    history.plan()
    history.customers.write()
    ledger.write([plan() for plan in history.plans])
    purchases.tell(cast)
    help_site.open_sites(cast)
    bot.switch_on(cast)
    helped.tell(cast)
    community.open_communities(cast)
    reviews.tell(cast)
    _join(cast)


@dataclasses.dataclass(frozen=True, slots=True)
class Scene:
    """Who talks where, about what, from when on."""

    brand: str
    dialogue: Dialogue
    contact: Contact
    start: dt.datetime


class History:
    """Plans every conversation first, as its customer must be stored before it is told."""

    def __init__(self, cast: Cast, seed: int = 10482) -> None:
        self.cast, self.chance, self.now = cast, random.Random(seed), clock.now()
        self.customers = Customers(cast, self.chance)
        self.plans: list[Callable[[], Told]] = []
        self._turn = dict.fromkeys(CLOSED, 0)
        # Customers who have nothing open, and when they were last in touch: they may come back.
        self._regulars: dict[tuple[str, str], list[tuple[Contact, dt.datetime]]] = {}

    def plan(self) -> None:
        self._plan_maija()
        for brand, number in CLOSED.items():
            for _ in range(number):
                self.plans.append(partial(self._closed, self._past_scene(brand)))
        for number, dialogue in enumerate(dialogues("spam") * 2):
            start = self.opening_hour()
            scene = Scene("villa", dialogue, self.customers.take("villa", dialogue.language, since=start), start)
            self.plans.append(partial(self._set_aside, scene, number))
        self._plan_live(self._waiting, 16, lambda n: _in_the_day(self.now - (5 + 7 * n) * HOUR), kaisla=3)
        self._plan_live(self._snoozed, 6, lambda n: _in_the_day(self.now - (20 + 9 * n) * HOUR), kaisla=2)
        self._plan_live(self._answered, 12, lambda n: self.now - (25 + 17 * n) * MINUTE, kaisla=3, at_least=3)
        waits = (1, 2, 4, 7, 12, 19, 33, 52, 80)
        self._plan_live(self._unassigned, len(waits), lambda n: self.now - waits[n] * MINUTE, kaisla=4)
        self._plan_today()
        self.plans += Post(self).plans()

    def _plan_live(
        self,
        kind: Callable[[Scene, int], Told],
        number: int,
        when: Callable[[int], dt.datetime],
        *,
        kaisla: int,
        at_least: int = 1,
    ) -> None:
        """Plan a number of conversations that go on, every `kaisla`th of them the workshop's."""
        for n in range(number):
            brand = "kaisla" if n % kaisla == kaisla - 1 else "villa"
            dialogue = self._next(brand, at_least=at_least)
            contact = self.customers.take(brand, dialogue.language, since=when(n))
            self.plans.append(partial(kind, Scene(brand, dialogue, contact, when(n)), n))

    def _plan_maija(self) -> None:
        self._maija = self.customers.take("villa", "fi", since=self.now - 100 * DAY, name=MAIJA)
        for subject, days in (("Palautuksen rahat", 98), ("Mittataulukko", 20)):
            dialogue = next(d for d in dialogues("villa") if d.subject == subject)
            scene = Scene("villa", dialogue, self._maija, _in_the_day(self.now - days * DAY))
            self.plans.append(partial(self._closed, scene, agent=self.cast.agents["aino"]))

    def _plan_today(self) -> None:
        """Aino's own: what she is in the middle of."""
        for dialogue, minutes in zip(dialogues("today"), TODAY, strict=True):
            times = [self.now - minute * MINUTE for minute in minutes]
            known = dialogue.customer == MAIJA
            contact = (
                self._maija if known else self.customers.take("villa", "fi", since=times[0], name=dialogue.customer)
            )
            self.plans.append(partial(self._today, Scene("villa", dialogue, contact, times[0]), times))

    # The kinds of conversations

    def _closed(self, scene: Scene, *, agent: Agent | None = None) -> Told:
        told, by, at = self._talk(scene, agent=agent)
        if self.chance.random() < 0.6:
            at += 4 * MINUTE
            told.ask_if_solved(by=by, at=at)
        if agent is not None or self.chance.random() < 0.78:
            told.customer_ends(at=at + self.chance.randint(1, 50) * MINUTE)
        else:
            told.close_by_silence(at=at + 3 * DAY)
        return told

    def _set_aside(self, scene: Scene, number: int) -> Told:
        told = self._begin(scene)
        told.customer(scene.dialogue.lines[0].text, at=scene.start)
        how, why = (ClosedHow.SPAM, "Mainos") if number else (ClosedHow.ABUSE, "Häirintää samasta osoitteesta")
        told.set_aside(how, why, by=self.cast.agents["ville"], at=scene.start + 12 * MINUTE)
        return told

    def _waiting(self, scene: Scene, number: int) -> Told:
        told, agent, at = self._talk(scene, until="agent")
        if number % 2:
            told.ask_if_solved(by=agent, at=at + 5 * MINUTE)
        else:
            told.wait(by=agent, at=at + 5 * MINUTE)
        return told

    def _snoozed(self, scene: Scene, number: int) -> Told:
        told, agent, at = self._talk(scene, until="agent")
        told.note("Odottaa varaston vastausta, palaan tähän.", by=agent, at=at + MINUTE)
        day = self.now.astimezone(HELSINKI) + (1 + number % 3) * DAY
        told.snooze(day.replace(hour=9, minute=0, second=0), by=agent, at=at + 2 * MINUTE)
        return told

    def _answered(self, scene: Scene, number: int) -> Told:
        """Open and somebody's: the customer has written again, or was answered a moment ago."""
        names = ("eetu",) if scene.brand == "kaisla" else ("ville", "noora", "helena")
        agent, aino = self.cast.agents[names[number % len(names)]], self.cast.agents["aino"]
        told, agent, at = self._talk(scene, until="contact" if number % 4 else "agent", agent=agent, gap=1)
        if number == 3:
            told.prioritise(Priority.HIGH, by=agent, at=at)
        if number == 4:
            reply = next(message for message in told.messages if message.is_ours)
            told.fail(reply, "Yhteys katkesi ennen kuin viesti oli perillä.", at=at)
        if number in (6, 7):
            words = f"@[{aino.name}]({aino.pk}) muistatko, miten tämä hoidettiin viime viikolla?"
            told.note(words, by=agent, at=at + MINUTE, mention=aino)
        return told

    def _unassigned(self, scene: Scene, number: int) -> Told:
        told = self._begin(scene)
        told.customer(self.say(scene.dialogue.lines[0], scene.contact, None), at=scene.start)
        return told

    def _today(self, scene: Scene, times: Sequence[dt.datetime]) -> Told:
        aino, customer, last = self.cast.agents["aino"], scene.dialogue.customer, times[-1]
        told = self._begin(scene)
        told.conversation.subject = scene.dialogue.subject
        told.conversation.assignee = aino
        for line, at in zip(scene.dialogue.lines, times, strict=True):
            self._tell_line(told, line.who, line.text, by=aino, noted_by=self.cast.agents["ville"], at=at)
        self._sort(told, scene, by=aino, at=last)
        if customer == MAIJA:
            told.agent_reads(aino, at=self.now)
            told.draft(self._promise(), by=aino, at=self.now)
        if scene.dialogue.reason == "Reklamaatio":
            told.prioritise(Priority.URGENT, by=aino, at=last)
        if customer == "Tiina Niemi":
            told.agent_reads(aino, at=last + MINUTE)
            # She thanked; nothing of hers waits for us.
            told.conversation.waiting_since = None
            told.wait(by=aino, at=last + MINUTE)
        return told

    def _promise(self) -> str:
        hour = (self.now.astimezone(HELSINKI) + 90 * MINUTE).hour
        return (
            f"Ymmärrän huolen. Soitan postin lajitteluun ja palaan sinulle tänään klo {hour} mennessä. "
            "Jos se ei ehdi, lähetämme uuden paketin meiltä suoraan."
        )

    # How one is told

    def _begin(self, scene: Scene) -> Told:
        return Told(self.cast.inboxes[scene.brand], scene.contact, at=scene.start, language=scene.dialogue.language)

    def _talk(
        self, scene: Scene, *, until: str = "", agent: Agent | None = None, gap: int = 6
    ) -> tuple[Told, Agent, dt.datetime]:
        """Tell the lines, at most `gap` minutes apart. Gives who served, and when it ended.

        `until` ("contact" or "agent") leaves out what comes after the last line of theirs.
        """
        agent = agent or self.agent_for(scene.brand, scene.dialogue.language)
        told, at = self._begin(scene), scene.start
        lines = list(scene.dialogue.lines)
        while until and len(lines) > 1 and lines[-1].who != until:
            lines.pop()
        for number, line in enumerate(lines):
            words = self.say(line, scene.contact, agent)
            self._tell_line(told, line.who, words, by=agent, noted_by=agent, at=at)
            if number == 0:
                told.take(agent, at=at + MINUTE / 2)
                self._sort(told, scene, by=agent, at=at + MINUTE / 2)
            at += MINUTE * self.chance.uniform(0.8, gap)
        return told, agent, at

    def _tell_line(self, told: Told, who: str, words: str, *, by: Agent, noted_by: Agent, at: dt.datetime) -> None:
        if who == "contact":
            told.customer(words, at=at)
        elif who == "note":
            told.note(words, by=noted_by, at=at)
        else:
            told.agent_reads(by, at=at)
            told.reply(words, by=by, at=at)
            told.contact_reads(at=at + MINUTE / 4)

    def _sort(self, told: Told, scene: Scene, *, by: Agent, at: dt.datetime) -> None:
        if scene.dialogue.reason:
            told.reason(self.cast.reasons[scene.brand, scene.dialogue.reason], by=by, at=at)
        for label in scene.dialogue.labels:
            told.label(self.cast.labels[scene.brand, label], by=by, at=at)

    def say(self, line: Line, contact: Contact, agent: Agent | None) -> str:
        words = {
            "first": contact.first_name,
            "name": contact.name,
            "me": agent.first_name if agent else "",
            "order": str(9000 + contact.pk * 7 % 1500),
        }
        return filled(line.text, words, self.chance)

    # Who, what and when

    def _past_scene(self, brand: str) -> Scene:
        dialogue, start = self._next(brand), self.opening_hour()
        return Scene(brand, dialogue, self._regular_or_new(brand, dialogue.language, start), start)

    def _next(self, brand: str, *, at_least: int = 1) -> Dialogue:
        """The brand's dialogues of `at_least` so many lines in turn, so that neighbours differ."""
        pool = [dialogue for dialogue in dialogues(brand) if len(dialogue.lines) >= at_least]
        self._turn[brand] += 1
        # A step that shares no factor with the pool's size goes through all of it.
        return pool[self._turn[brand] * (17 if brand == "villa" else 5) % len(pool)]

    def agent_for(self, brand: str, language: str) -> Agent:
        agents = self.cast.agents
        if language == "sv":
            return agents["sofia"]
        names = ("eetu", "eetu", "ville") if brand == "kaisla" else ("aino", "aino", "noora", "ville", "sofia")
        return agents[self.chance.choice(names)]

    def _regular_or_new(self, brand: str, language: str, start: dt.datetime) -> Contact:
        pool = self._regulars.setdefault((brand, language), [])
        # A conversation may stay open for three days, and a customer has one at a time.
        free = [place for place, (_contact, last) in enumerate(pool) if abs(start - last) > 5 * DAY]
        if free and self.chance.random() < 0.55:
            contact, _last = pool.pop(self.chance.choice(free))
            contact.created_at = min(contact.created_at, start)
            return contact
        contact = self.customers.take(brand, language, since=start)
        pool.append((contact, start))
        return contact

    def opening_hour(self) -> dt.datetime:
        """A moment between 9 and 17 on a working day of the past weeks, more than three days ago."""
        day = self.now.astimezone(HELSINKI) - self.chance.randint(4, WEEKS * 7) * DAY
        while day.weekday() == 6 or (day.weekday() == 5 and self.chance.random() < 0.7):
            day -= DAY
        morning = day.replace(hour=9, minute=0, second=self.chance.randint(0, 59))
        return (morning + self.chance.randint(0, 8 * 60 - 1) * MINUTE).astimezone(dt.UTC)


def _in_the_day(at: dt.datetime) -> dt.datetime:
    """The same moment, or an earlier one between 9 and 17 when it falls outside."""
    local = at.astimezone(HELSINKI)
    if 9 <= local.hour < 17:
        return at
    day = local - DAY if local.hour < 9 else local
    return day.replace(hour=9 + local.hour % 8).astimezone(dt.UTC)


def _join(cast: Cast) -> None:
    """A merge and a link, done by the verbs themselves."""
    ville, villa = cast.agents["ville"], cast.inboxes["villa"]
    closed = Conversation.objects.filter(inbox=villa, closed_how=ClosedHow.CUSTOMER).exclude(contact__name=MAIJA)
    twice = closed.values("contact").annotate(times=Count("id")).filter(times__gte=2).order_by("contact")[:1]
    earlier, later = closed.filter(contact__in=[row["contact"] for row in twice]).order_by("pk")[:2]
    joining.merge(earlier, into=later, by=ville)
    one, other = Conversation.objects.filter(inbox=villa, status="open", assignee=ville).order_by("pk")[:2]
    joining.link(one, to=other, by=ville)
