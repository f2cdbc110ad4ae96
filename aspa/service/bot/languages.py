"""In which language a message is: Finnish, Swedish or English, or else the language that the talk has been in.

By the small words that every sentence has, and by how words end and are written. Two words or fewer tell only where they
are words of one language and none of the talk's own.
"""

from __future__ import annotations

import re

from aspa.service.search.words import dictionaries
from aspa.service.search.words.lemmas import is_known

FEWEST = 3
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

COMMON = {
    language: frozenset(words.split())
    for language, words in {
        "fi": """
        ja on ei en et emme olen olet oli olisi ovat että jos kun niin se ne tämä nämä mikä mitä mistä missä mihin miten
        miksi milloin kuinka koska kuka voi voin voiko voinko voisiko saa saan saako saanko pitää täytyy minun minä mun mä
        te teiltä teidän teille sinä hei moi terve kiitos mulla minulla onko kanssa vielä nyt jo vain myös joku mutta kai
        ehkä siis haluan haluaisin tuote tilaus tilauksen tilaukseni paketti paketin takaisin tai eli mua teillä löytyy
        tarvitsen ostin tilasin sain saisin kauanko paljonko montako kelle kenelle mulle minulle eikö enkö päivää
        """,
        "sv": """
        och eller är inte jag du vi ni det den de en ett att om när var hur vad vem varför kan får ska skulle vill min mitt
        mina er era har hade på av för med till från som hej tack finns man mig dig något någon inga ingen också redan blir
        blev vara varit detta denna dessa mycket länge gör göra fick få kommer beställning beställningen beställde paket
        paketet vilken vilka nu idag hos här där sedan ännu bara utan över under mot går ni ju hjälp
        """,
        "en": """
        the a an and or is are was were be been not i you we it this that these those if when where how what who why can
        could may do does did my your our have has had on of for with to from as at hi hello thanks thank there get want
        would like am me i'm don't can't didn't isn't it's please order package returns return refund will should any some
        just still yet much many long which ship shipping about know need
        """,
    }.items()
}
ENDS = {
    "fi": re.compile(
        r"(?:ss[aä]|st[aä]|ll[aä]|lt[aä]|lle|ksi|k[oö]|nen|sen|vat|vät|mme|tte|isi|een|iin|aan|ään|oon|uun|sin|nut|nyt|taa|tää"
        r"|uus|yys|aa|ää|ja|jä|ni|nsa|nsä|hin|kin|kaan|kään|ut|yt|it|at|et)$"
    ),
    "sv": re.compile(r"(?:ar|arna|erna|orna|or|ade|ning|ningen|het|lig|liga|tion|sk|ska|tt|en|et|er|na|ck|ligt|bar)$"),
    "en": re.compile(r"(?:ing|ed|ly|tion|ness|ment|ous|ful|ish|able|ght|th|ck|ow|oy|ey|ry|'s|es|s)$"),
}
WRITTEN = {
    "fi": re.compile(r"([aeiouyäö])\1|y[öä]|uo|ää|öö|äi|hd|lk|ht[aä]"),
    "sv": re.compile(r"å|sj|stj|tj|ck|nk[ta]|gg|bb|äl|äg|öv|rl|vå"),
    "en": re.compile(r"th|wh|w|sh|oo|ea|ou|ch|qu|ight|x"),
}
OF_COMMON, OF_END, OF_WRITTEN = 2.0, 0.6, 0.4
# By so much another language has to be likelier than the talk's own.
MARGIN = 1.0


def of(text: str, prior: str) -> str:
    """The message's language; `prior` where it doesn't tell."""
    words = [word.casefold().replace("’", "'") for word in WORD.findall(text)]
    if len(words) < FEWEST:
        return _of_few(words, prior)
    points = {language: sum(_points(word, language) for word in words) for language in COMMON}
    likeliest = max(points, key=lambda language: (points[language], language == prior))
    return likeliest if points[likeliest] >= points.get(prior, 0.0) + MARGIN else prior


def _of_few(words: list[str], prior: str) -> str:
    """ "Moi", "palautus": known to one language. Brands, places and "order" are words of any."""
    if not words or not dictionaries.are_read():
        return prior
    for knows in (_is_common, is_known):
        speak = [language for language in COMMON if all(knows(word, language) for word in words)]
        if prior in speak:
            return prior
        if len(speak) == 1:
            return speak[0]
    return prior


def _is_common(word: str, language: str) -> bool:
    return word in COMMON[language]


def _points(word: str, language: str) -> float:
    if word in COMMON[language]:
        return OF_COMMON
    end = OF_END if len(word) > 3 and ENDS[language].search(word) else 0.0
    return end + (OF_WRITTEN if WRITTEN[language].search(word) else 0.0)
