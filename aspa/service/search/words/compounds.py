"""Finnish and Swedish write compounds as one word: into which words it falls.

A beginning is a base form, a genitive, or what the word has in compounds (nainen: nais-; resa: res-, frakt: frakts-).
"""

from __future__ import annotations

import functools

from aspa.service.search.words.dictionaries import dictionary
from aspa.service.search.words.lemmas import lemma
from aspa.service.search.words.spoken import dotted

SHORTEST_WORD, SHORTEST_PART = 6, 3
MOST_PARTS = 4
OFTEN_CUT = 8
# Endings by which words are made of words: never words of their own here, though the dictionary has them.
NO_PARTS = {
    language: frozenset(words.split())
    for language, words in {
        "fi": """
        aan aja ala alus ansa ase asi asu ele eli eme emo enne entää ero esi ien ihe iho iin ile ilo ine
        inen isi iso ita itse itä jat jen kan kas kin kun lainen las lin lla lle mat min minen mus nen nut
        oja olo osa osin ota ovi ra ras sen sia sin ssa sta sti suus sys syys tar tee ten ton tus
        tys tyä tön uda ura usa utu uus uusi vat yli ylä yys
        """,
        "sv": """
        ande are bar del den ens era het ing ion isk lig mot ner nar nas net ning och ord rar som
        tal ten tet ter
        """,
    }.items()
}
# Beginnings that are no words of their own (Iso suomen kielioppi § 172).
BOUND = frozenset({"etä", "pika", "digi", "tele", "erikois", "yleis"})
# So short a last part is a word only where it is one of these.
SHORT_WORDS = frozenset(
    {
        "työ",
        "maa",
        "tie",
        "puu",
        "jää",
        "sää",
        "kuu",
        "tee",
        "luu",
        "pää",
        "suu",
        "syy",
        "vyö",
        "yö",
        "idé",
        "dag",
        "tid",
        "hus",
        "tyg",
    }
)
SHORT = 4
GLUE = {"fi": ("",), "sv": ("", "s")}


@functools.lru_cache(maxsize=50_000)
def parts(word: str, language: str) -> tuple[str, ...]:
    """The base forms of its parts, or nothing when it is no compound that is understood."""
    if language not in NO_PARTS or len(word) < SHORTEST_WORD or word.isdigit():
        return ()
    found = _best(word, language, MOST_PARTS)
    return found if len(found) > 1 else ()


@functools.lru_cache(maxsize=50_000)
def _best(word: str, language: str, most: int) -> tuple[str, ...]:
    """The fewest parts; of as many those whose shortest is longest."""
    whole, is_all = _end(word, language), most == MOST_PARTS
    # A short base form is rather a word than a chance meeting of two.
    if whole and is_all and len(word) < OFTEN_CUT and dictionary(language).get(word) == word:
        return (whole,)
    candidates: list[tuple[str, ...]] = [(whole,)] if whole and not is_all else []
    for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1 if most > 1 else 0):
        beginning = _beginning(word[:cut], language)
        rest = _best(word[cut:], language, most - 1) if beginning else ()
        if beginning and rest:
            candidates.append((beginning, *rest))
    return max(candidates, key=_quality, default=())


def _quality(found: tuple[str, ...]) -> tuple[int, int, int]:
    return -len(found), min(len(part) for part in found), len(found[-1])


def _end(word: str, language: str) -> str:
    """The base form of a last part."""
    if len(word) < SHORTEST_PART or word in NO_PARTS[language]:
        return ""
    if len(word) < SHORT and word not in SHORT_WORDS:
        return ""
    base = dictionary(language).get(word, "").casefold()
    return base if len(base) >= SHORTEST_PART and base not in NO_PARTS[language] else ""


def _beginning(word: str, language: str) -> str:
    """The base form of a part that isn't the last."""
    if word in NO_PARTS[language]:
        return ""
    if language == "fi" and word in BOUND:
        return word
    known = dictionary(language)
    for glue in GLUE[language]:
        bare = word.removesuffix(glue) if glue else word
        if glue and bare == word:
            continue
        base = known.get(bare, "").casefold()
        if len(bare) >= SHORTEST_PART and (
            base == bare or (language == "fi" and bare.endswith("n") and len(base) >= 3)
        ):
            return base
    if language == "fi" and word.endswith("s") and known.get(word[:-1] + "nen"):
        return word[:-1] + "nen"
    if language == "sv" and len(word) > SHORTEST_PART:
        # A noun that the dictionary takes for its verb: frakt.
        if word in known:
            return word
        return next((word + end for end in ("a", "e") if known.get(word + end) == word + end), "")
    return ""


def base_parts(word: str, language: str) -> tuple[str, ...]:
    """The parts of the word's base form; of a word that has none in the dictionary, at least its own."""
    base = lemma(word, language)
    return parts(base, language) or (() if word in dictionary(language) else parts(word, language))


def parts_without_dots(word: str) -> tuple[str, ...]:
    """The two parts of a Finnish compound that was typed without the dots of one or both: "sahkosopimus"."""
    found = []
    for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1) if word.isascii() else ():
        for beginning in _with_dots(word[:cut]):
            for end in _with_dots(word[cut:]):
                pair = _beginning(beginning, "fi"), _end(end, "fi")
                if all(pair):
                    found.append(pair)
    return max(found, key=_quality, default=())


def _with_dots(word: str) -> tuple[str, ...]:
    return word, *dotted(word, "fi")
