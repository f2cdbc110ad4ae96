"""What customers say to a bot besides their question: that they want a person, that it helped or didn't, hello.

In Finnish, Swedish and English at once: who asks for a person is heard in any of them. In doubt it is heard, since being
kept from a person is worse than meeting one too soon; but a toy as big as a person, or safe for people, asks for nobody.
"""

from __future__ import annotations

import functools
import re

from rapidfuzz import fuzz

# A message longer than this says something else too.
SHORT = 60
NEARLY = 88

# Who is asked for.
FI = (
    r"(?:ihmi(?:nen|se\w*|st[aä]\w*|si\w*|ne\w*|sten)|ihmisasiakas\w*|ihmis\w{0,3}|asiakaspalve\w*|aspa(?:an|n|lle|lta"
    r"|sta)?|työntekij\w*"
    r"|virkailij\w*|myyjä\w*|myyjille|henkilökun\w*|henkilö(?:n|ä|lle|ltä)?|päivystäjä\w*|neuvoj\w*"
    r"|esimie\w*|jonkun|jollekin"
    r"|jollekulle|joltakin|jotakuta|jotain teistä|teistä jonkun|tukeen|tukihenkilö\w*)"
)
SV = (
    r"(?:människ\w*|person(?:en|al|alen)?|kundtjänst\w*|kundservice\w*|kundbetjäning\w*|medarbetare\w*|handläggare\w*"
    r"|rådgivare\w*|säljare\w*|expedit\w*|operatör\w*|agent(?:en)?|någon|nån|supporten)"
)
EN = (
    r"(?:humans?|persons?|people|agents?|representatives?|rep|operators?|staff|employees?|someone|somebody"
    r"|anyone|anybody"
    r"|advis[eo]rs?|assistants?|customer (?:service|support|care)|support (?:team|agent|person)|real one)"
)
# What may stand around them without saying anything else.
AROUND = (
    r"(?:kiitos|kiitti|pliis|ole hyvä|olkaa hyvä|oikea\w*|elävä\w*|aito\w*|kanssa|robotti\w*|joku|jotakin|jokin|nyt|heti"
    r"|siis|tänne|linjoille|linjalle"
    r"|puhelimeen|paikalle|vain|ihan|yksi|hei|moi|ei|botti\w*|vaan|eikä|haluan|haluaisin|haluun|haluisin"
    r"|tahdon|saanko|saisinko"
    r"|saako|voinko|voisinko|saada|tarvitsen|tarviin|pyydän|anna|mulle|minulle|kiireesti|suomenkiel\w*"
    r"|teidän|teiltä|jos|saa|no"
    r"|tack|snälla|riktig|levande|en|ett|mänsklig|jag|vill|ha|kan|få|nu|hellre|hej|inte|bot|botten|gärna"
    r"|behöver|ge|mig|er"
    r"|please|pls|a|an|the|real|live|actual|i|want|need|to|now|give|me|get|just|not|bot|robot|hello|hi"
    r"|thanks|would|like|id|i'd|can)"
)
ALONE = re.compile(rf"(?:{AROUND} )*(?:{FI}|{SV}|{EN})(?: {AROUND})*")
# "Någon" alone asks nothing.
NOBODY_YET = re.compile(
    r"(?:någon|nån|someone|somebody|anyone|anybody|people|jonkun|jollekin)(?: tack| please)?|(?:en |a "
    r"|the )?(?:person|personen|persons)"
)

