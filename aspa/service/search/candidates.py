"""Which documents are worth ranking. The database says which have which words; the likeliest are asked for first.

A question of common words fits half of a large brand's documents. What comes first in the end has its words in the
title, or all of them, or the rare ones; so these are asked for in turn, until there are enough. Of as likely ones the
latest indexed are taken: on both databases the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aspa.service.search import engine
from aspa.service.search.engine import Expression, all_of, any_of
from aspa.service.search.models import Entry
from aspa.service.search.vocabulary import TITLE, Known
from aspa.service.search.words.normaliser import SHARED_ROOT

# So many are ranked.
ENOUGH = 120
# Of the rarest words so many are also asked for alone.
FEW = 4
# Of one kind of likely ones at most.
EACH = 50


def candidates(wanted: Sequence[dict[str, float]], known: Known, scope: Expression) -> list[int]:
    """The keys of entries, in no order that means anything."""
    # A word of which nothing is there can't narrow the search.
    there = [present for one in wanted if (present := _present(one, known))]
    if not there:
        return []
    if sum(known[term] for one in there for term in one) <= ENOUGH:
        return engine.newest(Entry, all_of(scope, any_of(*{term for one in there for term in one})), ENOUGH)
    found: dict[int, None] = {}
    for likely in _likely(there, known):
        found.update(dict.fromkeys(engine.newest(Entry, all_of(scope, likely), EACH)))
        if len(found) >= ENOUGH:
            break
    return list(found)[:ENOUGH]


def _present(one: dict[str, float], known: Known) -> dict[str, float]:
    return {term: sure for term, sure in one.items() if known[term] > 0}


def _likely(there: Sequence[dict[str, float]], known: Known) -> Iterator[Expression]:
    """What to ask for, the likeliest first."""
    rarest = sorted(there, key=lambda one: max(known[term] for term in one))
    strong = [sure for one in rarest if (sure := [term for term, weight in one.items() if weight > SHARED_ROOT])]
    if strong:
        yield from _in_titles(strong, known)
        yield all_of(*(any_of(*terms) for terms in strong))
    fewer = len(rarest)
    while fewer:
        yield all_of(*(any_of(*one) for one in rarest[:fewer]))
        # A whole letter may be asked: not word by word.
        fewer = fewer - 1 if fewer <= FEW else fewer // 2
    for one in rarest[1:FEW]:
        yield any_of(*one)


def _in_titles(strong: Sequence[Sequence[str]], known: Known) -> Iterator[Expression]:
    titled = [[TITLE + term for term in terms if known[TITLE + term] > 0] for terms in strong]
    titled = [terms for terms in titled if terms]
    if len(titled) > 1:
        yield all_of(*(any_of(*terms) for terms in titled))
    for terms in titled[:FEW]:
        yield any_of(*terms)
