"""Forms of Finnish verbs and adjectives that dictionaries seldom have, by others of the same word that they have.

Participles, infinitives and comparisons inflect like nouns: "haettavia" is known by "haettu", "tilaamissani" by "tilaamaan",
"halvempia" by "halvempi" (Iso suomen kielioppi § 112–123, § 300, § 490).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# What cases, the plural and possessives leave at the end of such a word.
CASE = "(?:n|t|a|ä|en|nä|na|ksi|kse|ssa|ssä|sta|stä|lla|llä|lta|ltä|lle|seen|siin|hin|hun|hyn|an|än|ja|jä|jen|den|iden|tta|ttä)?"
POSSESSIVE = "(?:ni|si|nsa|nsä|mme|nne|an|än|en)?"
# The ending, and the ends of forms that a dictionary has instead.
INSTEAD = [
    (re.compile(f"{pattern}{CASE}{POSSESSIVE}$"), others)
    for pattern, others in (
        # sairastuneille: sairastunut
        ("n(?:ee|ei)", ("nut", "nyt")),
        # peruutetut, tilattujen: peruutettu, tilattu; sairastuttuani: sairastua
        ("t?t[uy]i?", ("ttu", "tty", "tu", "ty", "a", "ä")),
        # haettavissa: haettu
        ("t?t[aä]v(?:[aä]i?|i|ie)", ("ttu", "tty", "tu", "ty")),
        # tilaamissani, maksamatta: tilaamaan, maksamaan
        ("m(?:[aä]i?|i|ie)", ("maan", "mään")),
        # hakevia: hakevat
        ("v(?:[aä]i?|i|ie)", ("vat", "vät")),
        # haettaessa, haettaisiin, haettane: haettu
        ("t?t[aä](?:ess|isi|ne)[a-zä]*", ("ttu", "tty", "tu", "ty")),
        # halvempia, pienemmästä: halvempi, pienempi
        ("m[mp](?:[aä]|i|ie)", ("mpi",)),
        # halvimmilla: halvin
        ("imm(?:[aä]|i|ie)", ("in",)),
        # valmistautumiset: valmistautuminen
        ("mi(?:s[ei]|st)", ("minen",)),
    )
]
SHORTEST, LONGEST_ENDING = 3, 14


def instead(word: str) -> Iterator[str]:
    """Other forms of what may be the same word, the likeliest first."""
    if len(word) <= SHORTEST + 1:
        return
    for pattern, ends in INSTEAD:
        found = pattern.search(word, max(SHORTEST, len(word) - LONGEST_ENDING))
        if found:
            for end in ends:
                yield word[: found.start()] + end