TALK_FI = (
    r"(?:puhu\w*|puhel\w*|jutel\w*|juttel\w*|jutskaa\w*|keskustel\w*|chatat\w*|chätät\w*|chattai\w*"
    r"|asioi\w*|jutus\w*|viesti\w*)"
)
TALK_SV = r"(?:prata\w*|tala\w*|snacka\w*|chatta\w*|diskutera\w*|kontakta\w*|når?|träffa)"
TALK_EN = r"(?:talk\w*|speak\w*|chat\w*|converse|discuss|contact|reach|message)"
WISHES = [
    # Finnish
    rf"\b{TALK_FI}\b[^.!?]{{0,40}}\b{FI}\b",
    rf"\b{FI}\b[^.!?]{{0,20}}\b{TALK_FI}\b",
    rf"\b(?:yhdis\w*|siir\w*|ohja\w*|välit\w*|kytke\w*|päästä\w*|pääs\w*)\b[^.!?]{{0,40}}\b(?:ihmisel\w*"
    rf"|ihmisen kanssa|{FI[3:-1]})\b",
    rf"\b(?:yhtey\w*|yhteyden|tavoit\w*|kiinni)\b[^.!?]{{0,30}}\b{FI}\b",
    rf"\b{FI}\b[^.!?]{{0,20}}\b(?:yhtey\w*|kiinni|puhelimeen|linjoille)\b",
    rf"\b(?:halu\w*|tahdo\w*|saisi\w*|saanko|saisko|saako|pyydän|tarvitse\w*|tarvi\w*|onko|onks|antakaa"
    rf"|anna)(?:\s+{AROUND})*\s+{FI}(?: {AROUND})*\s*(?:[.!?]|$)",
    rf"\b(?:voisi\w*|voisko|voiko|voiks|saisi\w*|saako)\b[^.!?]{{0,12}}\b(?:joku|jonkun|{FI[3:-1]})\b"
    rf"[^.!?]{{0,30}}\b(?:autta\w*|vasta\w*|soitta\w*|neuvo\w*|katso\w*)\b",
    r"\b(?:en|ei|emmä|enhän)\b[^.!?]{0,20}\b(?:halu\w*|jaks\w*|tahdo\w*|kiinnosta\w*|puhu|juttele|keskustele|chattaa|chattaile)\b[^.!?]{0,25}\b(?:bot\w*"
    r"|robot\w*|koneen|konetta|koneelle|tekoäly\w*)\b",
    r"\b(?:oikea\w*|elävä\w*|aito\w*|oikeesti) (?:ihmi\w+|asiakaspalve\w+|henkilö\w*)(?! kokoi)",
    r"\bonko (?:siellä|täällä|siel) (?:ketään|joku|ihmi\w+)|\bonks (?:siel|siellä|tääl) (?:ketään|joku)",
    r"\b(?:soittakaa|soita|(?:voisi|voi)(?:tteko|tko) soittaa|voiko soittaa) (?:minulle|mulle)\b",
    # Swedish
    r"\b(?:ring(?: upp)?|(?:kan|kunde) (?:ni|du) ringa) mig\b",
    rf"\b{TALK_SV}\b[^.!?]{{0,15}}\b(?:med )?(?:en |ett |er |riktig |levande )*{SV}\b(?!\s+som\b)",
    rf"\b(?:koppla\w*|kopplad|överför\w*|skicka mig|flytta mig|hänvisa\w*)\b[^.!?]{{0,30}}\b{SV}\b",
    rf"\b(?:vill|önskar|behöver|kan jag få|skulle vilja)\b[^.!?]{{0,20}}\b(?:ha|få|kontakt med|till"
    rf"|hjälp av)\b[^.!?]{{0,15}}\b{SV}(?: {AROUND})*\s*(?:[.!?]|$)",
    rf"\bkontakt\w*\b[^.!?]{{0,20}}\b{SV}\b",
    r"\b(?:finns|är) (?:det |där )?(?:någon|nån)(?: människa| person)? (?:där|här|på plats)",
    r"\bkan (?:någon|nån|en människa|en person)\b[^.!?]{0,25}\b(?:hjälpa|svara|ringa|kontakta)\b",
    r"\b(?:vill|orkar|tänker|pratar|talar|snackar|chattar) inte\b[^.!?]{0,25}\b(?:bot\w*|robot\w*|maskin\w*|dator\w*)\b",
    r"\b(?:riktig|levande|mänsklig) (?:människa|person|medarbetare|kontakt|agent)",
    # English
    r"\b(?:call|phone) me\b(?! (?:when|if))|\bcan (?:a |an )?(?:real )?(?:human|person|agent)\b[^.!?]{0,20}\b(?:answer|help|call|respond)",
    r"\bconnect me (?:to|with) (?:your )?support\b|\b(?:can|could) (?:some|any)(?:one|body) (?:from|of|in) your\b",
    rf"\b{TALK_EN}\b[^.!?]{{0,15}}\b(?:(?:to|with|a|an|the|real|live|actual|your|some) )*{EN}\b(?!\s+(?:who"
    rf"|size|sized)\b)",
    rf"\b(?:connect|transfer|put|pass|forward|redirect|escalate|get)\b[^.!?]{{0,30}}\b(?:to|with|through to"
    rf"|me) (?:(?:a|an|the|real|live|actual|your) )*{EN}\b(?! siz)",
    rf"\b(?:want|need|prefer|would like|i'd like|give me|get me)\b[^.!?]{{0,15}}\b(?:a|an|the|real|live"
    rf"|actual)? ?(?:humans?|agents?|representatives?|operators?|real person|customer (?:service"
    rf"|support))(?: {AROUND})*\s*(?:[.!?]|$)",
    r"\b(?:is|are) (?:there )?(?:any|some)(?:one|body) (?:there|here|available|who can help)|\b(?:can"
    r"|could) (?:some|any)(?:one|body) (?:please )?(?:help|call|answer|assist|contact)",
    r"\b(?:don't|dont|do not|won't|(?:i'm|im|i am) not) (?:want|like|wish|talk\w*|speak\w*|chat\w*)\b"
    r"[^.!?]{0,25}\b(?:bots?|robots?|machines?|ai)\b",
    r"\b(?:real|live|actual|human) (?:human|person|agent|people|being|representative)\b(?! siz)",
]  # fmt: skip
# "Ihmisen kokoinen", "person size": nobody is asked for.
MEASURES = re.compile(
    r"\b(?:ihmisen|henkilön|hengen|aikuisen) (?:kokoi\w*|mittai\w*|korkui\w*)|\bperson[- ]siz\w*|\b"
    r"human[- ]siz\w*|\bsafe for (?:humans|people)\b|\bför \w+ personer\b|\bfor \w+ (?:people|persons)\b"
)
# Written wrong, these are still seen alone.
KEYS = ("ihminen", "asiakaspalvelija", "asiakaspalvelu", "människa", "kundtjänst", "human", "agent")

