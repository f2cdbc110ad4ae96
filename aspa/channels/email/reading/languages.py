"""In which of our languages a mail is written, so that its receipt is too.

By the words that every text is full of, and by what only Finnish does with its endings and vowels. lingua knows more
(docs/decisions/0006-quoted-text.md tells why it isn't used): three languages this far apart don't need it.
"""

from __future__ import annotations

import functools
import re

LANGUAGES = ("fi", "sv", "en")

_LONGEST = 4_000  # characters
_FEWEST_WORDS = 3
# What one word that is surely of a language counts; Finnish endings are as sure, the others' letters half.
_SURE = 2
_WORD = re.compile(r"[^\W\d_]{1,40}")
# Addresses and links are nobody's language.
_ADDRESS = re.compile(r"https?://\S{1,500}|\bwww\.\S{1,300}|[\w.+-]{1,64}@\S{1,200}")

_WORDS = {
    "fi": """hei terve moi moikka päivää huomenta kiitos kiitoksia terveisin ystävällisin terveisiä ja tai sekä mutta vaan että
    jos kun kuin niin myös vielä jo ei en et emme ette eivät on oli ovat olen olet olemme ole ollut voi voiko voitte voisitteko
    voinko voitteko saako saanko pitää pitäisi tämä tämän tätä tässä se sen sitä siitä sitten ne niitä mikä mitä minkä mitään missä
    milloin miten miksi kuka minä minun minulla minulle mulla mulle sinä te teidän teiltä teille teillä meillä me meidän nyt tänään
    huomenna eilen nyt ihan kyllä joo eikö onko olisi olisiko kuinka paljon koska sekä mukaan tilaus tilauksen tilaukseni paketti
    lasku laskun tuote tuotteen asia asian saisinko haluan haluaisin hyvä hyvää hyvin sopii saapunut tullut rikki rahat takaisin
    palautus palauttaa palautan peruuttaa peruutan peruutus reklamaatio toimitus osoite osoitteeni asiakasnumero tilausnumero
    virhe väärä""",
    "sv": """hej hejsan tack tackar hälsningar vänliga vänlig hälsning mvh och eller men att som om när än så också ännu redan inte
    inga ingen är var har hade kan kunde skulle vill ska blir blev finns får fick måste den det detta denna dessa de dem vad
    vilken vilket vart varför hur vem jag mig min mitt mina du dig din ni er ert era vi oss vår vårt på av till från med för utan
    över under efter en ett i idag imorgon igår nu bara ja nej tyvärr gärna beställning beställningen beställt paketet paket faktura
    varan skicka skickat kommit fått vänligen snälla god bra morgon något några pengarna tillbaka
    returnera retur avbeställa avboka avbokar reklamation reklamera leverans adress adressen kundnummer ordernummer fel trasig""",
    "en": """hi hello hey dear thanks thank please regards best kind sincerely the and or but that if when than so also yet already
    not no is are was were am be been have has had do does did can could would will shall may might must this these those it its
    what which where why how who i me my mine you your yours we us our they them their he she on of to from with for without
    over under after at by in an as about into out up today tomorrow yesterday now just only yes order parcel package invoice
    received send sent arrived want need know get got there here any some
    good money back return refund cancel complaint delivery address wrong broken customer""",
}
_WORDS_OF = {language: frozenset(words.split()) for language, words in _WORDS.items()}
# Long vowels, cases and questions.
_FINNISH = re.compile(
    r"(?:aa|ii|uu|yy|ää|öö|(?<!q)uo|yö).*[aäinet]$|(?:ssa|ssä|sta|stä|lla|llä|lta|ltä|lle|ksi|nen|mme|tte|nko|nkö|isi|vat|vät|taan|ään)$"
)
_SWEDISH = re.compile(r"å|(?:ningen|ningar|arna|erna|orna|igt|lig|liga|ande|ck)$")
_ENGLISH = re.compile(r"^th|w|(?:tion|ing|ight|ough|ould|ed|ly|'s)$")
_SHAPES = {"fi": _FINNISH, "sv": _SWEDISH, "en": _ENGLISH}


def language_of(text: str, default: str) -> str:
    """fi, sv or en; `default` for two words or fewer, and when it isn't clear."""
    words = _WORD.findall(_ADDRESS.sub(" ", text[:_LONGEST]).lower())
    if len(words) < _FEWEST_WORDS:
        return default
    points = dict(zip(LANGUAGES, map(sum, zip(*map(_points, words), strict=True)), strict=True))
    first, second = sorted(points.values(), reverse=True)[:2]
    if first < _SURE or first - second < max(1, first // 8):
        return default
    return max(points, key=points.__getitem__)


# The words that every text is full of come back with every mail.
@functools.lru_cache(10_000)
def _points(word: str) -> tuple[int, ...]:
    """What it counts for each of LANGUAGES."""
    return tuple(
        (_SURE + 1 if word in _WORDS_OF[language] else 0)
        + (_SHAPES[language].search(word) is not None) * (_SURE if language == "fi" else 1)
        for language in LANGUAGES
    )
