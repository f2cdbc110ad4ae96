"""What comes from outside is made fit to be stored, or refused with a sentence for whoever sends it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from aspa.kit import clock, text
from aspa.service.commerce.models import Booking, Cart, Status, Subscription
from aspa.service.commerce.records import (
    BookingRecord,
    CartRecord,
    CustomerRecord,
    Deleted,
    Line,
    LoyaltyRecord,
    OrderEventRecord,
    OrderRecord,
    ProductRecord,
    Record,
    SubscriptionRecord,
    Who,
)

# Clocks differ; but a version out of the far future would keep every later one out.
AHEAD = dt.timedelta(days=1)
MOST_LINES = 500
# Of an event's `data`, in bytes of JSON.
MOST_DATA = 10_000
LARGEST = 2**62
ADDRESS = ("name", "line1", "line2", "postcode", "city", "country", "phone")
_CURRENCY = re.compile(r"[A-Z]{3}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)


class Refused(Exception):
    """The record can't be taken; `field` is where it is wrong."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


def checked(record: Record) -> Record:
    """The record as it can be stored: texts cleaned and cut, addresses that aren't links left out. Raises Refused."""
    check = _CHECKS.get(type(record))
    if check is None:
        raise Refused("", f"This is not a record: {type(record).__name__}.")
    return check(record)


def _customer(record: CustomerRecord) -> CustomerRecord:
    who = dataclasses.replace(_who(record.who), contact_id=None)
    if not who.external_id:
        raise Refused("who.external_id", "A customer needs an id of the source.")
    return dataclasses.replace(
        record,
        who=who,
        updated_at=_version(record.updated_at),
        company=_cut(record.company, 160),
        business_id=_cut(record.business_id, 40),
        tier=_cut(record.tier, 40),
        url=_link(record.url),
        registered_at=_moment("registered_at", record.registered_at),
    )


def _order(record: OrderRecord) -> OrderRecord:
    return dataclasses.replace(
        record,
        external_id=_id("external_id", record.external_id),
        updated_at=_version(record.updated_at),
        who=_who(record.who),
        number=_cut(record.number, 60),
        status=_one_of("status", record.status, Status.values),
        status_text=_cut(record.status_text, 80),
        currency=_currency(record.currency),
        placed_at=_moment("placed_at", record.placed_at),
        lines=_lines("lines", record.lines),
        url=_link(record.url),
        admin_url=_link(record.admin_url),
        confirmation_url=_link(record.confirmation_url),
        tracking_url=_link(record.tracking_url),
        tracking_number=_cut(record.tracking_number, 100),
        cart_external_id=_id("cart_external_id", record.cart_external_id, needed=False),
        address=_address(record.address),
        **{name: _amount(name, getattr(record, name)) for name in ("total", "shipping", "tax", "discount")},
    )


def _order_event(record: OrderEventRecord) -> OrderEventRecord:
    if len(json.dumps(record.data)) > MOST_DATA:
        raise Refused("data", f"The data of an event is at most {MOST_DATA} bytes of JSON.")
    return OrderEventRecord(
        order_external_id=_id("order_external_id", record.order_external_id),
        external_id=_id("external_id", record.external_id),
        kind=_id("kind", record.kind, longest=60),
        at=_version(record.at, "at"),
        text=_cut(record.text, 2000),
        data=record.data,
    )


def _cart(record: CartRecord) -> CartRecord:
    return dataclasses.replace(
        record,
        external_id=_id("external_id", record.external_id),
        updated_at=_version(record.updated_at),
        who=_who(record.who),
        items=_lines("items", record.items),
        currency=_currency(record.currency),
        value=None if record.value is None else _amount("value", record.value),
        resume_url=_link(record.resume_url),
        state=_one_of("state", record.state, Cart.State.values),
    )


def _product(record: ProductRecord) -> ProductRecord:
    return dataclasses.replace(
        record,
        external_id=_id("external_id", record.external_id),
        updated_at=_version(record.updated_at),
        name=_cut(record.name, 300),
        sku=_cut(record.sku, 100),
        url=_link(record.url),
        image_url=_link(record.image_url),
        currency=_currency(record.currency),
        price=None if record.price is None else _amount("price", record.price),
        categories=tuple(_cut(each, 200) for each in record.categories[:100]),
    )


def _subscription(record: SubscriptionRecord) -> SubscriptionRecord:
    return dataclasses.replace(
        record,
        external_id=_id("external_id", record.external_id),
        updated_at=_version(record.updated_at),
        who=_who(record.who),
        name=_cut(record.name, 300),
        state=_one_of("state", record.state, Subscription.State.values),
        currency=_currency(record.currency),
        price=_amount("price", record.price),
        interval=_cut(record.interval, 60),
        started_at=_moment("started_at", record.started_at),
        next_at=_moment("next_at", record.next_at),
        ends_at=_moment("ends_at", record.ends_at),
        url=_link(record.url),
    )


def _booking(record: BookingRecord) -> BookingRecord:
    starts_at = _moment("starts_at", record.starts_at)
    assert starts_at is not None
    return dataclasses.replace(
        record,
        external_id=_id("external_id", record.external_id),
        updated_at=_version(record.updated_at),
        who=_who(record.who),
        name=_cut(record.name, 300),
        starts_at=starts_at,
        ends_at=_moment("ends_at", record.ends_at),
        state=_one_of("state", record.state, Booking.State.values),
        place=_cut(record.place, 300),
        url=_link(record.url),
    )