YES = re.compile(
    r"(?:joo|juu|kyllä|jep|kyl|selvä|ratkesi|löytyi|ja|jo|japp|yes|yep|yeah|solved)?\s*"
    r"(?:(?:tämä |se )?auttoi|(?:tästä|siitä) oli apua|det hjälpte|hjälpte|det gjorde det|(?:it|this|that) (?:helped|did))?"
    r"(?: (?:kiitos|kiitti|tack|thanks|thank you))?"
)
NO = re.compile(
    r"(?:ei|en|eipä|nej|nä|nope|no)?\s*"
    r"(?:(?:tämä |se )?ei auttanut|(?:tästä|siitä) ei ollut apua|auttanut|ollut apua|ratkennut|oikein|ihan|det hjälpte inte"
    r"|hjälpte inte|inte riktigt|(?:(?:it|this|that) )?(?:didn't|did not) help|(?:it|this|that) (?:didn't|did not)|not really"
    r"|not helpful)?"
)
HELLO = re.compile(
    r"(?:(?:hei|heippa|moi|moikka|moro|terve|päivää|hyvää (?:päivää|huomenta|iltaa)|huomenta|hej|hejsan"
    r"|tjena|god (?:dag|morgon|kväll)"
    r"|goddag|hi|hello|hey|good (?:morning|afternoon|evening)|there|vaan|alla|kaikille)\s*)+"
)
_NOT_WORDS = re.compile(r"[^\w'\-]+")


def asks_for_person(text: str) -> bool:
    """Whether the customer wants to be served by a person."""
    folded = " ".join(text.casefold().replace("’", "'").split())
    if MEASURES.search(folded):
        return False
    bare = _bare(folded)
    if len(bare) <= SHORT and not NOBODY_YET.fullmatch(bare):
        if ALONE.fullmatch(bare):
            return True
        if " " not in bare and any(len(bare) > 4 and fuzz.ratio(bare, key) >= NEARLY for key in KEYS):
            return True
    return any(wish.search(folded) for wish in _wishes())


def says_yes(text: str) -> bool:
    """That the answer helped."""
    return _is(YES, text)


def says_no(text: str) -> bool:
    """That the answer didn't help."""
    return _is(NO, text)


def only_greets(text: str) -> bool:
    return _is(HELLO, text)


def _is(words: re.Pattern[str], text: str) -> bool:
    bare = _bare(text.casefold().replace("’", "'"))
    return bool(bare) and words.fullmatch(bare) is not None


@functools.cache
def _wishes() -> list[re.Pattern[str]]:
    return [re.compile(wish) for wish in WISHES]


def _bare(text: str) -> str:
    return _NOT_WORDS.sub(" ", text).strip()
