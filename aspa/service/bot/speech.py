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
    sen sitä siitä sille sillä siihen niitä niistä niille niihin enää varmaan
    hejsan hallå snälla dem denna detta dessa ursäkta asså alltså liksom va ju då nu väl typ mej dej okej ni er
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
    r"(?:mitä|mikä|mitkä|miten|mite[sn]\w*|miks\w*|milloin|millon|koska|kauanko|paljonko|kuinka|monta\w*|monel\w*|missä|mistä|mihin|minne"
    r"|kuka|millä|mille|minkä\w*|\w{2,}(?:ko|kö)|\w{1,}(?:aa|ää|oi|on|ee|uu|yy|ii|is|an|än)ks|oisko|saisko|voisko"
    r"|hur|vad|när|var|vem|vilken|vilket|vilka|varför|kan|får|är|finns|har|går|ska|måste|kostar|kommer|behöver|tar"
    r"|how|what|when|where|which|who|why|can|could|do|does|did|is|are|will|would|should|may|must|has|have)\b"
)
# Words after which a question comes, as it is told in a sentence: "I was wondering if …".
_LEADS = re.compile(
    r"\b(?:tietää|tietäisin|kysyä|kysyisin|kysäistä|kysymys|mietin|miettinyt|mietityttää|kertoa|kertoisit\w*|sanoa|selvittää|tiedättekö|tiiättekö"
    r"|undrar|undrade|fråga|veta|vet ni|vet du|säga"
    r"|wonder(?:ing|ed)?|ask|know|tell me|find out|question is)\b[,:]?\s+(?:että\s+|om\s+|if\s+|whether\s+|that\s+)?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"(?<=[.!?…])\s+|\n+|\s[-–]\s"
    rf"|,?\s+(?:ja|sekä|mutta|niin|joten|eli|och|samt|men|så|and|also|but|so)\s+(?=(?:sitten\s|sit\s|että\s|sen\s|also\s)?{_ASKS})"
    rf"|,\s*(?={_ASKS})",
    re.IGNORECASE,
)
_BEGINS = re.compile(rf"(?:(?:sitten|sit|että|entä|ja|och|and|but|so|also|then)\s+)?{_ASKS}", re.IGNORECASE)
# "Can I change it?" asks of what was said before.
_OF_BEFORE = re.compile(r"\b(?:se|sen|sitä|siitä|sille|ne|niitä|den|det|dem|it|them|that)\b", re.IGNORECASE)
_WORD = re.compile(r"[\w'’]+")
# What is shorter is no question by itself: "mitä?".
LEAST_WORDS = 2
# With fewer words around it a question is looked up with them.
LEAST_STORY = 4
# What a question speaks of stands among so many words before it, or farther away.
NEAR = 6
MOST_MATTERS = 3


class Matter(NamedTuple):
    """A question as it was written, and with what stands before it where it speaks of that: the `whole`, and just before it
    (`near`). `narrower`: with less and less around it, for when the story is too long to find anything by."""

    said: str
    whole: str
    near: str = ""
    narrower: tuple[str, ...] = ()


def plain(text: str) -> str:
    """Without the words that are no part of any matter; "" when there are no others."""
    kept = [word for word in _WORD.findall(text) if word.casefold().replace("’", "'") not in FILLERS]
    return " ".join(kept)


def matters(text: str) -> list[Matter]:
    """The questions of a message that asks several, or one in the middle of a story; none when it is all one question."""
    parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
    asked = [
        _matter(question, " ".join(f"{before} {told}".split()))
        for before, part in zip(["", *parts], parts, strict=False)
        for told, question in [_question_in(part)]
        if question
    ]
    if len(asked) == 1 and len(_WORD.findall(text)) - len(_WORD.findall(asked[0].said)) < LEAST_STORY:
        return []
    return list({matter.said: matter for matter in asked}.values())[-MOST_MATTERS:]


def _matter(question: str, before: str) -> Matter:
    alone = (question, question.partition(",")[0])
    if not _OF_BEFORE.search(question):
        return Matter(question, question, narrower=tuple(one for one in dict.fromkeys(alone) if one != question))
    near, whole = " ".join(before.split()[-NEAR:]), f"{before} {question}"
    narrower = dict.fromkeys((f"{near} {question}", *alone))
    return Matter(question, whole, near, tuple(one for one in narrower if one != whole))


def _question_in(part: str) -> tuple[str, str]:
    """What a part of a message tells before it asks, and what it asks; "" when it only tells something."""
    lead = next(reversed(list(_LEADS.finditer(part))), None)
    told, question = (part[: lead.start()], part[lead.end() :].strip()) if lead else ("", part)
    if len(_WORD.findall(question)) < LEAST_WORDS:
        return ("", part) if part.endswith("?") else (part, "")
    return (told, question) if lead or part.endswith("?") or _BEGINS.match(part) else (part, "")
