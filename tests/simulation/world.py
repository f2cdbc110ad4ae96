"""A month of a small shop: customers who write, agents who come, idle, crash and go. Everybody acts by the usual doors."""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import random
from collections.abc import Callable
from functools import partial
from unittest import mock

import time_machine
from django.utils.module_loading import autodiscover_modules

from aspa.config.subscribers import SUBSCRIBERS
from aspa.core.conversations import intake, lifecycle, replies, subscriptions
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Conversation, Event, Message, SubscriberCursor
from aspa.core.inboxes.models import Grant, Inbox
from aspa.core.people.models import Agent
from aspa.kit.bus import bus
from aspa.kit.tasks import run_pending, schedules
from aspa.kit.tasks.models import Job
from aspa.service.hours import editing
from aspa.service.hours.schedule import periods_of
from aspa.service.routing import changes, offering
from aspa.service.routing.models import Ability, Offer, Rules
from aspa.service.routing.present import ALIVE, PREFIX
from tests.cast import Cast, inbound
from tests.simulation.truth import (
    BEGIN,
    END,
    LONG_SATURDAY,
    MINUTE,
    STOCKTAKING,
    Calendar,
    Worker,
    night_is_open,
    shop_is_open,
)

Act = Callable[[], None]
# (conversation, assignee, since when its customer has waited)
Asked = tuple[int, int, str]
# Who crashes is noticed after the last heartbeat has run out.
PATIENCE = dt.timedelta(seconds=ALIVE)
# What comes round every minute has nothing to do in most of them: a month has 44,640.
SWEPT_EVERY = dt.timedelta(hours=8)
# Whose periodic tasks notice who has gone, what has closed and who waits.
NOTICING = tuple(
    f"aspa.{app}." for app in ("core.conversations", "service.routing", "service.closing", "service.sla", "web.desk")
)
# After the month somebody answers whatever is left.
DRAINED = END + dt.timedelta(days=4)
ROOMS = {"ben": 2, "fia": 3, "hal": 4, "ida": 2}


