"""Records put together of named texts; `shapes` has what each kind is told."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

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
from aspa.service.shops.shapes import Shape

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


@dataclasses.dataclass(frozen=True, slots=True)
class Given:
    """What stands in the fields; empty texts are as if they weren't there."""

    fields: Mapping[str, str]
    lines: Sequence[Mapping[str, str]] = ()


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
