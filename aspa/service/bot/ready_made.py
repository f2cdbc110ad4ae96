"""The flows that a brand's bot begins with. They are the brand's own from then on: words and steps can be changed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import override

from aspa.core.inboxes.models import Brand
from aspa.service.bot.models import Flow

ORDER_PHRASES = """\
missä tilaus
missä paketti
missä pakettini
missä tilaukseni
milloin tilaus saapuu
milloin tilaus tulee
milloin paketti saapuu
milloin paketti tulee
koska tilaus tulee
koska paketti tulee
tilaus ei ole tullut
tilaus ei ole saapunut
paketti ei ole tullut
paketti ei ole saapunut
tilauksen tila
seuraa tilausta
var är beställning
var är paket
var är order
när kommer beställning
när kommer paket
paket inte kommit
beställning inte kommit
where is order
where is package
where is parcel
when order arrive
when package arrive
parcel not arrived
order not arrived
track order
track parcel"""

RETURN_PHRASES = """\
haluan palauttaa
haluaisin palauttaa
voinko palauttaa
miten palautan
kuinka palautan
tehdä palautus
vill returnera
hur returnerar
göra retur
kan jag returnera
want to return
return an item
how do i return
make a return
send back"""

ASK_ORDER: dict[str, Any] = {
    "do": "ask",
    "what": "order",
    "text": {
        "fi": "Mikä on tilauksesi numero? Se on tilausvahvistuksessa.",
        "sv": "Vilket nummer har din beställning? Det står i orderbekräftelsen.",
        "en": "What is the number of your order? It is in the order confirmation.",
    },
}
ASK_EMAIL: dict[str, Any] = {
    "do": "ask",
    "what": "email",
    "text": {
        "fi": "Millä sähköpostiosoitteella tilasit?",
        "sv": "Med vilken e-postadress beställde du?",
        "en": "With which e-mail address did you order?",
    },
}
ORDER_STEPS: list[dict[str, Any]] = [ASK_ORDER, ASK_EMAIL, {"do": "prove"}, {"do": "look_up"}]
RETURN_STEPS: list[dict[str, Any]] = [
    {
        "do": "answer",
        "text": {
            "fi": "tuotteen palauttaminen palautus",
            "sv": "returnera en vara retur",
            "en": "return a product returns",
        },
    },
    {
        "do": "choose",
        "text": {
            "fi": "Miten jatketaan?",
            "sv": "Hur går vi vidare?",
            "en": "How shall we go on?",
        },
        "choices": [
            {"label": {"fi": "Tämä riitti", "sv": "Det räckte", "en": "That is all"}, "to": -1},
            {"label": {"fi": "Teen palautuksen", "sv": "Jag gör en retur", "en": "I make a return"}, "to": 3},
        ],
    },
    ASK_ORDER,
    {
        "do": "say",
        "text": {
            "fi": "Kiitos. Palautuksen tekee kanssasi ihminen.",
            "sv": "Tack. En människa gör returen med dig.",
            "en": "Thank you. A person makes the return with you.",
        },
    },
    {"do": "hand_over"},
]


def add_to(brand: Brand) -> None:
    """Those that it hasn't had yet; who has changed or switched off one keeps it so."""
    there = set(Flow.objects.filter(brand=brand).values_list("task", flat=True))
    ready = (
        (Flow.Task.ORDER, ORDER_PHRASES, ORDER_STEPS),
        (Flow.Task.RETURN, RETURN_PHRASES, RETURN_STEPS),
    )
    with override(brand.language):
        for task, phrases, steps in ready:
            if task not in there:
                Flow.objects.create(brand=brand, task=task, name=str(task.label), phrases=phrases, steps=steps)
