"""A cart as a shop's page tells it, checked: amounts become minor units, addresses must be the brand's own."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from aspa.kit.text import clean
from aspa.service.commerce import money
from aspa.service.commerce.records import Line

MOST_ITEMS = 100
MOST_PIECES = 100_000
# Past it somebody plays: ten million in the largest unit.
MOST_MONEY = Decimal(10_000_000)
CURRENCY = re.compile(r"[A-Z]{3}")
# What else a number may say ("NaN", "1e999") is no price.
AMOUNT = re.compile(r"\d{1,12}(?:\.\d{1,12})?")

MayLead = Callable[[str], bool]


@dataclasses.dataclass(frozen=True, slots=True)
class ToldCart:
    """Without items the cart has been emptied. `id` is the shop's own for it, empty when it doesn't say."""

    id: str = ""
    items: tuple[Line, ...] = ()
    currency: str = "EUR"
    value: int = 0
    resume_url: str = ""


def parse(told: Any, may_lead: MayLead) -> ToldCart:
    """`may_lead(address)`: whether the page is the brand's own. Raises ValueError with what is wrong, in English."""
    if not isinstance(told, dict) or not isinstance(told.get("items"), list):
        raise ValueError("A cart needs items, a list.")
    if len(told["items"]) > MOST_ITEMS:
        raise ValueError(f"A cart has {MOST_ITEMS} items at most.")
    currency = told.get("currency", "EUR")
    if not isinstance(currency, str) or not CURRENCY.fullmatch(currency):
        raise ValueError("A currency is three capital letters, for example EUR.")
    items = tuple(_item(item, currency, may_lead) for item in told["items"])
    value = told.get("value")
    return ToldCart(
        id=_text(told.get("id"), "id of the cart", 100),
        items=items,
        currency=currency,
        value=sum(item.amount for item in items) if value is None else _money(value, "value", currency),
        resume_url=_address(told.get("resumeUrl"), "resumeUrl", may_lead),
    )


def kept(cart: ToldCart) -> dict[str, Any]:
    """As JSON; `again` reads it."""
    items = [{**dataclasses.asdict(item), "quantity": str(item.quantity)} for item in cart.items]
    return {**dataclasses.asdict(cart), "items": items}


def again(told: dict[str, Any]) -> ToldCart:
    items = tuple(Line(**{**item, "quantity": Decimal(item["quantity"])}) for item in told["items"])
    return ToldCart(**{**told, "items": items})


def _item(told: Any, currency: str, may_lead: MayLead) -> Line:
    if not isinstance(told, dict):
        raise ValueError("An item is an object.")
    name = _text(told.get("name"), "name of an item", 300)
    if not name:
        raise ValueError("An item needs a name.")
    quantity = _number(told.get("quantity", 1), "quantity", Decimal(MOST_PIECES)).quantize(Decimal("0.001")).normalize()
    if not quantity:
        raise ValueError("The quantity of an item is more than nothing.")
    total = told.get("total")
    return Line(
        name=name,
        quantity=quantity,
        unit_price=_money(told.get("price", 0), "price", currency),
        total=None if total is None else _money(total, "total", currency),
        product_external_id=_text(told.get("id"), "id of an item", 100),
        sku=_text(told.get("sku"), "sku of an item", 100),
        url=_address(told.get("url"), "url of an item", may_lead),
    )


def _money(value: Any, what: str, currency: str) -> int:
    return money.minor(_number(value, what, MOST_MONEY), currency)


def _number(value: Any, what: str, most: Decimal) -> Decimal:
    try:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ValueError
        # Browsers write 0.1 + 0.2 with all its digits.
        text = str(round(value, 6)) if isinstance(value, float) else str(value)
        if not AMOUNT.fullmatch(text) or Decimal(text) > most:
            raise ValueError
        return Decimal(text)
    except (ValueError, OverflowError, InvalidOperation) as error:
        raise ValueError(f"The {what} is a number from 0 to {most}.") from error


def _text(value: Any, what: str, length: int) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise ValueError(f"The {what} is a text.")
    text = clean(value[: length * 4]).replace("\n", " ")
    if len(text) > length:
        raise ValueError(f"The {what} has {length} characters at most.")
    return text


def _address(value: Any, what: str, may_lead: MayLead) -> str:
    """A page of the brand's own: what customers and agents click must not lead to others."""
    if value in (None, ""):
        return ""
    wrong = ValueError(f"The {what} is a page of the brand's own web addresses.")
    if not isinstance(value, str) or len(value) > 1000 or not value.isprintable() or set(value) & {"\\", " "}:
        raise wrong
    try:
        parts = urlsplit(value)
        origin = f"{parts.scheme}://{parts.netloc}"
    except ValueError as error:
        raise wrong from error
    if parts.scheme not in ("http", "https") or parts.username is not None or not may_lead(origin):
        raise wrong
    return value
