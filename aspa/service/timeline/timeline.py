"""Everything that happened with one customer, newest first: the registered sources merged by their places.

A place in the timeline is (moment, source, pk). Each source is read by its own index from there on, so a page costs the
same wherever it begins and however much lies behind it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import heapq
import re
from itertools import islice
from typing import TYPE_CHECKING

from aspa.service.timeline import rights
from aspa.service.timeline.held import held
from aspa.service.timeline.sources import Asked, Entry, Source, sources

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django.db.models import Model

    from aspa.core.people.models import Agent, Contact

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)
# Before the year 10000 and in 64 bits.
PLACE = re.compile(r"(\d{1,17})\.([a-z_]{1,40})\.(\d{1,18})", re.ASCII)
LAST_PK = 2**63 - 1


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Place:
    at: dt.datetime
    source: str
    pk: int

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // MICROSECOND}.{self.source}.{self.pk}"

    def in_source(self, key: str) -> tuple[dt.datetime, int]:
        """What is older than this place there: at the same moment sources stand in the order of their keys."""
        if key == self.source:
            return self.at, self.pk
        return self.at, LAST_PK if key < self.source else 0


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """An entry with its source and its place."""

    source: Source
    entry: Entry
    place: Place

    @property
    def icon(self) -> str:
        return self.entry.icon or self.source.icon


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """`next`: the place to ask for what comes after, None at the end."""

    lines: list[Line]
    next: Place | None


def page(
    agent: Agent,
    contact: Contact,
    *,
    kinds: Collection[str] = (),
    words: str = "",
    before: Place | None = None,
    count: int = 30,
) -> Page:
    """The next `count` lines. kinds: keys of sources, all when empty. words: only what holds them."""
    asked = [source for source in open_to(agent, contact) if not kinds or source.key in kinds]
    known = held(contact, models())
    read = [
        _lines(source, agent, contact, words=words, before=before, count=count + 1)
        for source in asked
        if source.model is None or source.model in known
    ]
    found = list(islice(heapq.merge(*read, key=lambda line: line.place, reverse=True), count + 1))
    return Page(found[:count], found[count - 1].place if len(found) > count else None)


def models() -> set[type[Model]]:
    """The tables that `held` is asked about for a page."""
    return {source.model for source in sources() if source.model}


def open_to(agent: Agent, contact: Contact) -> list[Source]:
    """The sources of which the agent may see something at all."""
    return [source for source in sources() if rights.may(agent, contact, source.permission)]


def place(text: str) -> Place | None:
    """From an address; None when it isn't one."""
    given = PLACE.fullmatch(text)
    return Place(EPOCH + int(given[1]) * MICROSECOND, given[2], int(given[3])) if given else None


def _lines(
    source: Source, agent: Agent, contact: Contact, *, words: str, before: Place | None, count: int
) -> Iterator[Line]:
    asked = Asked(
        agent=agent,
        contact=contact,
        count=count,
        words=words,
        before=before.in_source(source.key) if before else None,
    )
    for entry in source.entries(asked):
        yield Line(source, entry, Place(entry.at, source.key, entry.pk))
