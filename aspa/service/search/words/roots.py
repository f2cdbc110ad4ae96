"""What a verb and the words made of it share: palauttaa, palautus and palautettu are all "palaut", bokning and boka "bok".

A rough cut by the endings of derivation (Iso suomen kielioppi § 155–333) and of participles and comparatives that the
dictionaries take for words of their own: good enough to find by, never shown.
"""

from __future__ import annotations

import functools

SHORTEST = 3
# By how much must be left without the ending. "{V}" is "a" or "ä", and so on: a Finnish word has front vowels or back ones.
ENDINGS = {
    "fi": {
        3: """
            A tA dA lA U O e i AA iA eA OA UA Us Os As is us
            minen Aminen eminen iminen Ominen Uminen Amis emis
            itseminen itsijA itA AtOn mAtOn AmAtOn emAtOn imAtOn OmAtOn UmAtOn AmAttA ettOmUUs UtOn eetOn eettOmUUs
            ttU tU ettU ittU Unut Ynyt unut nUt AnUt UnUt
            eUs eUttAA eUtUs eUtUA eAsti AAsti Asti isti UUs UUtAA
            ntA ntO nti AntA OntA intA UntA elU ellA elmA elijA eleminen ilU illA ilijA ileminen
            jA AjA ejA ijA OjA UjA mUs imUs emUs imA UmA emA AvA evA ivA UvA AvUUs ivUUs UvUUs evUUs tAvA ttAvA ettAvA ittAvA
            Allinen Ollinen Ullinen eellinen illinen ellinen AllisUUs Ainen Oinen Uinen einen
            Ampi eAmpi empi Ompi UmpA empA emmA eAmmin emmin immA Ammin
            OidA OitU Ointi OitUA OitUminen AAtiO AtiO OijA
        """,
        4: """
            UttAA UtUs UttAminen UttAjA UtettU UtUA UtUminen UtUnUt UttU
            ettAA etUs ettAminen ettAjA etettU etAAn
            entAA ennUs entAminen entUA entUminen entUnUt entAjA ennettU
            istAA istUs istAminen istAjA istUA istUminen istUjA istettU istUnUt
        """,
        5: "AUtUA AUtUminen OUtUA OUtUminen AUtUnUt",
    },
    "sv": {
        3: """
            ningar ningen ning ing ingar ande ende ation ations era erad erat ering are else ad at an ans
            a d t e i en nad nera bar lig het
        """,
    },
    "en": {
        3: """
            ations ation ments ment ings ing ions ion able als al ers er ies ied ed es y e s ance ence ate ated ates
            ating ive ness ful less ery ement ements ication ally ability ility icity ity ety ic age ages
        """,
    },
}  # fmt: skip
BACK = str.maketrans("AOU", "aou")
FRONT = str.maketrans("AOU", "äöy")
# Consonants that alternate in Finnish words, as the weaker of a pair (gradation, Iso suomen kielioppi § 41): ladata and
# lataus, asentaa and asennus, huoltaa and huolto, hylätä and hylkäys, suljettu and sulkea, halpa and halvempi.
GRADES = (
    ("kk", "k"), ("pp", "p"), ("tt", "t"), ("nn", "n"), ("ll", "l"), ("rr", "r"), ("mm", "m"),
    ("nt", "n"), ("lt", "l"), ("rt", "r"), ("mp", "m"), ("nk", "n"), ("lk", "l"), ("rk", "r"), ("lp", "l"), ("rp", "r"),
    ("lj", "l"), ("rj", "r"), ("lv", "l"), ("rv", "r"), ("d", "t"),
)  # fmt: skip
# "tankkaus" is made of "tankata".
MOST_GRADES = 2
VOWELS = "aeiouyäö"


def root(base: str, language: str) -> str:
    """Of a base form; empty when nothing worth while is left of it."""
    if language not in ENDINGS:
        return base if len(base) >= SHORTEST else ""
    stem = _stem(base, language)
    if len(stem) < SHORTEST:
        return ""
    return _graded(stem) if language == "fi" else _single(stem)


def _stem(base: str, language: str) -> str:
    """Without the longest ending that leaves enough of it."""
    least, longest = _endings(language)
    for length in range(min(longest, len(base) - SHORTEST), 0, -1):
        left = least.get(base[-length:])
        if left is not None and len(base) - length >= left:
            return base[:-length]
    return base


@functools.cache
def _endings(language: str) -> tuple[dict[str, int], int]:
    """How much must be left, by ending, and how long the longest is."""
    found = {
        ending.translate(vowels): least
        for least, endings in ENDINGS[language].items()
        for ending in endings.split()
        for vowels in (BACK, FRONT)
    }
    return found, max(map(len, found))


def _graded(found: str) -> str:
    """With the last consonants in one grade."""
    vowel = found[-1] if found[-1] in VOWELS else ""
    stem = found.removesuffix(vowel)
    for _ in range(MOST_GRADES):
        stem = next((stem.removesuffix(strong) + weak for strong, weak in GRADES if stem.endswith(strong)), stem)
    return stem + vowel if len(stem + vowel) >= SHORTEST else found


def _single(found: str) -> str:
    """Cancelled and cancel, flytta and flytt: without the second of two letters at the end."""
    return found[:-1] if found[-2] == found[-1] and found[-1] not in VOWELS else found
