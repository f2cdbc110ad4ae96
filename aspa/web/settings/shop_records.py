"""A record as an admin looks at it before it is taken: its fields that say something, and its lines."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aspa.service.commerce import money
from aspa.service.commerce.models import Status
from aspa.service.commerce.records import Line, Who

if TYPE_CHECKING:
    from aspa.service.commerce.records import Record

NAMES: dict[str, str | Promise] = {
    "external_id": _("Identifier"),
    "status": _("Status"),
    "total": _("Total"),
    "shipping": _("Delivery costs"),
    "tax": _("Tax"),
    "value": _("Total"),
    "price": _("Price"),
    "placed_at": _("Ordered"),
    "updated_at": _("Changed"),
    "registered_at": _("Customer since"),
    "tracking_number": _("Tracking number"),
    "address": _("Address"),
    "company": _("Company"),
    "tier": _("Customer tier"),
    "points": _("Points"),
    "expires_on": _("Expires"),
    "name": _("Name"),
    "sku": _("Product code"),
    "categories": _("Categories"),
    "url": _("Link for the customer"),
    "resume_url": _("Link to go on with it"),
}
AMOUNTS = {"total", "shipping", "tax", "value", "price"}


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """`facts`: (what, how it reads). `lines`: (name, how many, amount)."""

    who: str
    facts: list[tuple[str | Promise, str]]
    lines: list[tuple[str, str, str]]


def shown(record: Record) -> Shown:
    who = getattr(record, "who", Who())
    currency = getattr(record, "currency", "")
    facts = [(NAMES[name], text) for name in NAMES if (text := _words(name, getattr(record, name, None), currency))]
    lines = getattr(record, "lines", ()) or getattr(record, "items", ())
    return Shown(_person(who), facts, [_line(line, currency) for line in lines])


def _person(who: Who) -> str:
    return " · ".join(filter(None, (who.name, who.email, who.phone, who.external_id and f"#{who.external_id}")))


def _line(line: Line, currency: str) -> tuple[str, str, str]:
    return line.name, f"{line.quantity}", money.shown(line.amount, currency)


def _words(name: str, value: object, currency: str) -> str:
    if name in AMOUNTS and isinstance(value, int):
        return money.shown(value, currency) if value or name in ("total", "price") else ""
    if name == "status" and isinstance(value, str) and value in Status.values:
        return str(Status(value).label)
    if isinstance(value, dt.datetime):
        return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, dt.date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, dict):
        return ", ".join(filter(None, (value.get(key, "") for key in ("line1", "postcode", "city"))))
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "" if value in (None, "") else str(value)
