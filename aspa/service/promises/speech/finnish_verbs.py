"""How one promises in Finnish: "palaan asiaan huomenna", "rahat palautetaan viikon sisällä", "saat vastauksen tänään"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from aspa.service.promises.speech.grammar import Grammar, words_of

# First persons singular; the plural has the same stem (palaa-n, palaa-mme).
COMMITS = words_of(
    "selvitän selvittelen selviän palaan palailen palajan ilmoitan ilmoittelen ilmotan ilmottelen hoidan hoitelen"
    " tarkistan tarkistelen tarkastan kysyn kyselen kysäisen kysäsen varmistan varmistelen järjestän järkkään"
    " välitän huolehdin lupaan takaan tiedustelen hyvitän soitan soittelen soitankin tsekkaan checkaan vahvistan"
    " tutkin kontaktoin konsultoin viestitän viestittelen informoin infoan päivitän raportoin vastailen tekstaan"
    " muistutan perehdyn paneudun eskaloin delegoin koordinoin priorisoin valvon selvennän vaadin kiirehdin"
    " hoputan jututan lupaudun sitoudun"
)
# Of a single matter these are promises; of matters in general, a way of working.
SENDS = words_of(
    "lähetän lähettelen laitan laittelen pistän postitan toimitan palautan vaihdan korjaan maksan korvaan tilaan varaan"
    " kirjaan siirrän kirjoitan kirjottelen meilaan mailaan perun peruutan poistan lisään muutan avaan aktivoin suljen"
    " asennan noudan haen etsin testaan käsittelen aloitan viimeistelen valmistelen sovin teen tein luon vien tuon annan"
    " kerron vastaan seuraan katson katon katsahdan kattelen katselen otan pidän kaivan pyydän kutsun nostan tulostan"
    " lataan jätän ohjaan viimeistelen paketoin pakkaan nollaan palauttelen allekirjoitan käyn tulen aion yritän pyrin"
    " koitan koetan saan skannaan kuittaan merkitsen laskutan oikaisen veloitan lainaan kokoan jatkan varmennan"
    " lähestyn valmistan julkaisen esitän ehdotan teetän huollan vapautan jatkelen puhun juttelen keskustelen ilmaisen"
    " liitän mittaan"
) - {"tein"}
PLURAL_COMMITS = frozenset(f"{verb[:-1]}mme" for verb in COMMITS if verb.endswith("n"))
PLURAL_SENDS = frozenset(f"{verb[:-1]}mme" for verb in SENDS)
# What the other words of the clause say of a single matter, or that it is this customer's.
OBJECTS = re.compile(
    r"\b(?:sinulle|sulle|teille|teidän|teitä|sinua|sua|sinun|sun|sinut|sut|teidät|sinuun|suhun|teihin|asia\w*|tästä|tämän|tätä"
    r"|tähän|siitä|sen|sitä|ne|nämä|nää|tilanne\w*|uuden|uudet|uutta|korvaava\w*|puuttuva\w*|oikea\w*|hyvity\w+|palautuk\w+"
    r"|palautusohj\w+|viesti[äan]?|mailia|meiliä|tietoa|tiedon|tiedot|lisätietoja|linkin|kuitin|laskun|tarjouksen"
    r"|ohjeet|seurantakoodin|seurantalinkin|tilauksen|tilausta|paketin|pakettia|lähetyksen|rahat|summan|maksun"
    r"|esimiehe\w+|kolleg\w+|varasto\w*|kuljetusliik\w+|postilta|tekniika\w+|yhtey\w+|selvää|heti|pian|kohta|vielä"
    r"|perään|kuntoon|reklamaation|vikailmoituksen|tiketin|tukipyynnön|pyynnön|työn|varauksen|ajan|\w{3,}(?:si|nne)(?!\w))"
)
# With these verbs the rest is the promise: "otan selvää", "pidän ajan tasalla".
PHRASES = re.compile(
    r"\b(?:ota(?:n|mme)|otetaan)\s(?:\w+\s){0,3}?(?:selvää|selkoa|yhteyttä|yhteyden|asiaksi\w*|hoitaakse\w+|vastuu\w*|käsittelyyn|työn\salle|puheeksi)"
    r"|\b(?:selvää|yhteyttä)\sota(?:n|mme)\b|\bkäsittelyyn\b.{0,20}\bota"
    r"|\bpidä(?:n|mme)\s(?:\w+\s){0,3}?(?:ajan\stasalla|huol\w+|tietoisena|silmällä|kiinni|varattuna)"
    r"|\bpidetään\s(?:sinut|sut|teidät)\b"
    r"|\b(?:olen|oon|olemme|ollaan|oomme)\s(?:\w+\s){0,4}?yhteydessä"
    r"|\byhteydessä\s(?:\w+\s)?(?:olen|olemme)\b"
    r"|\b(?:pala(?:a|il)l?aan|palata(?:an))\s(?:\w+\s){0,4}?asia\w+|\basiaan\spala\w+|\bpalataan\b"
    r"|\b(?:selvitellään|ilmoitellaan|ilmotellaan|soitellaan|viestitellään|katellaan\sja)\b"
    r"|\b(?:mulla|minulla|meillä)\son\s(?:vastaus|ratkaisu)\b"
    r"|\b(?:hoituu|järjestyy|onnistuu)\smeiltä\b|\b(?:asia|homma|juttu)\sjää\s(?:mun|minun|meidän)"
    r"|\b(?:tulen|tulemme|aion|aiomme|yritän|yritämme|pyrin|pyrimme|koitan|koitamme|lupaan|lupaamme|muistan|ehdin|ehdimme)"
    r"\s(?:\w+\s){0,4}?\w+(?:maan|mään|da|dä|ta|tä|la|lä|ra|rä|na|nä|oa|ea|eä|ia|iä|ua|aa|ää|stä)\b"
)
PASSIVE = re.compile(r"(?:[aeiouyäö][td](?:aan|ään)|ll(?:aan|ään)|nn(?:aan|ään)|rr(?:aan|ään)|s[tl](?:aan|ään))$")
NO_PASSIVES = words_of(
    "mitään yhtään sitään itään ketään omillaan keskenään kohdillaan ennallaan parhaillaan aikaistaan pitään tietään"
    " ainoastaan vastaan vastastaan ainostaan nykyään illastaan pelkästään toistaan jollaan vasta edelleen enintään"
    " vähintään viimeistään korkeintaan oikeastaan kuitenkaan ollaan"
)
# With "me" the spoken passive is the first person: "me palataan".
WE = re.compile(r"\bme\s(?:\w+\s){0,2}?(\w+(?:aan|ään))\b")
HAPPENS = words_of(
    "lähtee lähtevät tulee tulevat saapuu saapuvat toimittaa soittaa palaa vastaa lähettää ilmoittaa hoitaa korjaa"
    " valmistuu näkyy näkyvät palautuu palautuvat siirtyy ottaa selvittää noutaa asentaa käy on ovat saadaan vaihtuu"
    " hyvittää tarkistaa laittaa katsoo tuo vie jatkaa aktivoituu avautuu järjestyy"
)
OURS = re.compile(
    r"\b(?:uusi|uudet|korvaava\w*|paket\w+|tilau\w+|lähety\w+|tuot(?:e|teesi|teet|teenne|teet)\w*|tavara\w*|raha\w*|hyvity\w+|palautus\w*|maksu\w*|vastau\w+"
    r"|kolleg\w+|esimie\w+|esihenkilö\w*|asentaj\w+|huolto\w*|kuljettaj\w+|kuriiri\w*|lasku\w*|kuitti\w*|teknii?k\w+|tiimi\w*"
    r"|asiantuntija\w*|myyjä\w*|päällik\w+|työkaver\w+|työnjoht\w+|varaosa\w*|osa|osat|laite|laittees\w*|pyörä\w*|asia\w*|se|ne|tieto|tarjou\w+|linkki|ohjeet"
    r"|vahvistu\w+|joku|hän|varaus|korjaus|päivity\w+|myymälä\w*|kauppa|työ|summa|toimitus\w*)\b"
)
HAS_HAPPENED = re.compile(r"\b(?:on|ovat)\s(?:\w+\s)?(?:\w+(?:ttu|tty|stu|sty|nut|nyt|neet)\b|kiinni|auki|avoinna)")
# "Saat sen noudettua": it can be done, by the customer.
CAN_DO = re.compile(r"\bsaatt?e?\s(?:\w+\s){0,4}?\w+(?:tua|tyä)\b")
YOU_GET = re.compile(r"\b(?:saat|saatte|saatko|kuulet|kuulette)\b")
GOOD_TO_GET = re.compile(
    r"\b(?:vastau\w+|viesti\w*|soiton|puhelun|tiedon|tietoa|hyvity\w+|raha\w*|linkin|kuitin|laskun|uude\w+|korvaavan|vahvistuk\w+"
    r"|ilmoituk\w+|selvityk\w+|tarjouksen|lisätie\w+|ohjeet|palautuk\w+|minusta|meistä|musta|meiltä|minulta|multa|tekstiviestin|seurantakoodin)\b"
)
# Done with the same words, or done by now.
AT_ONCE = re.compile(
    r"\b(?:ohessa|oheen|oheisen|liitteenä|liitteeseen|liitteessä|tässä|alla|alle|tähän\sviestiin|anteeksi|mielee\w+|parhaillaan|parasta\saikaa|osaa|kantaa|esille|itse)\b"
)
WHOLE = re.compile(
    r"\b(?:tilauksi?[ae]?t|tilauksia|palautukset|palautuksia|lähetykset|lähetyksiä|paketit|paketteja|reklamaatiot|viestit|viesteihin|kysymyksiin"
    r"|tiedusteluihin|sähköposteihin|sähköpostit|yhteydenottoihin|palautteisiin|kaikki|kaikkiin|kaikille|asiakkaille|asiakkaillemme|asiakkaat|asiakkaitamme|toimitukset|hyvitykset"
    r"|tuotteet|tuotteita|tarjoukset|hakemukset|ilmoitukset|jokai\w+|jokaisen)\b"
)


def says(words: Sequence[str], text: str, deadline: Callable[[], bool]) -> bool:
    if WHOLE.search(text) and not re.search(r"\b(?:sinulle|sulle|teille|asiassa)\b", text):
        return False
    if PHRASES.search(text):
        return True
    if AT_ONCE.search(text):
        return False
    known = set(words)
    if known & COMMITS or known & PLURAL_COMMITS:
        return True
    if known & (SENDS | PLURAL_SENDS) - {"vastaan"} and (OBJECTS.search(text) or deadline()):
        return True
    if "vastaan" in known and re.search(r"\bvastaan\s(?:sinulle|sulle|teille|tähän|siihen|asiaan|viestiisi)", text):
        return True
    spoken = WE.search(text)
    if spoken and PASSIVE.search(spoken[1]):
        return True
    if YOU_GET.search(text) and not CAN_DO.search(text):
        return bool(GOOD_TO_GET.search(text)) or ("saat" in text and deadline())
    if any(PASSIVE.search(word) and word not in NO_PASSIVES for word in words):
        return deadline()
    return bool(known & HAPPENS and OURS.search(text)) and not HAS_HAPPENED.search(text) and deadline()


GRAMMAR = Grammar(
    common=words_of(
        "on ja se että en ei minä mä sinä te me ole olen hei kun niin tämä sen sinulle teille asia asiaan huomenna"
        " klo mennessä viikon päivän tänään asian heti pian vielä kanssa jos mutta tai oli olet onko joka siitä tästä"
        " kiitos palaan selvitän lähetän laitan ilmoitan soitan saat rahat paketti tilaus"
    ),
    general=re.compile(
        r"\b(?:yleensä|tavallisesti|normaalisti|tyypillisesti|pääsääntöisesti|useimmiten|keskimäärin|joskus|usein|aina"
        r"|arkisin|päivittäin|(?:maanantai|tiistai|keskiviikko|torstai|perjantai|lauantai|sunnuntai|viikonloppu|ilta|aamu|arki)sin"
        r"|toisinaan|ehkä|kenties|mahdollisesti|toivottavasti|luultavasti|todennäköisesti|mukaan|ohjeen\smukaisesti|oletettavasti)\b"
    ),
    reports=re.compile(
        r"\b(?:sanoin|kerroin|lupasin|lupasimme|totesin|mainitsin|sanoit|kerroit|lupasit|kirjoitit|pyysit|sanoi|lupasi|kertoi|ilmoitti)\b.*\bett"
    ),
    condition=re.compile(
        # "Tilaa tänään, niin paketti lähtee huomenna."
        r"^\W*(?!heti|kun|sitten|\w+(?:n|mme)\b)\w+[^,]*,\s*niin\b|"
        r"\b(?:mikäli|ellet\w*|ellei\w*|jollet\w*|tarvittaessa|halutessa\w+|kunhan|silloin\skun|siinä\stapauksessa)\b"
        r"|(?<!katson )(?<!tarkistan )(?<!kysyn )(?<!selvitän )(?<!katon )(?<!tsekkaan )(?<!tutkin )\bjos\b"
        r"|\bkun\s(?:sinä\s|sä\s|te\s|ensin\s|vain\s|olet\s|olette\s)*(?:olet|olette|saat|saatte|lähetät|lähetätte|palautat|ilmoitat|maksat|vahvistat|kerrot|annat"
        r"|vastaat|teet|täytät|toimitat|haluat|laitat|postitat)(?:te)?\b"
        r"|\b(?:saatuamme|saatuani)\s\w+(?:si|nne)\b"
    ),
    negations=words_of("en emme ei et ette eivät älä älkää eikä enkä emmekä tuskin ikävä enää"),
    offers=words_of(
        "voin voimme voisin voisimme voidaan voitaisiin voitais voi haluaisin haluatko haluatteko mielelläni"
        " mielellämme mielellään saanko saammeko lähetänkö pitäisikö pitäisi täytyisi kannattaa kannattaisi voisko"
        " osaan osaamme haluan haluamme autan autamme ehkä"
    ),
    idioms=re.compile(
        r"\b(?:ei myöhemmin kuin|älä huoli|ei huolta|ei hätää|ei se mitään|ei haittaa|en unohda|ei mitään ongelmaa|ei tässä mitään"
        r"|eilen|toissapäivänä|viime\s\w+|(?:jo|aiemmin)\s(?:maanan|tiis|tors|perjan|lauan|sunnun)taina)\b"
    ),
    says=says,
)
