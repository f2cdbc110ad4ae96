"""What the demo's customers say of what they bought, and what the shops answer."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import random
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from aspa.kit import clock
from aspa.service.commerce.models import OrderLine
from aspa.service.commerce.models import Product as ToldProduct
from aspa.service.moderation import reading
from aspa.service.moderation.models import Item
from aspa.service.moderation.states import State, Why
from aspa.service.reviews import figures, photos, purchases
from aspa.service.reviews.models import Answer, Helpful, Photo, Product, Review
from aspa.service.reviews.moderated import KIND
from aspa.service.reviews.writing import short_name

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand
    from aspa.core.people.models import Agent
    from aspa.demo.cast import Cast
    from aspa.service.reviews.photos import Picture

DAY = dt.timedelta(days=1)


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """`days` ago; `answer` is the shop's. `colour`: a photo of a knit in it is enclosed. `is_new`: nobody has looked at the photo yet."""

    product: str
    stars: int
    days: int
    title: str
    text: str
    answer: str = ""
    colour: str = ""
    language: str = "fi"
    is_new: bool = False
    helpful: int = 0


REVIEWS = {
    "villa": (
        Said("neule", 5, 41, "Talven paras hankinta", "Kaarroke istuu kauniisti eikä hierro niskasta, vaikka alla on vain "
             "ohut paita. Olen käyttänyt tätä marraskuusta asti lähes joka päivä, eikä kainaloissa näy nyppyjä.",
             colour="#7d4a34", helpful=7),
        Said("neule", 4, 33, "Lämmin, mutta iso", "Tilasin tavallisen kokoni M ja siitä tuli väljä huppari. Vaihto S-kokoon "
             "sujui neljässä päivässä, ja nyt istuu. Katso mitat ennen kuin tilaat.",
             "Kiitos, että kerroit. Neule on tosiaan väljä: lisäsimme tuotesivulle mitat myös kainalon alta mitattuna, "
             "jotta koko löytyisi kerralla.", helpful=12),
        Said("neule", 5, 18, "Mummon neuleen veroinen", "Tuoksuu villalta, ei kemikaaleilta. Peseytyi käsin kauniisti.",
             colour="#31503f"),
        Said("neule", 1, 9, "Sauma purkautui kuukaudessa", "Hihan sauma alkoi purkautua kolmannella käyttökerralla, ja "
             "chatissa luvattiin palata asiaan seuraavana päivänä. Odotin viikon. Sen jälkeen paketti palasi samanlaisena, "
             "koska huolto oli katsonut väärää hihaa. Yhdeksänkymmenen euron neuleelta odotan muuta.",
             "Tämä meni meiltä väärin kahdesti, ja olen siitä pahoillani. Uusi neule lähti sinulle eilen, ja vanhan saat "
             "pitää. Korjaamolla tarkistetaan nyt koko neule eikä vain ilmoitettu kohta.", helpful=4),
        Said("neule", 5, 3, "Vackrare än på bilden", "Färgen är djupare i verkligheten och oket ligger fint över axlarna. "
             "Leveransen till Åland tog tre dagar.", language="sv"),
        Said("villamyssy", 5, 27, "Tupsu irtoaa, nerokasta", "Pesin myssyn ilman tupsua ja se säilyi muhkeana. Korvat pysyivät "
             "lämpiminä myös tuulessa.", colour="#2f4f63", helpful=3),
        Said("villamyssy", 3, 14, "Hyvä mutta kireä", "Iso pää, joten reuna jätti jäljen otsaan. Venyi parissa viikossa.",
             "Kokeile höyryttää reuna ja kuivata se kulhon päällä: Havu antaa periksi pari senttiä."),
        Said("villasukat", 5, 52, "Kolmas pari jo", "Ensimmäinen pari on kestänyt saappaissa kaksi talvea. Kantapää ei ole "
             "puhki vieläkään, joten takuuta ei ole tarvinnut kokeilla.", helpful=9),
        Said("villasukat", 4, 30, "", "Paksut ja lämpimät. Kutisivat ensimmäisen päivän."),
        Said("villasukat", 2, 21, "Kutistuivat pesussa", "Pesin 40 asteessa, kuten muutkin sukat. Nyt ne ovat lapsen.",
             "Harmillista. Villa pestään 30 asteessa villaohjelmalla; ohje on nyt myös sukan vyötteessä isommalla. "
             "Laitoimme sinulle alennuskoodin sähköpostiin."),
        Said("lapaset", 5, 24, "Pitävät tuulen", "Pyöräilin näillä −18 asteessa. Peukalo on neulottu erikseen eikä irvistä.",
             colour="#8a2f36", helpful=2),
        Said("huivi", 5, 36, "Ei kutita edes minua", "Atooppinen iho, ja silti pystyn pitämään tätä päivän. Pehmeä kuin pilvi."),
        Said("huivi", 4, 12, "Pitkä ja pehmeä", "Yltää kahdesti ympäri. Väri hieman harmaampi kuin kuvassa."),
        Said("torkkupeitto", 5, 45, "Etiketissä oli tilan nimi", "Lahjaksi isälle, joka löysi etiketistä lapsuutensa naapurin "
             "tilan. Painava ja lämmin.", helpful=15),
        Said("huopatossut", 4, 16, "Muotoutuivat viikossa", "Aluksi tiukat, nyt kuin omat jalat. Ota pienempi koko."),
        Said("parevakka", 5, 20, "Kaunis ja tukeva", "Lankakerät pysyvät järjestyksessä. Tuoksuu puulle.", colour="#b08d57"),
        Said("lanka", 3, 8, "Kiva lanka, mutta eri erä", "Toinen tilaus tuli eri värjäyserästä, vaikka pyysin samaa. Raita näkyy."),
        Said("lapaset", 1, 1, "Soittakaa minulle", "Paketti ei tullut perille. Numeroni on 040 123 4567 ja osoite Rantatie 4 "
             "B 12, soittakaa heti kun näette tämän."),
        Said("torkkupeitto", 5, 1, "Uusi lempipeitto", "Kuva sohvalta liitteenä. Koira on samaa mieltä.", colour="#6f7f86",
             is_new=True),
    ),
    "kaisla": (
        Said("perushuolto", 5, 29, "Kuin uusi pyörä", "Ketju ei rahise ja jarrut purevat. Eetu soitti kesken työn ja kysyi "
             "ennen kuin vaihtoi takapakan, siitä iso plussa.", "Kiitos. Hyviä kilometrejä, ja muista ketjuöljy räntäkeleillä.",
             helpful=6),
        Said("perushuolto", 4, 11, "", "Luvattu samaksi päiväksi ja oli valmis neljältä. Satulaa oli laskettu."),
        Said("sahkohuolto", 5, 17, "Akku paperilla", "Sain mitatun kapasiteetin paperille, hyvä kun myyn pyörän keväällä."),
        Said("nastarengas", 5, 38, "Ei lipsu", "Ajoin koko viikon jäisellä sillalla. Ääni on kova asfaltilla, mutta niin sen "
             "kuuluukin.", helpful=3),
        Said("valosarja", 2, 13, "Takavalo putosi", "Kiinnike ei pitänyt mukulakivillä, ja valo jäi kaupungille.",
             "Pahoittelut. Vaihdoimme kiinnikkeen jämäkämpään; tule hakemaan uusi takavalo veloituksetta."),
    ),
}  # fmt: skip
# Who answers for which shop.
ANSWERS = {"villa": "aino", "kaisla": "eetu"}


