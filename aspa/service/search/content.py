"""One search over everything that a brand publishes: help site, widget, bot and desk ask here.

What is published belongs to other apps. Each registers a `Source`, says by `touch` that something of it has changed, in
the transaction of the change, and is asked for it when the index takes it up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

# Who may find a document: everybody, customers who are signed in, agents alone; or a segment's members.
ALL, SIGNED_IN, AGENTS = "all", "signed_in", "agents"
SEGMENT = "segment:"


def segment_audience(pk: int) -> str:
    """The audience of a segment's members."""
    return f"{SEGMENT}{pk}"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks. Nobody in particular, a customer with the segments that they belong to, or an agent."""

    contact_id: int | None = None
    segments: frozenset[int] = frozenset()
    is_agent: bool = False

    def audiences(self) -> frozenset[str]:
        """Whose documents they may find; agents find all, also those that aren't named here."""
        if self.is_agent:
            return frozenset({ALL, SIGNED_IN, AGENTS})
        if self.contact_id is None:
            return frozenset({ALL})
        return frozenset({ALL, SIGNED_IN, *map(segment_audience, self.segments)})

    def sees(self, audience: str) -> bool:
        return self.is_agent or audience in self.audiences()


@dataclass(frozen=True, slots=True)
class Document:
    """Something published in one language. Several languages of one thing are several documents with keys of their own."""

    source: str
    key: int
    language: str
    brand_id: int
    kind: str
    title: str
    # Plain text; paragraphs stand on lines of their own.
    body: str
    audience: str = ALL
    url: str = ""
    published_at: dt.datetime | None = None
    # 0 (nobody was helped) to 1.
    helpfulness: float = 0.5
    # "category:4", "product:SKU-1": what is asked for by `tags`, letter by letter.
    tags: tuple[str, ...] = ()


class Source(Protocol):
    """An app's published documents. `name` has at most 20 letters."""

    name: str

    def read(self, keys: Collection[int]) -> Iterable[Document]:
        """Those of these that are to be found now; what isn't given back is taken out of the index."""
        ...

    def after(self, key: int, most: int) -> list[Document]:
        """The published documents that follow this key, by key, at most so many; none at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found. `snippet` and `title_marked` are escaped, with <mark> around what was asked.

    `passage` is the part of the body that says most about the question, as plain text.
    `confidence` is the share of the question that it speaks of, 0 to 1.
    """

    source: str
    key: int
    language: str
    kind: str
    title: str
    url: str
    title_marked: SafeString
    snippet: SafeString
    passage: str
    score: float
    confidence: float
    published_at: dt.datetime | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Results:
    """The nearest first. `did_you_mean` is the question with its slips of the finger mended, when that finds more."""

    hits: list[Hit] = field(default_factory=list)
    did_you_mean: str | None = None
    has_more: bool = False


def register(source: Source) -> None:
    """Have a source's documents found. For the `ready()` of the app that has them."""
    raise NotImplementedError


def unregister(name: str) -> None:
    """Forget a source, for tests."""
    raise NotImplementedError


def touch(source_name: str, keys: Iterable[int]) -> None:
    """Note that these documents were published, changed or taken away: in the transaction that does it.

    The index follows in well under a second. Cheap; any number at once, as often as one likes.
    """
    raise NotImplementedError


def touch_all() -> None:
    """Note that anything may have changed: the index is built anew in the background, and answers meanwhile."""
    raise NotImplementedError


def search(
    brand_id: int,
    text: str,
    *,
    reader: Reader,
    language: str | None = None,
    kinds: Sequence[str] = (),
    tags: Sequence[str] = (),
    first: int = 0,
    most: int = 10,
) -> Results:
    """What this reader may find of the brand, from the `first`.

    In `language` if that has anything, otherwise in any. Of any of the `kinds`, with all of the `tags`. Odd questions
    find nothing; they raise nothing.
    """
    raise NotImplementedError


def suggest(
    brand_id: int,
    beginning: str,
    *,
    reader: Reader,
    language: str | None = None,
    kinds: Sequence[str] = (),
    most: int = 6,
) -> list[Hit]:
    """While somebody types: what the beginning of a question may become. Without snippets and passages."""
    raise NotImplementedError


def asked(brand_id: int, text: str, *, where: str, found: int) -> None:
    """Note a finished question and how much it found, without what is personal in it.

    where: "helpsite", "widget", "bot", "contact" or "desk".
    """
    raise NotImplementedError