class World:
    """Its clock stands still between the acts; `look` is called after each, when everything has come to rest."""

    def __init__(self, cast: Cast, time: time_machine.Traveller, seed: int, contacts: int) -> None:
        self.now, self._time, self._chance = BEGIN, time, random.Random(seed)
        self.shop, self.night = cast.inbox, Inbox.objects.create(brand=cast.brand, name="Yö", channel="webchat")
        self.calendars = {self.shop.pk: Calendar(shop_is_open), self.night.pk: Calendar(night_is_open)}
        self._acts: list[tuple[dt.datetime, int, Act]] = []
        self._numbers = itertools.count()
        self._answering: set[Asked] = set()
        self._deciding: set[int] = set()
        self.acts = 0
        self._swept_at, self._is_watched_closely = BEGIN - SWEPT_EVERY, False
        # What comes round by itself is known by being imported.
        autodiscover_modules("tasks")
        self._noticing = {name: known for name, known in schedules.schedules.items() if name.startswith(NOTICING)}
        self._keep_hours(cast)
        self.agents = self._hire(cast)
        self.workers = {one.pk: one for one in self._workers()}
        # The outsider is always there, and must never count nor be given anything.
        self.workers[cast.cy.pk] = Worker(cast.cy.pk, frozenset({cast.other_inbox.pk}), 4, at_desk=True)
        self.agents[cast.cy.pk] = cast.cy
        self._plan_edges()
        self._plan_shifts()
        self._plan_contacts(contacts)
        self._plan_replays()

    # The clock

    def run(self, look: Callable[[], None]) -> None:
        """Let the month pass."""
        while self._acts and self._acts[0][0] <= DRAINED:
            moment, _number, act = heapq.heappop(self._acts)
            self.now = max(self.now, moment)
            self._time.move_to(self.now)
            self._heartbeats()
            act()
            self.settle()
            look()
            self.acts += 1

    def at(self, moment: dt.datetime, act: Act) -> None:
        heapq.heappush(self._acts, (moment, next(self._numbers), act))

    def after(self, minutes: float, act: Act) -> None:
        self.at(self.now + dt.timedelta(seconds=round(minutes * 60)), act)

    def settle(self) -> None:
        """What comes round by itself comes, the journal is read, what is due is done; and again, until nothing is."""
        if self.now >= self._swept_at + SWEPT_EVERY:
            self._swept_at, self._is_watched_closely = self.now, False
            schedules.look()
        elif self._is_watched_closely:
            self._is_watched_closely = False
            with mock.patch.object(schedules, "schedules", self._noticing):
                schedules.look()
        for _ in range(12):
            passed = subscriptions.run_all(SUBSCRIBERS)
            assert not passed.failed, passed.failed
            if not run_pending() and not passed.more and not self._is_more_to_read():
                break
        else:
            raise AssertionError("It never comes to rest.")
        self._plan_answers()
        later = Job.objects.filter(dead_at=None, due_at__gt=self.now, due_at__lt=self.now + 10 * MINUTE)
        for due in set(later.values_list("due_at", flat=True)):
            self.at(due, _nothing)

    def _is_more_to_read(self) -> bool:
        newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        return SubscriberCursor.objects.filter(event__lt=newest).exists()

    # The stage

    def _keep_hours(self, cast: Cast) -> None:
        week = [periods_of("9-12, 12:30-17")] * 5 + [periods_of("10-14"), ()]
        hours = editing.set_week(editing.hours_of(cast.brand), week, country="FI")
        editing.set_day(hours, STOCKTAKING, (), note="Inventaario")
        editing.set_day(hours, LONG_SATURDAY, periods_of("8-20"))
        nightly: list[tuple[object, ...]] = [()] * 5
        nightly += [periods_of("20-24"), periods_of("0-8")]
        editing.set_week(editing.hours_of(cast.brand, self.night), nightly, country="")  # type: ignore[arg-type]
        Rules.objects.create(inbox=self.shop, policy="assign", known_seconds=60)
        Rules.objects.create(inbox=self.night, policy="offer", offer_seconds=45, known_seconds=0)

    def _hire(self, cast: Cast) -> dict[int, Agent]:
        agents = {"ben": cast.ben}
        for name in ("fia", "hal", "ida"):
            agents[name] = Agent.objects.create(email=f"{name}@aspa.example", name=name.title(), language="fi")
        for name, inboxes in {
            "fia": [self.shop],
            "hal": [self.shop, self.night],
            "ida": [self.night],
        }.items():
            for inbox in inboxes:
                Grant.objects.create(agent=agents[name], role=cast.answering, inbox=inbox)
        for name, agent in agents.items():
            Ability.objects.create(agent=agent, live_room=ROOMS[name])
        changes.settings_changed()
        return {agent.pk: agent for agent in agents.values()}

    def _workers(self) -> list[Worker]:
        granted: dict[int, set[int]] = {}
        for agent, inbox in Grant.objects.filter(agent__in=self.agents).values_list("agent", "inbox"):
            granted.setdefault(agent, set()).add(inbox)
        return [
            Worker(pk, frozenset(granted[pk]), ROOMS[agent.email.partition("@")[0]])
            for pk, agent in self.agents.items()
        ]

    def _plan_edges(self) -> None:
        for calendar in self.calendars.values():
            for edge in calendar.edges():
                self.at(edge, _nothing)
                self.at(edge + MINUTE, self._watch_closely)
        for hours in range(1, 4 * 24):
            self.at(END + dt.timedelta(hours=hours), _nothing)

    def _plan_shifts(self) -> None:
        day = dt.timedelta(days=1)
        for worker in self.workers.values():
            if worker.at_desk:
                continue
            for number in range((END - BEGIN).days + 1):
                morning = BEGIN + number * day + dt.timedelta(hours=8, minutes=30)
                if self._chance.random() < 0.75:
                    self._plan_shift(worker, morning + self._chance.randrange(90) * MINUTE, 480)
                if self.night.pk in worker.inboxes and self._chance.random() < 0.8:
                    evening = BEGIN + number * day + dt.timedelta(hours=19, minutes=30)
                    if night_is_open(
                        (evening + 2 * dt.timedelta(hours=1)).astimezone(dt.timezone(dt.timedelta(hours=2)))
                    ):
                        self._plan_shift(worker, evening + self._chance.randrange(60) * MINUTE, 700)
        for worker in self.workers.values():
            # Who is still asked after the month is over has all the time there is.
            self.at(END, lambda worker=worker: self._comes(worker))  # type: ignore[misc]

    def _plan_shift(self, worker: Worker, start: dt.datetime, minutes: int) -> None:
        if start >= END:
            return
        self.at(start, lambda: self._comes(worker))
        chance, somewhere = self._chance.random(), start + self._chance.randrange(30, minutes - 60) * MINUTE
        if chance < 0.25:
            self._crash(worker, somewhere)
        elif chance < 0.5:
            self.at(somewhere, lambda: self._idles(worker, idle=True))
            self.at(somewhere + 25 * MINUTE, lambda: self._idles(worker, idle=False))
        elif chance < 0.65:
            self.at(somewhere, lambda: self._chooses(worker, "busy"))
            self.at(somewhere + 40 * MINUTE, lambda: self._chooses(worker, "available"))
        elif chance < 0.75:
            self.at(somewhere, lambda: self._chooses(worker, "off"))
            self.at(somewhere + 30 * MINUTE, lambda: self._chooses(worker, "available"))
        self.at(min(start + minutes * MINUTE, END), lambda: self._leaves(worker))

    def _crash(self, worker: Worker, moment: dt.datetime) -> None:
        def dies() -> None:
            if worker.at_desk:
                worker.crashed_at = self.now

        self.at(moment, dies)
        # Just before the last heartbeat has run out, just after it, and when those who waited have to have moved on.
        for seconds in (-1, 1, 62):
            self.at(moment + PATIENCE + dt.timedelta(seconds=seconds), self._watch_closely)
        self.at(moment + 50 * MINUTE, lambda: self._comes(worker))

    def _plan_contacts(self, contacts: int) -> None:
        for number in range(contacts):
            inbox = self.night if number % 9 == 0 else self.shop
            when = BEGIN + self._chance.random() * (END - BEGIN)
            if self._chance.random() < 0.8:
                # Most come while it is open, and several at once.
                calendar = self.calendars[inbox.pk]
                when = calendar.opens(when) + self._chance.randrange(90) * MINUTE
            self.at(min(when, END - MINUTE), Customer(self, inbox, f"customer-{number}", self._chance).writes)

    def _plan_replays(self) -> None:
        """A program that ends between its work and its note of it does the work again."""
        for number, name in enumerate(("receipts", "routing", "silence", "service levels", "first replies")):
            if name in SUBSCRIBERS:
                moment = BEGIN + (9 + 3 * number) * dt.timedelta(days=1)
                self.at(moment, lambda name=name: subscriptions.reset(name))  # type: ignore[misc]

    # The agents

    def _heartbeats(self) -> None:
        for worker in self.workers.values():
            if worker.at_desk and worker.crashed_at is None:
                self._beat(worker)

    def _beat(self, worker: Worker) -> None:
        agent = self.agents[worker.pk]
        who = {
            "id": agent.pk,
            "name": agent.name,
            "initials": agent.initials,
            "state": worker.chosen,
            "idle": worker.idle,
        }
        bus.put(f"{PREFIX}{worker.pk}:desk", who, ALIVE)

    def _changes(self, worker: Worker) -> None:
        if worker.at_desk:
            self._beat(worker)
        else:
            bus.drop(f"{PREFIX}{worker.pk}:desk")
        changes.look_soon()

    def looks_after(self) -> None:
        """Who may have written to somebody who has gone home is noticed when a minute has gone by."""
        self.at(self.now + MINUTE, self._watch_closely)

    def _watch_closely(self) -> None:
        self._is_watched_closely = True

    def _comes(self, worker: Worker) -> None:
        worker.at_desk, worker.idle, worker.crashed_at, worker.chosen = True, False, None, "available"
        self._changes(worker)

    def _leaves(self, worker: Worker) -> None:
        if worker.at_desk:
            worker.at_desk, worker.crashed_at, worker.left_at = False, None, worker.crashed_at or self.now
        self._changes(worker)

    def _idles(self, worker: Worker, *, idle: bool) -> None:
        worker.idle = idle and worker.at_desk
        self._changes(worker)

    def _chooses(self, worker: Worker, chosen: str) -> None:
        worker.chosen = chosen
        self._changes(worker)

    def _plan_answers(self) -> None:
        """Who has a customer waiting, or an offer, does something about it in a few minutes."""
        for pk, conversation, agent in Offer.objects.values_list("pk", "conversation", "agent"):
            if pk not in self._deciding and self.workers[agent].is_here(self.now, dt.timedelta(0)):
                self._deciding.add(pk)
                soon = self._chance.choice((0.2, 0.4, 1.5))
                self.after(soon, partial(self._answers_offer, conversation, self.agents[agent]))
        waiting = Conversation.objects.filter(waiting_since__isnull=False, assignee__in=self.workers, status="open")
        for pk, agent, since in waiting.values_list("pk", "assignee", "waiting_since"):
            asked = pk, agent or 0, str(since)
            if asked not in self._answering:
                self._answering.add(asked)
                self.after(self._chance.uniform(1, 9), partial(self._answers, asked))

    def _answers_offer(self, conversation: int, agent: Agent) -> None:
        try:
            if self._chance.random() < 0.7:
                offering.accept(conversation, agent=agent)
            else:
                offering.decline(conversation, agent=agent)
        except Refused:
            # It ran out, or somebody else has it.
            return

    def _answers(self, asked: Asked) -> None:
        pk, agent, _since = asked
        conversation = Conversation.objects.get(pk=pk)
        if conversation.assignee_id != agent or not self.workers[agent].is_here(self.now, dt.timedelta(0)):
            # It has moved on, or waits until they are back.
            self._answering.discard(asked)
            return
        replies.reply(conversation, by=self.agents[agent], body="Katsoin asian: tilauksesi on matkalla.")
        if self._chance.random() < 0.4:
            lifecycle.ask_if_solved(conversation, by=self.agents[agent])
        Customer.of(pk).hears(pk)