def tell(cast: Cast) -> None:
    """For a database in which orders stand."""
    chance, now = random.Random(1855), clock.now()
    told = [Plan(said, cast.brands[key], cast.agents[ANSWERS[key]]) for key in REVIEWS for said in REVIEWS[key]]
    _find_buyers(told, chance)
    plans = [plan for plan in told if plan.review is not None]
    products = _products(plans, now)
    Product.objects.bulk_create(products.values())
    for plan in plans:
        plan.settle(products, now - (plan.said.days - chance.random() / 2) * DAY)
    Product.objects.bulk_update(products.values(), ["reviewed_at"])
    Review.objects.bulk_create(plan.written for plan in plans)
    Item.objects.bulk_create(_item(plan) for plan in plans)
    Photo.objects.bulk_create(_photo(plan, chance) for plan in plans if plan.said.colour)
    Answer.objects.bulk_create(_answer(plan) for plan in plans if plan.said.answer)
    Helpful.objects.bulk_create(vote for plan in plans for vote in _votes(plan, plans, chance))


@dataclasses.dataclass(slots=True)
class Plan:
    """A review before it is written; without anybody who bought the product it isn't."""

    said: Said
    brand: Brand
    by: Agent
    review: Review | None = None

    @property
    def written(self) -> Review:
        assert self.review is not None
        return self.review

    def settle(self, products: dict[tuple[int, str], Product], at: dt.datetime) -> None:
        review = self.written
        review.product, review.created_at = products[self.brand.pk, self.said.product], at
        if self.said.is_new and self.said.colour:
            review.photos_wait_since = at
        elif self.said.colour:
            review.photo_count = 1
        if not self.is_held:
            review.state, review.published_at = State.PUBLISHED, at
            review.product.reviewed_at = max(review.product.reviewed_at or at, at)

    @property
    def is_held(self) -> bool:
        """A phone number in it waits for somebody to look."""
        return reading.is_personal(self.said.text)


