"""The kinds of record that come as named texts, columns of a table or places in somebody's JSON, and their fields."""

from __future__ import annotations

import dataclasses

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


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
