"""How people write in a chat: words that tell nothing of their matter, several matters in one message."""

from __future__ import annotations

import re
from typing import NamedTuple

# Beside those that no search looks for (`search.words.normaliser`): what is said to somebody rather than asked of a page.
_FILLERS = """
    moi moikka moro heippa terve hei päivää huomenta iltaa mä sä mää sää mun sun mua sua mulle sulle mulla sulla mult sult mulsta
    te ette ootte oot oon ollaan oltais oisko ois olisko onks onkos voiks voisko saaks saisko pitääks noi toi tää tätä tän tuo nää ne
    sit sitte sitten niinku niin ku kun siis ihan vaa vaan kai tota hmm no noni anteeks anteeksi kiitos kiitti pliis mihin
    asti mites miks mitäs kumpi tälleen jotenkin oikein sais saisi teil teillä teiltä teille mul muuten viel joo okei ok
    hejsan hallå snälla ursäkta asså alltså liksom va ju då nu väl typ mej dej okej ni er
    im i'm ive i've id i'd u ur pls plz please just so um hey hello hi there okay your you
"""
FILLERS = frozenset(_FILLERS.split())
# They stand in many questions and tell little; by their base forms.
_WEAK = """
    käyttää tehdä saada löytyä löytää tarvita haluta tulla mennä laittaa ottaa kannattaa antaa tietää olla pitää asia paljon
    monta kauan paljonko kauanko jälkeen hyvä kysyä kertoa sanoa päästä toinen tuote
    päivä viikko kuukausi tunti aika alkaa pystyä voida kokea suomi
    använda göra ta ge veta behöva hitta gå komma få länge mycket sak fråga säga dag vecka månad timme tid kunna vara produkt
    use make take give know tell need find go come much long many do get thing ask say day week month hour time able item product
"""
WEAK = frozenset(_WEAK.split())
_ASKS = (
    r"(?:mitä|mikä|miten|milloin|koska|kauanko|paljonko|missä|mistä|mihin|kuka|miksi|\w{2,}(?:ko|kö)"
    r"|hur|vad|när|var|vilken|vilket|vilka|varför|kan|får|är|finns|har"
    r"|how|what|when|where|which|who|why|can|could|do|does|is|are)\b"
)
_BETWEEN = re.compile(rf"(?<=[.!?])\s+|\n+|,?\s+(?:ja|sekä|och|samt|and|also)\s+(?={_ASKS})", re.IGNORECASE)
_BEGINS = re.compile(_ASKS, re.IGNORECASE)
# "Can I change it?" asks of what was said before.
_OF_BEFORE = re.compile(r"\b(?:se|sen|sitä|siitä|sille|ne|niitä|den|det|dem|it|them|that)\b", re.IGNORECASE)
_WORD = re.compile(r"[\w'’]+")
MOST_MATTERS = 3


class Matter(NamedTuple):
    """A question as it was written, and with what stands before it where it speaks of that."""

    said: str
    whole: str


def plain(text: str) -> str:
    """Without the words that are no part of any matter; "" when there are no others."""
    kept = [word for word in _WORD.findall(text) if word.casefold().replace("’", "'") not in FILLERS]
    return " ".join(kept)


def matters(text: str) -> list[Matter]:
    """The questions of a message that asks several; none when it asks one, or tells a story."""
    parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
    asked = [
        Matter(part, f"{before} {part}" if _OF_BEFORE.search(part) else part)
        for before, part in zip(["", *parts], parts, strict=False)
        if part.endswith("?") or _BEGINS.match(part)
    ]
    return asked[:MOST_MATTERS] if len(asked) > 1 else []
