"""Replies that leave the customer with nothing: "en tiedä", "hmm…", "no idea". A better sentence is offered."""

from __future__ import annotations

import dataclasses
import re

# A reply that says more than this has said something.
LONGEST = 160
HMM = r"(?:h+m+m*|öö+h?|mm+h?|äh+|tja+h?|nja+|no+h|hmph|uh+m*|erm+|eh+)"
VAGUE = {
    "fi": (
        rf"(?:{HMM}|(?:no\s|siis\s|ikävä\skyllä\s|valitettavasti\s|täytyy\ssanoa,?\s?|sori,?\s)?(?:emmä\s|en\s(?:minä\s|mä\s)?|emme\s|ei\sme\s)(?:oikein\s|kyllä\s|nyt\s|vielä\s|itsekään\s)?"
        r"(?:tiedä|tiiä|tiä|tiedetä|osaa\ssanoa|ossaa\ssanoa|muista|keksi)(?:\s(?:tuosta|tästä|siitä|tuota|tätä|sitä|kyllä|yhtään|vielä|asiasta|valitettavasti|oikein|itsekään|nyt)){0,3}"
        r"|(?:ei|eikä)\s(?:mitään\s|(?:oo|ole)\s(?:mitään\s|kyllä\s|minkäänlaista\s|hirveesti\s)?)(?:hajua(?:kaan)?|tietoa(?:kaan)?|käsitystä(?:kään)?|aavistusta(?:kaan)?|hajuu|aavistustakaan)(?:\s(?:tästä|siitä|tuosta))?"
        r"|mistä\s(?:minä|mä)\stietäisin|paha\ssanoa|vaikea\ssanoa|mene\sja\stiedä|kaipa|ehkä|kai)"
    ),
    "sv": (
        rf"(?:{HMM}|(?:jag\s|vi\s|tyvärr\s|nej,?\s)*(?:vet\s(?:inte|ej|tyvärr\sinte|faktiskt\sinte)|har\singen\s(?:aning|koll|idé)|kan\sinte\ssvara(?:\spå\sdet)?|minns\sinte)(?:\s(?:tyvärr|riktigt|om\sdet|det|alls|än))*"
        r"|ingen\s(?:aning|idé|koll)|svårt\satt\ssäga|kanske|vem\svet|får\sse)"
    ),
    "en": (
        rf"(?:{HMM}|(?:sorry,?\s|well,?\s|honestly,?\s)?(?:i|we)\s(?:really\s|honestly\s|just\s)?(?:don't|do\snot|dont|wouldn't)\s(?:really\s|actually\s)?know(?:\s(?:that|about\sthat|yet|either|sorry|really))*|(?:i|we)\shave\sno\s(?:idea|clue)|i'm\snot\ssure|not\ssure|dunno|idk"
        r"|no\s(?:idea|clue)(?:\s(?:sorry|really))?|hard\sto\ssay|beats\sme|who\sknows|maybe|can't\ssay)"
    ),
}
BETTER = {
    "fi": "En tiedä tätä vielä, mutta selvitän asian ja palaan sinulle tänään.",
    "sv": "Jag vet inte det ännu, men jag tar reda på det och återkommer i dag.",
    "en": "I don't know this yet, but I'll find out and get back to you today.",
}
GREETING = r"(?:(?:hei|moi|terve|heippa|no\shei|hej|hejsan|hi|hello|hey|anteeksi|sori|pahoittelut|förlåt|sorry|kiitos\sviestistä\w*)[^.!?,\n]{0,20}[.!,]?\s+)?"  # noqa: E501
SMALL = r"[\s.…!?,:;)(/😅🤔😬🤷‍♂♀️-]{0,12}"
WHOLE = {
    code: re.compile(rf"{SMALL}{GREETING}(?:{HMM}{SMALL})?{vague}{SMALL}", re.IGNORECASE)
    for code, vague in VAGUE.items()
}
ENDING = {code: re.compile(rf"(?:^|[.!?…\n,]\s*){vague}{SMALL}$", re.IGNORECASE) for code, vague in VAGUE.items()}


@dataclasses.dataclass(frozen=True, slots=True)
class Vague:
    """`start` and `end` are where it is said; `better` is what could stand there."""

    start: int
    end: int
    better: str


def vagueness(text: str, *, language: str = "") -> Vague | None:
    """Where a short reply is nothing but vague, or ends so; None for one that says something.

    language: the conversation's; a reply that is vague in any language counts, and the better sentence is in that one.
    """
    plain = text.replace("’", "'").rstrip()
    if not plain or len(plain) > LONGEST:
        return None
    codes = sorted(VAGUE, key=lambda code: code != language)
    for code in codes:
        if WHOLE[code].fullmatch(plain):
            return Vague(0, len(text), BETTER[language if language in BETTER and _is_sound(plain) else code])
    for code in codes:
        found = ENDING[code].search(plain)
        if found:
            start = found.start() + len(found[0]) - len(found[0].lstrip(".!?…,\n "))
            return Vague(start, len(text), BETTER[code])
    return None


def _is_sound(text: str) -> bool:
    """ "Hmm…" is the same in every language."""
    return re.fullmatch(rf"{SMALL}{HMM}{SMALL}", text, re.IGNORECASE) is not None
