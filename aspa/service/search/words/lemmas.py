"""The base form of a word: looked up, then without what Finnish hangs on its words, then as it would have been written
with care, then by what it ends with.
"""

from __future__ import annotations

import functools

from aspa.service.search.words.dictionaries import dictionary
from aspa.service.search.words.forms import instead
from aspa.service.search.words.spoken import written

SHORTEST = 3
# Particles and possessives at the end of a Finnish word (Iso suomen kielioppi § 126–130, § 95); "ks" is "ko" as spoken.
HANGS_ON = (
    "kaan", "kään", "kin", "han", "hän", "kohan", "köhän", "ko", "kö", "ks", "pa", "pä", "nsa", "nsä", "mme", "nne",
    "ni", "si",
)  # fmt: skip
# So many of them hang on one word: "puhelimenikin".
MOST_HUNG = 2
NO_LETTERS = " .,-"
# What the dictionary takes for another word than customers mean: a shark, a letter, verbs that nobody uses.
MEANT = {
    "fi": {"hai": "hakea", "haettaa": "hakea", "luettaa": "lukea", "tuettaa": "tukea", "koo": "koko", "koossa": "koko"}
}
# Endings of cases and numbers, for words that no dictionary has; the longest first.
ENDINGS = {
    "fi": (
        "issa", "issä", "ista", "istä", "illa", "illä", "ilta", "iltä", "ille", "iksi", "itta", "ssa", "ssä", "sta",
        "stä", "lla", "llä", "lta", "ltä", "lle", "ksi", "tta", "ttä", "ien", "jen", "iin", "oja", "öjä", "ia", "iä",
        "ta", "tä", "na", "nä", "en", "in", "an", "än", "on", "ön", "un", "yn", "n", "t", "a", "ä",
    ),
    "sv": ("arnas", "ernas", "ornas", "arna", "erna", "orna", "ens", "ets", "en", "et", "ar", "er", "or", "na", "s"),
    "en": ("ing", "ed", "es", "s"),
}  # fmt: skip


@functools.lru_cache(maxsize=50_000)
def lemma(word: str, language: str) -> str:
    """Its base form in this language; the word itself when nothing is known of it."""
    return (
        _known(word, language)
        or next((base for one in written(word, language) if (base := _looked_up(one, language))), None)
        or _of_its_end(word, language)
        or word
    )


def is_known(word: str, language: str) -> bool:
    return _known(word, language) is not None


def _known(word: str, language: str) -> str | None:
    found = _looked_up(word, language)
    if found is None and language == "fi":
        known = dictionary(language)
        found = next((known[one].casefold().strip(NO_LETTERS) for one in instead(word) if one in known), None)
    return found


def _looked_up(word: str, language: str, hung: int = 0) -> str | None:
    known = dictionary(language)
    # A case ending loses its last letter before a possessive: talo(n)ni.
    found = known.get(word) or (known.get(word + "n") if hung else None)
    if found:
        # The dictionaries have "data." as the base form of "datan".
        base = found.casefold().strip(NO_LETTERS) or word
        return MEANT.get(language, {}).get(base, base)
    if language == "fi" and hung < MOST_HUNG:
        for end in HANGS_ON:
            if word.endswith(end) and len(word) - len(end) >= SHORTEST:
                found = _looked_up(word.removesuffix(end), language, hung + 1)
                if found is not None:
                    return found
    return None


def _of_its_end(word: str, language: str) -> str | None:
    """Of a compound that isn't in the dictionary: its beginning, and the base form of the longest end that is."""
    for start in range(SHORTEST, len(word) - SHORTEST):
        found = _looked_up(word[start:], language)
        if found is not None and len(word) - start >= 4 and _begins(word[:start], language):
            return word[:start] + found
    for end in ENDINGS[language]:
        if word.endswith(end) and len(word) - len(end) >= 5:
            return word.removesuffix(end)
    return None


def _begins(word: str, language: str) -> bool:
    """Whether it can stand before another word: as it is, or with the s that Swedish puts between."""
    return is_known(word, language) or (language == "sv" and is_known(word.removesuffix("s"), language))
