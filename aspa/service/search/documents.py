"""What is published and may be found: documents, the apps that have them, and who reads them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol

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


# By name. Apps add theirs at the start.
sources: dict[str, Source] = {}
