"""Records put together of named texts, for what comes as columns of a table or as places in somebody's JSON."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aspa.kit import text as texts
from aspa.service.commerce import money
from aspa.service.commerce.models import Source, Status
from aspa.service.commerce.records import (
    CartRecord,
    CustomerRecord,
    Line,
    LoyaltyRecord,
    OrderRecord,
    ProductRecord,
    Record,
    Who,
)
from aspa.service.shops import loose
from aspa.service.shops.connector import NotUnderstood


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """`words`: what the column of a table is likely to be called, in small letters."""

    key: str
    name: str | Promise
    words: tuple[str, ...] = ()
    needed: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Shape:
    """A kind of record. `line` are the fields of each of its lines; a shape without them has none."""

    key: str
    name: str | Promise
    fields: tuple[Field, ...]
    line: tuple[Field, ...] = ()

    def field(self, key: str) -> Field:
        return next(one for one in (*self.fields, *self.line) if one.key == key)


@dataclasses.dataclass(frozen=True, slots=True)
class Given:
    """What stands in the fields; empty texts are as if they weren't there."""

    fields: Mapping[str, str]
    lines: Sequence[Mapping[str, str]] = ()


WHO = (
    Field(
        "customer",
        _("Customer number"),
        ("customer", "customer id", "customer_id", "asiakasnumero", "asiakasnro", "kundnummer"),
    ),
    Field("email", _("E-mail"), ("email", "e-mail", "sähköposti", "e-post", "epost")),
    Field("phone", _("Phone"), ("phone", "puhelin", "puhelinnumero", "telefon", "mobile")),
    Field("name", _("Name"), ("name", "customer name", "nimi", "asiakas", "namn", "kund")),
    Field("language", _("Language"), ("language", "kieli", "språk")),
)
UPDATED = Field("updated_at", _("Changed"), ("updated", "updated_at", "modified", "muutettu", "päivitetty", "ändrad"))
CURRENCY = Field("currency", _("Currency"), ("currency", "valuutta", "valuta"))
LINE = (
    Field(
        "line_name", _("Name of the product"), ("product", "item", "item name", "tuote", "tuotenimi", "produkt"), True
    ),
    Field("line_quantity", _("Quantity"), ("quantity", "qty", "määrä", "kpl", "antal")),
    Field("line_price", _("Price of one"), ("unit price", "price", "yksikköhinta", "hinta", "pris")),
    Field("line_total", _("Price of the line"), ("line total", "rivisumma", "radsumma")),
    Field("line_sku", _("Product code"), ("sku", "tuotekoodi", "tuotenumero", "artikelnummer")),
    Field("line_product", _("Product number"), ("product id", "product_id", "tuote id")),
)
SHAPES: dict[str, Shape] = {
    shape.key: shape
    for shape in (
        Shape(
            "customer",
            _("Customer records"),
            (
                dataclasses.replace(WHO[0], needed=True),
                *WHO[1:],
                Field("company", _("Company"), ("company", "yritys", "företag")),
                Field("business_id", _("Business ID"), ("business id", "vat", "y-tunnus", "ytunnus", "fo-nummer")),
                Field("tier", _("Customer tier"), ("tier", "level", "taso", "asiakastaso", "nivå")),
                Field(
                    "registered_at",
                    _("Customer since"),
                    ("registered", "created", "asiakas alkaen", "rekisteröity", "registrerad"),
                ),
                UPDATED,
            ),
        ),
        Shape(
            "order",
            _("Orders"),
            (
                Field(
                    "id",
                    _("Order number"),
                    ("order", "order id", "order_id", "tilausnumero", "tilaus", "ordernummer"),
                    True,
                ),
                *WHO,
                Field("status", _("Status"), ("status", "tila", "tilauksen tila")),
                Field("total", _("Total"), ("total", "summa", "yhteensä", "loppusumma", "totalt")),
                Field("shipping", _("Delivery costs"), ("shipping", "toimituskulut", "postikulut", "frakt")),
                Field("tax", _("Tax"), ("tax", "vat amount", "vero", "alv", "moms")),
                CURRENCY,
                Field(
                    "placed_at",
                    _("Ordered"),
                    ("date", "ordered", "created", "tilauspäivä", "pvm", "datum"),
                ),
                Field(
                    "tracking_number",
                    _("Tracking number"),
                    ("tracking", "tracking number", "seurantakoodi", "seurantatunnus", "kollinummer"),
                ),
                Field("tracking_url", _("Tracking link"), ("tracking url", "seurantalinkki")),
                Field("url", _("Link for the customer"), ("url", "link", "linkki", "länk")),
                Field("line1", _("Street address"), ("address", "osoite", "katuosoite", "adress")),
                Field("postcode", _("Postcode"), ("postcode", "zip", "postinumero", "postnummer")),
                Field("city", _("City"), ("city", "postitoimipaikka", "kaupunki", "ort", "stad")),
                Field("country", _("Country"), ("country", "maa", "land")),
                UPDATED,
            ),
            LINE,
        ),
        Shape(
            "cart",
            _("Carts"),
            (
                Field("id", _("Cart number"), ("cart", "cart id", "ostoskori", "varukorg"), True),
                *WHO,
                Field("total", _("Total"), ("total", "summa", "yhteensä", "totalt")),
                CURRENCY,
                Field("resume_url", _("Link to go on with it"), ("resume url", "url", "linkki", "länk")),
                UPDATED,
            ),
            LINE,
        ),
        Shape(
            "product",
            _("Products"),
            (
                Field(
                    "id", _("Product number"), ("id", "product id", "product_id", "tuotenumero", "artikelnummer"), True
                ),
                Field("name", _("Name"), ("name", "product", "nimi", "tuote", "tuotenimi", "namn", "produkt"), True),
                Field("sku", _("Product code"), ("sku", "tuotekoodi")),
                Field("price", _("Price"), ("price", "hinta", "pris")),
                CURRENCY,
                Field("url", _("Link for the customer"), ("url", "link", "linkki", "länk")),
                Field("image_url", _("Picture"), ("image", "kuva", "bild")),
                Field("categories", _("Categories"), ("category", "categories", "kategoria", "tuoteryhmä", "kategori")),
                UPDATED,
            ),
        ),
        Shape(
            "loyalty",
            _("Loyalty"),
            (
                dataclasses.replace(WHO[0], needed=True),
                *WHO[1:3],
                Field("tier", _("Customer tier"), ("tier", "level", "taso", "nivå"), False),
                Field("points", _("Points"), ("points", "pisteet", "poäng")),
                Field("expires_on", _("Expires"), ("expires", "voimassa", "vanhenee", "giltig till")),
                UPDATED,
            ),
        ),
    )
}
# What shops call it, in small letters, besides our own words.
STATUS_WORDS = {
    "placed": ("new", "pending", "received", "uusi", "vastaanotettu", "avoin", "ny", "mottagen"),
    "on_hold": ("on hold", "on-hold", "waiting", "odottaa", "väntar"),
    "paid": ("processing", "maksettu", "käsittelyssä", "betald", "behandlas"),
    "packed": ("ready", "keräilyssä", "pakattu", "noudettavissa", "packad"),
    "shipped": ("completed", "sent", "lähetetty", "toimituksessa", "matkalla", "valmis", "skickad"),
    "delivered": ("toimitettu", "noudettu", "levererad", "hämtad"),
    "cancelled": ("canceled", "failed", "peruttu", "peruutettu", "avbruten", "annullerad"),
    "returned": ("palautettu", "returnerad"),
    "refunded": ("hyvitetty", "återbetald"),
}
STATUSES = {word: status for status, words in STATUS_WORDS.items() for word in words} | {
    value: value for value in Status.values
}


