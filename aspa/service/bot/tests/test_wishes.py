"""Who asks for a person is heard, however it is said; who asks about something else isn't sent away from the answer."""

from __future__ import annotations

import pytest

from aspa.service.bot import wishes

ASKS = """
ihminen
Ihminen!
ihminen kiitos
haluan ihmisen
haluan puhua ihmiselle
haluan puhua ihmisen kanssa
Saanko puhua oikealle ihmiselle?
haluaisin jutella jonkun kanssa
voisinko keskustella asiakaspalvelijan kanssa
asiakaspalvelija
asiakaspalvelia
asiakaspalvelijalle
asiakaspalveluun kiitos
yhdistä asiakaspalveluun
Yhdistäkää minut ihmiselle, kiitos
siirrä minut asiakaspalvelijalle
saisinko yhteyden asiakaspalveluun
en halua jutella botin kanssa
en jaksa puhua robotille
onko siellä ketään?
onko siellä ihmistä
voisiko joku auttaa minua tässä
voiko asiakaspalvelija soittaa minulle
aspa
aspalle
elävä ihminen, kiitos
Tämä ei auta, haluan oikean ihmisen
anna ihminen
ihmistä linjoille
tarvitsen ihmisen apua, voinko jutella jonkun kanssa
Haluan puhua ihmiselle
ihmnen
myyjälle kiitos
människa
Människa tack
en människa, tack
kan jag få prata med någon
kan jag få prata med en människa?
jag vill prata med en riktig person
koppla mig till kundtjänst
kundtjänst
Jag vill ha kontakt med kundtjänsten
finns det någon där?
kan någon hjälpa mig
jag vill inte prata med en bot
får jag tala med en medarbetare
Jag vill prata med en människa
snacka med nån
människ
human
agent please
human please
I want to talk to a human
can I speak to someone
Can I talk to a real person please?
let me speak with an agent
connect me to customer service
transfer me to an agent
is anyone there?
could someone help me
I don't want to talk to a bot
get me a human
live agent
real person
I'd like to talk to a person
talk to your staff
customer service please
ihmisen kanssa kiitos
ihminen, ei robotti
soittakaa minulle
hur når jag er kundtjänst
can a human answer
connect me with support
Can someone from your team contact me?
miten pääsen juttelemaan ihmisen kanssa
""".strip().splitlines()

ASKS_SOMETHING_ELSE = """
Sopiiko tämä aikuiselle ihmiselle?
Myyttekö ihmisen kokoista nallea?
ihmisen kokoinen nalle
Milloin tilaukseni saapuu?
Miten palautan tuotteen?
Mistä löydän asiakaspalvelun aukioloajat?
Onko pöytä kuudelle henkilölle?
Voiko pehmon pestä koneessa?
Puhelimen kuori meni rikki
Saako kahvinkeittimeen varaosia
Kuinka monelle hengelle teltta on?
Onko tuote turvallinen lapsille?
puhelin
kiitos
hei
var är mitt paket
Är den säker för människor?
Finns det ett bord för sex personer?
Vem betalar returfrakten?
Kan man tvätta den i maskin?
Hur lång är garantin?
någon
en bok om människor som reser
Is this safe for humans?
How many people can sit at the table?
Do you have a person-size teddy bear?
Where is my order?
Does the talking doll speak Finnish?
Which people carrier seat fits?
Can I return an opened package?
what does the cleaning agent contain
someone else received my parcel
""".strip().splitlines()


@pytest.mark.parametrize("text", ASKS)
def test_who_wants_a_person_is_heard(text: str) -> None:
    assert wishes.asks_for_person(text)


@pytest.mark.parametrize("text", ASKS_SOMETHING_ELSE)
def test_other_questions_are_not_taken_for_it(text: str) -> None:
    assert not wishes.asks_for_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "Kyllä, kiitos",
        "Kyllä, tästä oli apua",
        "Yes, this helped",
        "Ja, det hjälpte",
        "joo",
        "Yes, thanks",
        "Ja tack",
        "This helped",
        "Tämä auttoi",
    ],
)
def test_yes_is_heard(text: str) -> None:
    assert wishes.says_yes(text)
    assert not wishes.says_no(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ei auttanut",
        "Tästä ei ollut apua",
        "This didn’t help",
        "ei",
        "Nej",
        "It didn’t help",
        "This didn't help",
        "Det hjälpte inte",
    ],
)
def test_no_is_heard(text: str) -> None:
    assert wishes.says_no(text)
    assert not wishes.says_yes(text)


@pytest.mark.parametrize("text", ["Hei!", "moi", "Hej hej", "Good morning", "hyvää päivää", "hello there"])
def test_a_greeting_is_no_question(text: str) -> None:
    assert wishes.only_greets(text)
    assert not wishes.only_greets(f"{text} missä paketti on")
