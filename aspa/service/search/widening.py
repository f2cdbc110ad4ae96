"""What is looked for beside the words that were asked: those that mean the same."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence

from aspa.service.search.models import Synonyms
from aspa.service.search.vocabulary import Known
from aspa.service.search.words.common import groups
from aspa.service.search.words.dictionaries import LANGUAGES
from aspa.service.search.words.normaliser import BASE, ROOT, SHARED_ROOT, Asked, weighed
from aspa.service.search.words.tokens import tokens

# How much finding such a word says of the one asked for: what the brand says, and what is only usual; more of that where
# nothing that is published has the word itself.
SAME, USUAL, INSTEAD = 0.8, 0.45, 0.7

# A way of saying it: each of its words by the terms that stand for it.
Saying = tuple[tuple[str, ...], ...]
Group = tuple[Saying, ...]


def widened(asked: Sequence[Asked], known: Known) -> list[dict[str, float]]:
    """For each word the terms to look for, with those of the words that mean the same."""
    found = [dict(one.terms) for one in asked]
    sure = [USUAL if any(known[term] for term in _bases(one)) else INSTEAD for one in asked]
    for language in sorted({language for one in asked for language in one.languages}):
        usual = _usual(language)
        bases = [_with_kin(one, language) for one in asked]
        near = [one for words in bases for word in sorted(words) for one in usual.get(word, ())]
        _widen(found, bases, list(dict.fromkeys(near)), sure)
    own = list(Synonyms.objects.filter(brand=known.brand_id).values_list("words", flat=True))
    if own:
        _widen(found, list(map(_bases, asked)), [group(words) for words in own], [SAME] * len(asked))
    return found


def is_usual(one: Asked) -> bool:
    """Whether other words for it are known."""
    return any(term in _usual(language) for language in one.languages for term in _bases(one))


def group(words: Iterable[str], languages: Sequence[str] = LANGUAGES) -> Group:
    return tuple(saying for word in words if (saying := _saying(word, languages)))


@functools.cache
def _usual(language: str) -> dict[str, list[Group]]:
    """The groups of a language by the terms that stand in them."""
    found: dict[str, list[Group]] = {}
    for words in groups(language):
        one = group(words, (language,))
        for term in {term for saying in one for word in saying for term in word}:
            found.setdefault(term, []).append(one)
    return found


def _saying(text: str, languages: Sequence[str]) -> Saying:
    """The word and its base form; the word itself is first."""
    return tuple(
        tuple(
            dict.fromkeys(
                term for language in languages for term, sure in weighed(word, language).items() if sure >= BASE
            )
        )
        for word in tokens(text)
    )


def _with_kin(one: Asked, language: str) -> set[str]:
    """The word; of one that stands in no group, also those that share its root: "irtisanoutua" is asked as "irtisanoa"."""
    bases = _bases(one)
    if any(word in _usual(language) for word in bases):
        return bases
    return bases.union(*(_kin(language).get(term, ()) for term, sure in one.terms.items() if sure == SHARED_ROOT))


@functools.cache
def _kin(language: str) -> dict[str, set[str]]:
    """The words of the groups by their roots."""
    found: dict[str, set[str]] = {}
    for word in _usual(language):
        for term, sure in weighed(word, language).items():
            if sure == SHARED_ROOT:
                found.setdefault(term, set()).add(word)
    return found


def _widen(
    found: list[dict[str, float]], bases: Sequence[set[str]], groups: Iterable[Group], sure: Sequence[float]
) -> None:
    everything = set().union(*bases)
    for one in groups:
        for saying in one:
            if any(everything.isdisjoint(word) for word in saying):
                continue
            said = [at for at, base in enumerate(bases) if not all(base.isdisjoint(word) for word in saying)]
            for other in one:
                if other is not saying:
                    _add(found, said, other, sure)


def _bases(one: Asked) -> set[str]:
    return {term for term, weight in one.terms.items() if weight >= BASE and not term.startswith(ROOT)}


def _add(found: list[dict[str, float]], said: Sequence[int], other: Saying, sure: Sequence[float]) -> None:
    """Each word of the other way is as good as any word of the one that was asked, and less so where it takes several."""
    for word in other:
        for term in word:
            for at in said:
                found[at][term] = max(found[at].get(term, 0.0), sure[at] / len(other))