def record_of(
    shape: Shape, given: Given, *, source: Source, at: dt.datetime, statuses: Mapping[str, str] | None = None,
    in_minor: bool = False,
) -> Record:  # fmt: skip
    """The record that the texts make, said at `at` where they don't say when. Raises NotUnderstood.

    `statuses`: {the shop's word in small letters: a `Status`} besides those we know. `in_minor`: amounts are in
    the currency's minor unit, as payment services write them.
    """
    reader = _Reader(shape, given, source, at, in_minor=in_minor)
    reader.look_for_needed()
    match shape.key:
        case "customer":
            return _customer(reader)
        case "order":
            return _order(reader, statuses or {})
        case "cart":
            return _cart(reader)
        case "product":
            return _product(reader)
    return _loyalty(reader)


class _Reader:
    """The texts of one record; a fault names the field."""

    def __init__(self, shape: Shape, given: Given, source: Source, at: dt.datetime, *, in_minor: bool) -> None:
        self.shape, self.source, self.at, self.in_minor = shape, source, at, in_minor
        self.fields = {key: texts.clean(value) for key, value in given.fields.items()}
        self.each_line = [{key: texts.clean(value) for key, value in line.items()} for line in given.lines]
        self.zone = ZoneInfo(source.brand.timezone)

    def look_for_needed(self) -> None:
        for field in self.shape.fields:
            if field.needed and not self.fields.get(field.key):
                raise NotUnderstood(gettext("%(place)s is missing.") % {"place": field.name})

    def text(self, key: str) -> str:
        return self.fields.get(key, "")

    @property
    def currency(self) -> str:
        return self.text("currency").upper() or self.source.currency

    def amount(self, key: str, text: str) -> int:
        try:
            number = loose.number(text or "0")
            return round(number) if self.in_minor else money.minor(number, self.currency)
        except ValueError:
            raise self.wrong(key, text) from None

    def moment(self, key: str) -> dt.datetime | None:
        text = self.text(key)
        try:
            return loose.moment(text, self.zone) if text else None
        except (ValueError, OverflowError):
            raise self.wrong(key, text) from None

    def wrong(self, key: str, text: str) -> NotUnderstood:
        place = {"place": self.shape.field(key).name, "text": texts.preview(text, 40)}
        return NotUnderstood(gettext("%(place)s: “%(text)s” can't be understood.") % place)

    @property
    def updated_at(self) -> dt.datetime:
        return self.moment("updated_at") or self.at

    def who(self) -> Who:
        return Who(
            external_id=self.text("customer"),
            email=self.text("email"),
            phone=self.text("phone"),
            name=self.text("name"),
            language=self.text("language")[:2].lower(),
        )

    def lines(self) -> tuple[Line, ...]:
        return tuple(self._line(line) for line in self.each_line if line.get("line_name") or line.get("line_sku"))

    def _line(self, line: Mapping[str, str]) -> Line:
        try:
            quantity = loose.number(line.get("line_quantity") or "1")
        except ValueError:
            raise self.wrong("line_quantity", line["line_quantity"]) from None
        total = line.get("line_total", "")
        whole = self.amount("line_total", total)
        price = self.amount("line_price", line.get("line_price", ""))
        return Line(
            name=line.get("line_name") or line.get("line_sku", ""),
            quantity=quantity,
            unit_price=price or (round(whole / quantity) if quantity else 0),
            total=whole if total else None,
            product_external_id=line.get("line_product", ""),
            sku=line.get("line_sku", ""),
        )


