"""The words of a brand's documents and in how many each stands: kept in a table, read once, then only what is new."""

from __future__ import annotations

import bisect
import heapq
from collections import Counter
from collections.abc import Iterable
from threading import Lock

from django.db import connection

from aspa.service.search.models import State, Term
from aspa.service.search.ranking import Collection
from aspa.service.search.words.spelling import Vocabulary

# Before a term that stands in a title.
TITLE = "0t"
# Not terms, but counted as if they were: a brand's documents, and the terms of their bodies in tens.
DOCUMENTS, LENGTH = "0n", "0l"
TEN = 10
# What no word of a text begins with that is worth completing: numbers, roots and the above.
OURS = "0"
ADD = """
    INSERT INTO search_term (generation, brand_id, term, documents, revision) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (generation, brand_id, term)
    DO UPDATE SET documents = search_term.documents + excluded.documents, revision = excluded.revision
"""
# Vocabularies that a process remembers.
MOST = 64
# The words among which completions are sought.
FEW = 400


class Known:
    """A brand's terms in one generation of the index."""

    def __init__(self, generation: int, brand_id: int) -> None:
        self.generation, self.brand_id, self.revision = generation, brand_id, -1
        self.documents: dict[str, int] = {}
        self.words = Vocabulary(())
        self._sorted: dict[str, list[str]] = {TITLE: [], "": []}
        self._lock = Lock()

    def catch_up(self, revision: int) -> None:
        """Read what has changed. One thread does; others go on with what is known, once anything is."""
        if self.revision == revision:
            return
        if self._lock.acquire(blocking=self.revision < 0):
            try:
                if self.revision != revision:
                    self._read(revision)
            finally:
                self._lock.release()

    def __getitem__(self, term: str) -> int:
        """In how many documents it stands."""
        return self.documents.get(term, 0)

    def present(self, terms: Iterable[str]) -> list[str]:
        """Those of them that stand anywhere."""
        return [term for term in terms if self[term] > 0]

    @property
    def size(self) -> int:
        return max(self[DOCUMENTS], 1)

    def collection(self) -> Collection:
        length = max(1.0, self[LENGTH] * TEN / self.size)
        return Collection(self.size, length, self.__getitem__)

    def completions(self, beginning: str, most: int, *, title: bool) -> list[str]:
        """The commonest words that begin so, of titles or of all there is."""
        prefix = TITLE if title else ""
        words = self._sorted[prefix]
        start = bisect.bisect_left(words, beginning)
        end = bisect.bisect_left(words, beginning + "\U0010ffff", start)
        step = max(1, (end - start) // FEW)
        # Of very many an even sample: where one letter was typed any of them is a guess.
        found = words[start:end:step]
        found = [word for word in found if self[prefix + word] > 0]
        return heapq.nlargest(most, found, key=lambda word: self[prefix + word])

    def _read(self, revision: int) -> None:
        rows = Term.objects.filter(generation=self.generation, brand=self.brand_id, revision__gt=self.revision)
        fresh: list[str] = []
        for term, documents in rows.values_list("term", "documents").iterator(chunk_size=5000):
            if term not in self.documents:
                fresh.append(term)
            self.documents[term] = documents
        everywhere = [term for term in fresh if not term.startswith(OURS)]
        titles = [
            word for term in fresh if term.startswith(TITLE) and not (word := term[len(TITLE) :]).startswith(OURS)
        ]
        self.words.add(everywhere)
        for prefix, words in ((TITLE, titles), ("", everywhere)):
            if words:
                self._sorted[prefix] = sorted([*self._sorted[prefix], *words])
        self.revision = revision


_known: dict[tuple[int, int], Known] = {}
_lock = Lock()


def known(state: State, brand_id: int) -> Known:
    """What is known of the brand's words, up to date."""
    key = (state.generation, brand_id)
    with _lock:
        found = _known.get(key)
        if found is None:
            # The generation before, and the brand that was asked for first.
            for old in [one for one in _known if one[1] == brand_id] + list(_known)[: len(_known) - MOST + 1]:
                _known.pop(old, None)
            found = _known[key] = Known(*key)
    found.catch_up(state.revision)
    return found


def forget() -> None:
    _known.clear()


def count(generation: int, changes: dict[tuple[int, str], int], revision: int) -> None:
    """Add to the numbers of documents, by brand and term."""
    rows = [(generation, brand, term, number, revision) for (brand, term), number in sorted(changes.items()) if number]
    with connection.cursor() as cursor:
        cursor.executemany(ADD, rows)


def changed(brand_id: int, terms: Iterable[str], length: int, by: int) -> Counter[tuple[int, str]]:
    """What one document adds to the numbers; by = -1 when it goes."""
    found = Counter({(brand_id, term): by for term in terms})
    found[brand_id, DOCUMENTS] += by
    found[brand_id, LENGTH] += by * round(length / TEN)
    return found
