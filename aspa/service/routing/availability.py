"""What customers are told about an inbox: its hours, who is there and whether they have room. Computed here alone.

The widget, the contact page, the watch over open hours: whoever says whether somebody is there asks `of`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence

from aspa.core.inboxes.channel import Way, channel_for, channels
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent
from aspa.kit import clock
from aspa.service.hours import calendars
from aspa.service.hours.schedule import Schedule
from aspa.service.routing import candidates, measuring, present, queue, rules
from aspa.service.routing.deciding import Candidate
from aspa.service.routing.queue import Place

OPEN, CLOSED, NOBODY, FULL = "open", "closed", "nobody", "full"
# As many agents are shown.
SHOWN = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Availability:
    """`state`: open; closed by its hours; nobody there while it says open; full: somebody is there, without room.

    `is_staffed`: somebody who may answer is there, whatever the hours. `opens`: when the hours begin next, while they
    are closed. `agents`: at most three of those who are there. `queue` are those who wait, in order; `pace` is how many
    seconds a place took lately, None when nothing is known. `otherwise` are the brand's other ways in, for those who
    aren't answered at once.
    """

    state: str
    is_live: bool
    is_staffed: bool
    agents: tuple[Agent, ...] = ()
    opens: dt.datetime | None = None
    queue: tuple[Place, ...] = ()
    pace: float | None = None
    otherwise: tuple[Way, ...] = ()

    @property
    def is_offered(self) -> bool:
        """Whether the chat is offered: it may be written to and somebody is there to answer, at once or in turn."""
        return self.is_live and self.state in (OPEN, FULL)

    @property
    def wait(self) -> int | None:
        """Seconds that somebody who comes now can expect to wait; None when nothing is known, 0 where there is room."""
        return 0 if self.state == OPEN else measuring.expected(self.pace, len(self.queue) + 1)


def of(inbox: Inbox) -> Availability:
    return of_all([inbox])[inbox.pk]


def of_all(inboxes: Collection[Inbox], states: Mapping[int, str] | None = None) -> dict[int, Availability]:
    """Of each inbox. `states` as `present.states` gives them, when the caller has asked already."""
    now = clock.now()
    schedules = {inbox.pk: calendars.schedule_of(inbox) for inbox in inboxes}
    people = candidates.here(states)
    # With nobody there or nothing open, that is all there is to know.
    matter = [inbox for inbox in inboxes if people and schedules[inbox.pk].is_open(now)]
    routed = rules.routed() if matter else {}
    queues = routed.keys() & {inbox.pk for inbox in matter}
    places, paces = (queue.places(queues), measuring.paces(queues)) if queues else ({}, {})
    able = {inbox.pk: [one for one in people if one.may(inbox.pk)] for inbox in inboxes}
    faces = _faces(one.agent for inbox in matter for one in _shown(able[inbox.pk]))
    found = {}
    for inbox in inboxes:
        waiting = tuple(places.get(inbox.pk, ()))
        is_routed = inbox.pk in routed
        # What is given at once and still waits is for others than those who have room.
        before = len(waiting) if is_routed and routed[inbox.pk].manner.is_offered else 0
        seen = _of(inbox, schedules[inbox.pk], able[inbox.pk], before, faces, is_routed=is_routed)
        if seen.state in (OPEN, FULL):
            seen = dataclasses.replace(seen, queue=waiting, pace=paces.get(inbox.pk))
        found[inbox.pk] = seen
    return _with_other_ways(inboxes, found)


def _of(
    inbox: Inbox,
    schedule: Schedule,
    able: Sequence[Candidate],
    before: int,
    faces: Mapping[int, Agent],
    *,
    is_routed: bool,
) -> Availability:
    """Without the queue; `before` who comes now so many are served by those who have room.

    Room is how much Aspa gives to an agent. Where people take what they like it limits nobody, and isn't told.
    """
    now, is_live = clock.now(), inbox.channel in rules.live_channels()
    if not schedule.is_open(now):
        return Availability(CLOSED, is_live, bool(able), opens=schedule.opens_at(now))
    if not able:
        return Availability(NOBODY, is_live, is_staffed=False)
    available = [one for one in able if one.state == present.AVAILABLE]
    free = sum(one.room(is_live=is_live).left for one in available) if is_routed else len(available)
    agents = tuple(faces[one.agent] for one in _shown(able) if one.agent in faces)
    return Availability(OPEN if free > before else FULL, is_live, is_staffed=True, agents=agents)


def _shown(able: Sequence[Candidate]) -> list[Candidate]:
    """The available before the busy. Who has room isn't asked: faces that come and go with every chat tell nothing."""
    return sorted(able, key=lambda one: (one.state == present.BUSY, one.agent))[:SHOWN]


def _with_other_ways(inboxes: Collection[Inbox], found: dict[int, Availability]) -> dict[int, Availability]:
    """Where it isn't open: the active inboxes of the same brand that can be turned to from anywhere."""
    brands = {inbox.brand_id for inbox in inboxes if found[inbox.pk].state != OPEN}
    installed = [channel.key for channel in channels()]
    active = Inbox.objects.filter(brand__in=brands, is_active=True, channel__in=installed).order_by("pk")
    others = active if brands else ()
    ways = [(other.brand_id, other.pk, channel_for(other).way_in(other)) for other in others]
    for inbox in inboxes:
        mine = [way for brand, pk, way in ways if brand == inbox.brand_id and pk != inbox.pk and way is not None]
        if mine and found[inbox.pk].state != OPEN:
            found[inbox.pk] = dataclasses.replace(found[inbox.pk], otherwise=tuple(mine))
    return found


def _faces(agents: Iterable[int]) -> dict[int, Agent]:
    wanted = set(agents)
    return Agent.objects.in_bulk(wanted) if wanted else {}
