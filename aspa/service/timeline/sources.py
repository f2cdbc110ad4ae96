"""What a timeline is made of: services register where the moments of a customer are found, as channels do."""

from __future__ import annotations

import abc
import dataclasses
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Model, Q

from aspa.core.people.models import Role

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from django.utils.functional import Promise

    from aspa.core.people.models import Agent, Contact

M = TypeVar("M", bound=Model)

MOST_WORDS = 6


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One moment as the reader sees it, in the reader's language. `at` never moves; `pk` is unique in the source.

    `text`: a line under the title. `conversation`: to which it leads; `url`: or another page. `state`: a word in a chip,
    whose `tone` is "ok", "promise" (a clock), "late" or nothing. `amount`: a figure at the end. `is_note`: written by
    agents for agents, shown as such. `icon`: instead of the source's.
    """

    at: dt.datetime
    pk: int
    title: str
    text: str = ""
    conversation: int | None = None
    url: str = ""
    icon: str = ""
    state: str = ""
    tone: str = ""
    amount: str = ""
    is_note: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a source: at most `count` entries of the contact, the newest first, as the agent may see them.

    `words`: only those in which they occur; empty for all. `before`: only what is older than that moment or, at the same
    moment, has a smaller pk.
    """

    agent: Agent
    contact: Contact
    count: int
    words: str = ""
    before: tuple[dt.datetime, int] | None = None

    def holding(self, *fields: str) -> Q:
        """The condition that each of the words is in one of these text fields."""
        condition = Q()
        for word in self.words.split()[:MOST_WORDS]:
            # SQLite's LIKE knows the small letters of ASCII only.
            spellings = {word, word.lower(), word.capitalize(), word.upper()} if not word.isascii() else {word}
            one = Q()
            for field in fields:
                for spelling in sorted(spellings):
                    one |= Q(**{f"{field}__icontains": spelling})
            condition &= one
        return condition

    def older(self, rows: QuerySet[M], *, at: str) -> QuerySet[M]:
        """These rows as asked: from `before` on, newest first, no more than `count`. `at`: the field of their moment."""
        if self.before:
            moment, pk = self.before
            # The first condition, though implied, is where the index begins to be read.
            rows = rows.filter(Q(**{f"{at}__lt": moment}) | Q(pk__lt=pk), **{f"{at}__lte": moment})
        return rows.order_by(f"-{at}", "-pk")[: self.count]


class Source(abc.ABC):
    """The port. `key` stands in addresses; `name` and `icon` are shown.

    `model`: the table that the entries are made of, when it has a foreign key `contact`; the source isn't asked where that
    holds nothing of the customer. `permission` is needed in some inbox of the customer's brand; what belongs to an inbox
    the source leaves out itself where the agent can't read that.
    """

    key: str
    name: str | Promise
    icon: str
    permission: str = Role.Permission.READ
    model: type[Model] | None = None

    @abc.abstractmethod
    def entries(self, asked: Asked) -> Sequence[Entry]:
        """By index and in one query; never counted, never skipped over, nothing left out after the reading."""


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Make a source known. Registering a key twice is a mistake and raises ValueError."""
    if source.key in _sources and type(_sources[source.key]) is not type(source):
        raise ValueError(f"Two sources of the timeline call themselves {source.key!r}.")
    _sources[source.key] = source


def sources() -> list[Source]:
    return [_sources[key] for key in sorted(_sources)]
