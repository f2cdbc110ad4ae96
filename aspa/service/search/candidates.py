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
from aspa.service.search.words.normaliser import PART, SHARED_ROOT

# So many are ranked.
ENOUGH = 120
# Of the rarest words so many are also asked for alone.
FEW = 3
# Of one kind of likely ones at most.
EACH = 50
# In so many documents a word is too common to be asked for alone, beside others: the latest few would be any, and
# PostgreSQL reads them all.
COMMON = 1_000


def candidates(wanted: Sequence[dict[str, float]], known: Known, scope: Expression) -> list[int]:
    """The keys of entries, in no order that means anything."""
    # A word of which nothing is there can't narrow the search.
    there = [present for one in wanted if (present := _present(one, known))]
    if not there:
        return []
    if sum(known[term] for one in there for term in one) <= ENOUGH:
        return engine.newest(Entry, all_of(scope, any_of(*{term for one in there for term in one})), ENOUGH)
    found: dict[int, None] = {}
    for likely, most in _likely(there, known):
        found.update(dict.fromkeys(engine.newest(Entry, all_of(scope, likely), min(most, ENOUGH))))
        if len(found) >= ENOUGH:
            break
    return list(found)[:ENOUGH]


def _present(one: dict[str, float], known: Known) -> dict[str, float]:
    return {term: sure for term, sure in one.items() if known[term] > 0}


def _likely(there: Sequence[dict[str, float]], known: Known) -> Iterator[tuple[Expression, int]]:
    """What to ask for, the likeliest first, and how many of it at most."""
    # Beside others a part of one word is likely, too; alone it isn't, where enough have the whole.
    most_unsure = SHARED_ROOT if len(there) > 1 else PART
    rarest = sorted(
        (_enough_of(one, known, most_unsure) for one in there), key=lambda one: max(known[term] for term in one)
    )
    titled = [here for one in rarest if (here := [TITLE + term for term in one if known[TITLE + term] > 0])]
    if len(titled) > 1:
        yield all_of(*(any_of(*one) for one in titled)), EACH
    for one in titled[:FEW]:
        if len(there) == 1 or sum(known[term] for term in one) <= COMMON:
            yield any_of(*one), EACH // 2
    fewer = len(rarest)
    while fewer:
        yield all_of(*(any_of(*one) for one in rarest[:fewer])), ENOUGH
        # A whole letter may be asked: not word by word.
        fewer = fewer - 1 if fewer <= FEW else fewer // 2
    for one in rarest[1:FEW]:
        if sum(known[term] for term in one) <= COMMON:
            yield any_of(*one), EACH


def _enough_of(one: dict[str, float], known: Known, most_unsure: float) -> list[str]:
    """The terms that say most of a word, at least those that say more than that: down to where enough documents have one,
    since PostgreSQL reads all of each.
    """
    surest = sorted(one, key=lambda term: -one[term])
    reached = 0
    for number, term in enumerate(surest, start=1):
        reached += known[term]
        if reached >= ENOUGH and (number == len(surest) or one[surest[number]] <= most_unsure):
            return surest[:number]
    return surest
