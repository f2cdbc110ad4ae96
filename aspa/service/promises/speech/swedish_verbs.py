"""How one promises in Swedish: "jag återkommer i morgon", "pengarna betalas inom en vecka", "du får svar i dag"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from aspa.service.promises.speech.grammar import Grammar, words_of

COMMITS = words_of(
    "återkommer kollar undersöker meddelar utreder kontrollerar dubbelkollar ordnar fixar löser krediterar"
    " återbetalar ersätter återkopplar lovar garanterar åtgärdar vidarebefordrar kontaktar ringer frågar bekräftar uppdaterar"
    " hanterar prioriterar påminner felsöker efterlyser informerar"
)
SENDS = words_of(
    "skickar sänder mejlar mailar betalar byter bokar beställer svarar letar lägger gör postar levererar lämnar hämtar"
    " avbokar avbryter ändrar returnerar reserverar reparerar lagar installerar aktiverar skriver berättar ger tittar"
    " granskar läser pratar stämmer tar hör håller följer kopplar säger ringer reder återställer kompletterar faxar smsar"
    " börjar startar förbereder eskalerar tänker försöker planerar fortsätter lyfter checkar snackar justerar rättar drar"
)
OBJECTS = re.compile(
    r"\b(?:dig|er|det|detta|den|ditt|din|dina|ert|era|ärendet|saken|ny|nytt|nya|pengarna|beloppet|paketet|beställningen|ordern|fakturan"
    r"|kvittot|länken|länk|returen|återbetalningen|besked|svar|kollega|kollegan|chef|chefen|lagret|tekniker|teknikern|leverantören|mig|oss|genast|direkt|strax|snart"
    r"|\w{2,}(?:orna|arna|erna|orna|en|et)|mejl|mail|sms|offert|information|instruktioner|returetikett|etikett)\b"
)
PHRASES = re.compile(
    r"\bhör\s(?:(?:jag|vi)\s)?av\s(?:mig|oss)|\bhör\s(?:mig|oss)\sav\b"
    r"|\btar\s(?:(?:jag|vi)\s)?(?:genast\s|direkt\s|gärna\s|själv\s)?(?:reda\spå|tag\si|hand\som|kontakt|upp\sdet|upp\sfrågan|fram|itu\smed)"
    r"|\bser\s(?:(?:jag|vi)\s)?till\s(?:att|så)|\bhåller\s(?:(?:jag|vi)\s)?(?:dig|er)\s(?:uppdaterad\w*|informerad\w*|underrättad\w*)"
    r"|\bföljer\s(?:(?:jag|vi)\s)?upp\b|\breder\s(?:(?:jag|vi)\s)?ut\b|\bger\s(?:(?:jag|vi)\s)?(?:dig|er)\s(?:besked|svar|ett|en)"
    r"|\bsäger\s(?:(?:jag|vi)\s)?till\b|\bkollar\s(?:(?:jag|vi)\s)?upp\b"
)
# "jag ska skicka", "vi kommer att betala"
WILL = re.compile(
    r"\b(?:jag|vi)\s(?:\w+\s){0,2}?(?:ska|skall|kommer\s(?:\w+\s)?att|tänker|lovar\satt|försöker)\s(?:\w+\s){0,3}?(\w+)"
    r"|\b(?:ska|skall|kommer)\s(?:jag|vi)\s(?:\w+\s){0,2}?(?:att\s)?(?:\w+\s)?(\w+)"
)
NO_ACTS = words_of("ha vara stänga behöva kunna vilja hoppas få se stängt ju inte aldrig alltid veta")
HAPPENS = re.compile(
    r"\b(?:kommer|ringer|levereras|skickas|sätts|återbetalas|betalas|krediteras|sänds|postas|repareras|lagas|byts|löses|utreds|kontaktas|meddelas"
    r"|besvaras|behandlas|åtgärdas|hämtas|installeras|aktiveras|undersöks|bokas|hanteras|ersätts|anländer|går\siväg|går\sut|åker|är|syns|avgår|färdigställs|blir"
    r"|tar|hör|kontaktar|återkommer|svarar|skickar|fixar|ska|skall|lämnas|avslutas|rättas|ordnas)\b"
)
OURS = re.compile(
    r"\b(?:paketet|beställningen|ordern|leveransen|varan|varorna|produkten|pengarna|återbetalningen|beloppet|ersättningen|ersättningsvara\w*|svaret|svar"
    r"|kollega|kollegan|chefen|chef|tekniker|teknikern|montören|chauffören|budet|fakturan|kvittot|ny|nytt|nya|den|det|ärendet|saken|reservdelen|reservdelarna|cykeln"
    r"|besked|någon|teamet|avdelningen|kundtjänst|vi|han|hon|reparationen|servicen|felet|offerten|länken|försändelsen|butiken|etiketten|delen|tröjan|skorna|din|ditt|dina)\b"
)
IS_SO = re.compile(r"\b(?:är|blir)\s(?:\w+\s)?(?:stäng|öppe|öppn|sjuk|ledig|borta)\w*")
# "Hör av dig" asks the customer to.
IMPERATIVE = re.compile(r"^\W*(?:hör|gör|ser|ger|tar|för)\s(?:\w+\s)?(?:dig|er)\b")
# "Ska kolla detta!", without "jag".
SHALL = re.compile(r"^\W*(?:ska|skall)\s(?!jag|vi|du|ni|det|den|han|hon|man|bara|vara|ha)(?:\w+\s)?\w+a\b")
YOU_HAVE = re.compile(r"\b(?:du|ni)\s(?:har|har\sdå)\b|\bhar\s(?:du|ni)\b")
YOU_GET = re.compile(r"\b(?:du|ni)\s(?:\w+\s){0,1}?(?:får|hör)\b|\b(?:får|hör)\s(?:du|ni)\b")
GOOD_TO_GET = re.compile(
    r"\b(?:svar|besked|pengarna|återbetalning\w*|ersättning\w*|mejl|mail|sms|samtal|länk\w*|kvitto\w*|faktura\w*|ny|nytt|nya|bekräftelse"
    r"|från\s(?:mig|oss)|av\s(?:mig|oss)|uppdatering|information)\b"
)
AT_ONCE = re.compile(r"\b(?:bifogar|bifogat|härmed|ursäkt|gärna|nedan|tyvärr)\b|\bhär\skommer\b")
WHOLE = re.compile(
    r"\b(?:alla|samtliga|varje|kunder|kunderna|beställningar|returer|order|paket|leveranser|frågor|mejl\satt|ärenden|återbetalningar|varor|reklamationer)\b"
)


def says(words: Sequence[str], text: str, deadline: Callable[[], bool]) -> bool:
    if WHOLE.search(text) or AT_ONCE.search(text):
        return False
    we = any(word in ("jag", "vi") for word in words)
    # "Återkommer i morgon": who writes quickly leaves "jag" out.
    short = bool(words) and words[0] in COMMITS | SENDS and words[1:2] not in (["du"], ["ni"])
    if SHALL.search(text):
        return True
    if we or (short and not IMPERATIVE.search(text)):
        if PHRASES.search(text) or set(words) & COMMITS:
            return True
        if set(words) & SENDS and (OBJECTS.search(text) or deadline()):
            return True
        will = WILL.search(text)
        if will and (will[1] or will[2]) not in NO_ACTS and (will[1] or will[2])[-1] in "aåäoe":
            return True
    if YOU_GET.search(text):
        return bool(GOOD_TO_GET.search(text)) or deadline()
    if YOU_HAVE.search(text) and GOOD_TO_GET.search(text):
        return deadline()
    return bool(HAPPENS.search(text) and OURS.search(text)) and not IS_SO.search(text) and deadline()


GRAMMAR = Grammar(
    common=words_of(
        "och jag vi att det är som på för med till av inte du ni har kan ska den om men en ett så mig dig oss er från hej i"
        " återkommer skickar imorgon morgon dag inom senast får svar tack ditt din"
    ),
    general=re.compile(
        r"\b(?:vanligtvis|vanligen|normalt|oftast|i\sregel|alltid|brukar|generellt|ibland|ofta|vardagar\smellan|kanske|eventuellt|förhoppningsvis|troligen"
        r"|troligtvis|antagligen|sannolikt|genomsnitt|normala\sfall|hoppas|enligt)\b"
    ),
    reports=re.compile(
        r"\b(?:rekommenderar|föreslår|ser|förstår|vet|tror|tycker)\s(?!till)(?:\w+\s)?att\s(?:du|ni)\b|"
        r"\b(?:sa|sade|lovade|skrev|berättade|nämnde|bad)\b.*\b(?:att|om)\b"
    ),
    condition=re.compile(
        r"\b(?:ifall|förutsatt|såvida|vid\sbehov|så\sfort\s(?:du|ni)|så\ssnart\s(?:du|ni)|när\s(?:du|ni)|efter\satt\s(?:du|ni)|under\sförutsättning)\b"
        r"|^\W*om\s(?:du|ni|det|den|vi|jag|han|paketet|varan|något|ingen|inte|ditt|din|dina)\b"
        r"|(?<!kollar )(?<!undersöker )(?<!frågar )(?<!hör )(?<!reda på )(?<!kontrollerar )(?<!ser )(?<!lagret )(?<!hand )(?<!upp )"
        r"\bom\s(?:du|ni|vi|jag|det\s(?:är|inte|behövs|går|blir|finns|passar)|den\s(?:är|inte|finns|kommer))\b"
    ),
    negations=words_of("inte ej aldrig inga ingen inget icke"),
    offers=words_of("kan kunde skulle gärna vill borde bör hjälper måste"),
    idioms=re.compile(
        r"\binte senare än\b|\binga problem\b|\bingen fara\b|\bom inte\b|\bså fort (?:jag|vi) kan\b|\bså snart (?:jag|vi) kan\b"
    ),
    says=says,
)