def _loyalty(record: LoyaltyRecord) -> LoyaltyRecord:
    who = _who(record.who)
    if not (who.external_id or who.email or who.phone):
        raise Refused("who", "Whose loyalty is it? Give the customer's id or address.")
    return dataclasses.replace(
        record,
        who=who,
        updated_at=_version(record.updated_at),
        tier=_cut(record.tier, 40),
        points=None if record.points is None else _amount("points", record.points),
    )


def _deleted(record: Deleted) -> Deleted:
    return Deleted(
        kind=_one_of("kind", record.kind, DELETABLE),  # type: ignore[arg-type]
        external_id=_id("external_id", record.external_id),
        updated_at=_version(record.updated_at),
    )


DELETABLE = ("order", "cart", "product", "subscription", "booking")
_CHECKS: dict[type, Callable[[Any], Any]] = {
    CustomerRecord: _customer,
    OrderRecord: _order,
    OrderEventRecord: _order_event,
    CartRecord: _cart,
    ProductRecord: _product,
    SubscriptionRecord: _subscription,
    BookingRecord: _booking,
    LoyaltyRecord: _loyalty,
    Deleted: _deleted,
}


def _who(who: Who) -> Who:
    email = text.clean(who.email).lower()
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        email = ""
    phone = _phone(who.phone)
    return dataclasses.replace(
        who,
        external_id=_id("who.external_id", who.external_id, needed=False),
        account=_id("who.account", who.account, needed=False),
        email=email,
        email_verified=bool(email) and who.email_verified,
        phone=phone,
        phone_verified=bool(phone) and who.phone_verified,
        name=_cut(who.name, 160),
        language=text.clean(who.language).replace("_", "-").split("-")[0].lower()[:5],
    )


def _phone(written: str) -> str:
    """As identities have it when it is written internationally; else as it was written."""
    phone = text.clean(written)
    plain = re.sub(r"[\s().-]", "", phone)
    if plain.startswith("00"):
        plain = "+" + plain[2:]
    return (plain if re.fullmatch(r"\+?\d+", plain) else phone)[:40]


def _lines(field: str, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    if len(lines) > MOST_LINES:
        raise Refused(field, f"There are at most {MOST_LINES} lines.")
    return tuple(_line(f"{field}[{number}]", line) for number, line in enumerate(lines))


def _line(field: str, line: Line) -> Line:
    quantity = Decimal(line.quantity)
    if not (quantity.is_finite() and abs(quantity) < 10**9):
        raise Refused(f"{field}.quantity", "That quantity is too large.")
    checked_line = dataclasses.replace(
        line,
        name=_cut(line.name, 300),
        quantity=round(quantity, 3),
        unit_price=_amount(f"{field}.unit_price", line.unit_price),
        product_external_id=_id(f"{field}.product_external_id", line.product_external_id, needed=False),
        sku=_cut(line.sku, 100),
        url=_link(line.url),
        image_url=_link(line.image_url),
    )
    _amount(f"{field}.total", checked_line.amount)
    return checked_line


def _address(address: Mapping[str, str]) -> dict[str, str]:
    found = {name: _cut(str(address.get(name) or ""), 200) for name in ADDRESS}
    return {name: value for name, value in found.items() if value}


def _id(field: str, value: str, *, needed: bool = True, longest: int = 200) -> str:
    """An id is never cut short: it could become another's."""
    if not isinstance(value, str) or (needed and not value):
        raise Refused(field, f"{field} is missing.")
    if len(value) > longest:
        raise Refused(field, f"{field} has more than {longest} characters.")
    if text.clean(value) != value:
        raise Refused(field, f"{field} has blanks at its ends or characters that can't be printed.")
    return value


def _version(moment: dt.datetime, field: str = "updated_at") -> dt.datetime:
    found = _moment(field, moment)
    if found is None:
        raise Refused(field, f"{field} is missing.")
    if found > clock.now() + AHEAD:
        raise Refused(field, f"{field} is in the future.")
    return found


def _moment(field: str, moment: dt.datetime | None) -> dt.datetime | None:
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise Refused(field, f"{field} has no time zone.")
    try:
        return moment.astimezone(dt.UTC)
    except OverflowError as error:
        raise Refused(field, f"{field} is no moment of ours.") from error


def _amount(field: str, amount: int) -> int:
    if not isinstance(amount, int) or abs(amount) > LARGEST:
        raise Refused(field, f"{field} is a whole number of minor units, of a size that can be counted.")
    return amount


def _currency(currency: str) -> str:
    if currency and not _CURRENCY.fullmatch(currency):
        raise Refused("currency", "A currency is three capital letters, such as EUR.")
    return currency


def _one_of(field: str, value: str, values: Any) -> str:
    if value not in values:
        raise Refused(field, f"{field} is one of {', '.join(values)}.")
    return value


def _link(url: str) -> str:
    """Only what a browser may safely be led to; anything else is no link."""
    url = text.clean(url)
    return url if len(url) <= 1000 and _LINK.fullmatch(url) else ""


def _cut(words: str, length: int) -> str:
    return text.clean(words)[:length]
