"""What a Finnish verb and the nouns made of it share: palauttaa, palautus and palauttaminen are all "palau".

A rough cut by the endings of derivation (Iso suomen kielioppi § 155–333): good enough to find by, never shown.
"""

from __future__ import annotations

SHORTEST = 3
ENDINGS = {
    "fi": (
        "ttaminen", "ttäminen", "tuminen", "tyminen", "taminen", "täminen", "aminen", "äminen", "eminen", "iminen",
        "ominen", "uminen", "yminen", "öminen", "ttamaton", "ttämätön", "aatio", "ointi", "oida", "öidä", "ttaja",
        "ttäjä", "ttaa", "ttää", "ttua", "ttyä", "utua", "ytyä", "tua", "tyä", "taa", "tää", "nta", "ntä", "nti",
        "tus", "tys", "ttu", "tty", "aja", "äjä", "oja", "ija", "ijä", "us", "ys", "os", "ös", "ta", "tä", "da", "dä",
        "la", "lä", "aa", "ää", "ea", "eä", "ia", "iä", "oa", "öä", "ua", "yä", "o", "ö", "u", "y", "e", "i", "a", "ä",
    ),
    "sv": ("ningar", "ning", "ande", "ende", "ation", "era", "ering", "are", "else", "ad", "at", "a", "d", "t"),
    "en": ("ations", "ation", "ments", "ment", "ings", "ing", "ions", "ion", "able", "als", "al", "ers", "er", "ies",
           "ed", "es", "y", "e", "s"),
}  # fmt: skip


# Consonants that alternate in Finnish words, as the weaker of a pair (gradation, Iso suomen kielioppi § 41): ladata and
# lataus, asentaa and asennus, huoltaa and huolto.
GRADES = (
    ("kk", "k"), ("pp", "p"), ("tt", "t"), ("nn", "n"), ("ll", "l"), ("rr", "r"), ("mm", "m"),
    ("nt", "n"), ("lt", "l"), ("rt", "r"), ("mp", "m"), ("nk", "n"), ("d", "t"),
)  # fmt: skip


def root(base: str, language: str) -> str:
    """Of a base form; empty when nothing worth while is left of it."""
    for end in ENDINGS.get(language, ()):
        if base.endswith(end) and len(base) - len(end) >= SHORTEST:
            base = base.removesuffix(end)
            break
    if len(base) < SHORTEST:
        return ""
    return _graded(base) if language == "fi" else base


def _graded(found: str) -> str:
    """With the last consonants in one grade."""
    vowel = found[-1] if found[-1] in "aeiouyäö" else ""
    stem = found.removesuffix(vowel)
    for strong, weak in GRADES:
        if stem.endswith(strong):
            return stem.removesuffix(strong) + weak + vowel
    return found