def _find_buyers(plans: list[Plan], chance: random.Random) -> None:
    """Each is somebody else who has bought the product, of the review's language where there is one."""
    names = {plan.said.product for plan in plans}
    bought = OrderLine.objects.filter(product_external_id__in=names, order__status__in=purchases.BOUGHT)
    lines = list(bought.select_related("order__contact", "order__source").order_by("pk"))
    taken: set[int] = set()
    for plan in plans:
        said = plan.said
        free = [
            line.order
            for line in lines
            if (line.product_external_id, line.order.source.brand_id) == (said.product, plan.brand.pk)
            and line.order.contact
            and line.order.contact_id not in taken
        ]
        found = [order for order in free if order.contact and order.contact.language == said.language] or free
        if found:
            order = chance.choice(found)
            assert order.contact is not None
            taken.add(order.contact.pk)
            plan.review = Review(
                brand=plan.brand, contact=order.contact, order=order, is_buyer=True, stars=said.stars, title=said.title,
                text=said.text, name=short_name(order.contact.name), language=said.language, helpful=said.helpful,
            )  # fmt: skip


def _products(plans: list[Plan], now: dt.datetime) -> dict[tuple[int, str], Product]:
    """By brand and code, with what their published reviews come to."""
    told = ToldProduct.objects.filter(external_id__in={plan.said.product for plan in plans}).select_related("source")
    names = {(product.source.brand_id, product.external_id): product.name for product in told.defer("source__settings")}
    found: dict[tuple[int, str], Product] = {}
    for plan in plans:
        key = (plan.brand.pk, plan.said.product)
        product = found.setdefault(key, Product(brand=plan.brand, sku=key[1], name=names[key], changed_at=now))
        if not plan.is_held:
            figures.add(product, plan.said.stars)
    return found


def _item(plan: Plan) -> Item:
    at = plan.written.created_at
    return Item(
        brand=plan.brand, kind=KIND, key=plan.written.pk, contact=plan.written.contact, state=plan.written.state, at=at,
        why=[Why.PERSONAL] if plan.is_held else [], waiting_since=at if plan.is_held else None,
    )  # fmt: skip


def _photo(plan: Plan, chance: random.Random) -> Photo:
    with photos.storing([_knit(plan.said.colour, chance)]) as (photo,):
        photo.review, photo.at = plan.written, plan.written.created_at
        photo.state = State.HELD if plan.said.is_new else State.PUBLISHED
        return photo


def _answer(plan: Plan) -> Answer:
    at = plan.written.created_at + DAY / 3
    return Answer(
        review=plan.written, agent=plan.by, name=plan.by.public_name, title=plan.by.title, text=plan.said.answer, at=at
    )


def _votes(plan: Plan, plans: list[Plan], chance: random.Random) -> list[Helpful]:
    """By others who have reviewed something of the brand."""
    others = [one.written.contact for one in plans if one.brand == plan.brand and one is not plan]
    readers = chance.sample(others, min(plan.said.helpful, len(others)))
    return [Helpful(review=plan.written, contact=reader, at=plan.written.created_at + DAY) for reader in readers]


def _knit(colour: str, chance: random.Random) -> Picture:
    """A photo of knitted stitches, drawn."""
    width, height, stitch, rise = 960, 720, 60, 44
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    image = Image.new("RGB", (width, height), (red // 2, green // 2, blue // 2))
    draw = ImageDraw.Draw(image)
    for top in range(-rise, height, rise):
        for left in range(0, width, stitch):
            light = chance.randint(0, 26)
            shade = (min(red + light, 255), min(green + light, 255), min(blue + light, 255))
            middle, foot = left + stitch // 2, top + rise + 20
            for side in (left + 5, left + stitch - 5):
                draw.line([(side, top), (middle + (side - middle) // 6, foot)], fill=shade, width=22)
    made = io.BytesIO()
    image.save(made, "JPEG", quality=80)
    made.seek(0)
    return photos.read(made)