def _customer(given: _Reader) -> CustomerRecord:
    return CustomerRecord(
        who=given.who(),
        updated_at=given.updated_at,
        company=given.text("company"),
        business_id=given.text("business_id"),
        tier=given.text("tier"),
        registered_at=given.moment("registered_at"),
    )


def _order(given: _Reader, statuses: Mapping[str, str]) -> OrderRecord:
    word, lines = given.text("status"), given.lines()
    known = STATUSES | dict(statuses)
    total = given.text("total")
    return OrderRecord(
        external_id=given.text("id"),
        updated_at=given.updated_at,
        who=given.who(),
        status=known.get(word.lower(), "placed"),
        status_text=word,
        currency=given.currency,
        total=given.amount("total", total) if total else sum(line.amount for line in lines),
        shipping=given.amount("shipping", given.text("shipping")),
        tax=given.amount("tax", given.text("tax")),
        placed_at=given.moment("placed_at"),
        lines=lines,
        url=given.text("url"),
        tracking_url=given.text("tracking_url"),
        tracking_number=given.text("tracking_number"),
        address={
            key: given.text(key) for key in ("name", "line1", "postcode", "city", "country", "phone") if given.text(key)
        }
        if given.text("line1") or given.text("city")
        else {},
    )


def _cart(given: _Reader) -> CartRecord:
    total = given.text("total")
    return CartRecord(
        external_id=given.text("id"),
        updated_at=given.updated_at,
        who=given.who(),
        items=given.lines(),
        currency=given.currency,
        value=given.amount("total", total) if total else None,
        resume_url=given.text("resume_url"),
    )


def _product(given: _Reader) -> ProductRecord:
    price = given.text("price")
    return ProductRecord(
        external_id=given.text("id"),
        updated_at=given.updated_at,
        name=given.text("name"),
        sku=given.text("sku"),
        url=given.text("url"),
        image_url=given.text("image_url"),
        currency=given.currency,
        price=given.amount("price", price) if price else None,
        categories=tuple(filter(None, (one.strip() for one in given.text("categories").split(",")))),
    )


def _loyalty(given: _Reader) -> LoyaltyRecord:
    points, expires = given.text("points"), given.moment("expires_on")
    try:
        count = int(loose.number(points)) if points else None
    except ValueError:
        raise given.wrong("points", points) from None
    return LoyaltyRecord(
        who=given.who(),
        updated_at=given.updated_at,
        tier=given.text("tier"),
        points=count,
        expires_on=expires.astimezone(given.zone).date() if expires else None,
    )
