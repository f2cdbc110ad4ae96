"""What is looked for beside the words that were asked: those that mean the same."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence

from aspa.service.search.models import Synonyms
from aspa.service.search.vocabulary import Known
from aspa.service.search.words.common import groups
from aspa.service.search.words.dictionaries import LANGUAGES
from aspa.service.search.words.normaliser import BASE, ROOT, Asked, weighed
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
        near = [one for word in asked for term in word.terms for one in usual.get(term, ())]
        _widen(found, asked, list(dict.fromkeys(near)), sure)
    own = list(Synonyms.objects.filter(brand=known.brand_id).values_list("words", flat=True))
    if own:
        _widen(found, asked, [group(words) for words in own], [SAME] * len(asked))
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


def _widen(
    found: list[dict[str, float]], asked: Sequence[Asked], groups: Iterable[Group], sure: Sequence[float]
) -> None:
    bases = [_bases(one) for one in asked]
    everything = set().union(*bases)
    for one in groups:
        for saying in one:
            if not all(everything.intersection(word) for word in saying):
                continue
            said = [at for at, base in enumerate(bases) if any(base.intersection(word) for word in saying)]
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
