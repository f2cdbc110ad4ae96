"""A generation of the index: whole, or being built beside the one that is searched. Each knows how far it has come."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from aspa.core.conversations.events import Cursor
from aspa.service.search.engine import Expression
from aspa.service.search.messages.documents import Document


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a generation has come. It has all messages from number `since` on, as the journal tells until `place`."""

    normaliser: str
    place: Cursor
    since: int

    @property
    def is_whole(self) -> bool:
        return self.since == 0


class Generation(Protocol):
    number: int

    def standing(self) -> Standing | None:
        """None when it isn't there any more."""

    def write(self, documents: Sequence[Document], anew: Collection[int], *, was: Standing, now: Standing) -> bool:
        """Put these in and move on, in one transaction. `anew`: numbers of messages that may stand in it already; those
        that are among no documents are taken out. False, and nothing is changed, when it doesn't stand at `was`."""

    def find(self, asked: Expression, low: int, high: int, most: int) -> list[int] | None:
        """The messages from low up to and with high that have it, the newest first; at most so many of the newest.
        None when there are too many in this stretch to say it in time: then a shorter one is to be asked for."""

    def days(self, first: int | None, last: int | None) -> tuple[int, int]:
        """Between which numbers the messages of these days (since 1970, both included) are, and perhaps others."""

    def missing(self, pks: Collection[int], low: int, high: int) -> list[int]:
        """Of what it has from low up to and with high, what isn't among these."""

    def tidy(self) -> None:
        """Leave no trace of what was taken out."""

    def drop(self) -> None: ...


class Gone(Exception):
    """The generation that was to be asked has made place for another."""