class Customer:
    """Somebody who writes, and may thank, ask on, end it or never be heard of again."""

    everybody: dict[int, Customer] = {}

    def __init__(self, world: World, inbox: Inbox, name: str, chance: random.Random) -> None:
        self._world, self._inbox, self._name, self._chance = world, inbox, name, chance
        self._rounds = 0

    @classmethod
    def of(cls, conversation: int) -> Customer:
        return cls.everybody[conversation]

    def writes(self, text: str = "Hei! Missä tilaukseni viipyy?") -> None:
        if self._world.now > END:
            return
        self._rounds += 1
        item = inbound(self._inbox, text, who=self._name)
        for _delivered in range(2 if self._chance.random() < 0.1 else 1):
            (got,) = intake.receive([item])
        assert isinstance(got, intake.Received), got
        self.everybody[got.conversation.pk] = self
        self._world.looks_after()

    def hears(self, pk: int) -> None:
        """An answer came."""
        fate = self._chance.random() if self._rounds < 4 else 1.0
        if fate < 0.3:
            self._world.after(self._chance.uniform(1, 6), lambda: self._ends(pk))
        elif fate < 0.5:
            self._world.after(self._chance.uniform(1, 20), lambda: self.writes("Entä milloin se tulee perille?"))
        elif fate < 0.6:
            self._world.after(self._chance.uniform(1, 4), lambda: self._denies(pk))
        elif fate < 0.75:
            self._world.after(self._chance.uniform(1, 4), lambda: self.writes("Kiitos!"))
        elif fate < 0.85:
            # After silence has closed it, as a rule.
            self._world.after(self._chance.uniform(9, 13) * 24 * 60, lambda: self.writes("Paketti ei tullutkaan?"))

    def _ends(self, pk: int) -> None:
        lifecycle.customer_ends(Conversation.objects.get(pk=pk))

    def _denies(self, pk: int) -> None:
        conversation = Conversation.objects.get(pk=pk)
        if conversation.asked_solved:
            lifecycle.customer_says_not_solved(conversation)
            self._world.looks_after()


def _nothing() -> None:
    """Time passes."""


def messages(code: str) -> list[int]:
    """The conversations of all lines of this kind."""
    return list(Message.objects.filter(code=code).values_list("conversation", flat=True))
