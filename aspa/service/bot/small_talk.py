"""What people write to a bot that is no question to the pages: who it is, how it is, that they are angry, what is theirs.

Heard in Finnish, Swedish and English at once, and only where the message says nothing else.
"""

from __future__ import annotations

import re

_BOT = r"(?:robotti|robot|botti|bot|kone|maskin|dator|machine|ihminen|människa|human|person|tekoäly|ai)"
_YOU = r"(?:sä|sää|sinä|te|tämä|du|ni|you|u|this|det)"
WHO = re.compile(
    rf"(?:kuka|mikä|ketä) (?:{_YOU} )?(?:oot|olet|olette|on)(?: {_YOU})?(?: oikein)?"
    rf"|(?:oletko|ootko|ooks|ootsä|ooksä|oletteko|onko)(?: {_YOU})? (?:(?:joku|oikea|ihan|edes|siellä) )*{_BOT}"
    rf"(?: (?:vai|tai) (?:\w+ )?{_BOT})?"
    rf"|vem är (?:du|ni|detta|det)|är (?:du|det|detta) (?:en )?{_BOT}(?: eller (?:en )?{_BOT})?"
    rf"|who (?:are|r) (?:you|u)|who is this|what are you|are (?:you|u) (?:a |an |real |really )*(?:{_BOT}|real)"
    rf"(?: or (?:a |an )?{_BOT})?"
)
HOW = re.compile(
    r"(?:mitä|mitäs) (?:(?:sulle|sinulle|teille|sinne) )?kuuluu(?: (?:sulle|sinulle|teille))?"
    r"|miten menee|kuis menee|mites menee|millainen päivä"
    r"|hur (?:mår|har) (?:du|ni)(?: det)?|hur är läget|läget"
    r"|how are (?:you|u)(?: (?:doing|today))*|how(?:'s| is) it going|what(?:'s| is) up"
)
AGREES = re.compile(
    r"(?:ok|okei|okej|okay|selvä|selvä juttu|jep|joo|juu|aha|ahaa|vai niin|jaaha|hyvä|hienoa|kiva"
    r"|jaså|bra|fint|jaha|right|i see|got it|good|great|nice|fine|alright|👍|🙂|😊)"
)
# What is only known to whoever sees this customer's own data.
OF_OWN = re.compile(
    r"\b(?:mikä|mitkä|mitä) (?:on |ovat )?(?:mun|minun) |\b(?:mikä|mitkä) (?:on )?\w+ni(?: on)?\W*$"
    r"|\bnäet(?:kö|sä|te)?\b[^.!?]{0,30}(?:\bmun\b|\bminun\b|ni\b)"
    r"|\b(?:vad|vilket|vilken|vilka) är (?:min|mitt|mina)\b|\bkan (?:du|ni) se (?:min|mitt|mina)\b"
    r"|\bwhat(?:'s| is| are) my\b|\b(?:can|do) you (?:see|have) my\b"
)
ANGRY = re.compile(
    r"\b(?:paska\w*|vittu\w*|vitun|saatana\w*|perkele\w*|helvetti\w*|helvetin|surkea\w*|törkeä\w*|ala-arvoi\w*|huijar\w*|huijau\w*"
    r"|jävl\w*|fan|helvete\w*|skit\w*|bedrövlig\w*|urdålig\w*|oacceptab\w*|lurendrejar\w*"
    r"|shit\w*|fuck\w*|bullshit|ridiculous|outrageous|unacceptable|scam\w*|disgust\w*|useless|terrible|worst)\b"
    r"|\b(?:kolmas|neljäs|kolmatta|sadas|third|fourth|tredje|fjärde) (?:kerta|kertaa|viesti|time|gången)\b"
    r"|\b(?:kukaan|nobody|no one|ingen)\b[^.!?]{0,20}\b(?:vastaa|vastannut|answers?|replies|svarar|svarat)\b"
)
_NOT_WORDS = re.compile(r"[^\w'\-👍🙂😊]+")
_HELLO = re.compile(r"^(?:hei|moi|moikka|terve|hej|hejsan|hi|hello|hey)\b\s*")


def asks_who(text: str) -> bool:
    """Who or what it is."""
    return WHO.fullmatch(_bare(text)) is not None


def asks_how(text: str) -> bool:
    return HOW.fullmatch(_bare(text)) is not None


def only_agrees(text: str) -> bool:
    """ "Ok": neither a question nor a word on the answer."""
    return AGREES.fullmatch(_bare(text)) is not None


def asks_of_own(text: str) -> bool:
    """What the bot can't see: their number, their address, their history."""
    return OF_OWN.search(_folded(text)) is not None


def is_angry(text: str) -> bool:
    """Who is angry is not asked to put it in other words."""
    letters = [letter for letter in text if letter.isalpha()]
    shouts = len(letters) > 15 and sum(letter.isupper() for letter in letters) > 0.8 * len(letters)
    return shouts or ANGRY.search(_folded(text)) is not None


def _bare(text: str) -> str:
    bare = _NOT_WORDS.sub(" ", _folded(text)).strip()
    return _HELLO.sub("", bare) or bare


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())
