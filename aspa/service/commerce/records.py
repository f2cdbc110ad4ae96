"""What a source says of one thing at one moment: the values that `ingest.take` takes.

`updated_at` is the source's own moment of this version, aware. Amounts are whole minor units of `currency` (empty: the
source's). An empty string or None means that the source doesn't say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """The customer of an order, a cart and so on.

    `external_id`: the customer's id in the source. Without one, an address makes a guest, who is nobody known
    before. `account`: the id that the chat's signed identity names, where that isn't `external_id`. `email_verified`:
    the shop itself has seen that the address is theirs; only then can it lead to a contact who has proved the same
    address. `contact_id`: only from code that has made sure itself who it is; of the source's brand.
    """

    external_id: str = ""
    account: str = ""
    email: str = ""
    email_verified: bool = False
    phone: str = ""
    phone_verified: bool = False
    name: str = ""
    language: str = ""
    contact_id: int | None = None

    @property
    def says_something(self) -> bool:
        return bool(self.email or self.phone or self.name or self.language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of an order or a cart. `total` is `quantity` times `unit_price` when it isn't given."""

    name: str
    quantity: Decimal | int = 1
    unit_price: int = 0
    total: int | None = None
    product_external_id: str = ""
    sku: str = ""
    url: str = ""
    image_url: str = ""

    @property
    def amount(self) -> int:
        return round(self.quantity * self.unit_price) if self.total is None else self.total


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRecord:
    who: Who
    updated_at: dt.datetime
    company: str = ""
    business_id: str = ""
    tier: str = ""
    url: str = ""
    registered_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecord:
    """`number` is what people call it (else its id), `status` a `models.Status`, `status_text` the shop's own word.

    `placed_at` is `updated_at` when it isn't given. `cart_external_id`: the cart that it came of.
    """

    external_id: str
    updated_at: dt.datetime
    who: Who = Who()
    number: str = ""
    status: str = "placed"
    status_text: str = ""
    currency: str = ""
    total: int = 0
    shipping: int = 0
    tax: int = 0
    discount: int = 0
    placed_at: dt.datetime | None = None
    lines: tuple[Line, ...] = ()
    url: str = ""
    admin_url: str = ""
    confirmation_url: str = ""
    tracking_url: str = ""
    tracking_number: str = ""
    cart_external_id: str = ""
    address: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEventRecord:
    """Something that happened to an order at `at`; its id is unique in the order. A `kind` that is a status moves it."""

    order_external_id: str
    external_id: str
    kind: str
    at: dt.datetime
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CartRecord:
    """`value` is the items' sum when it isn't given."""

    external_id: str
    updated_at: dt.datetime
    who: Who = Who()
    items: tuple[Line, ...] = ()
    currency: str = ""
    value: int | None = None
    resume_url: str = ""
    state: str = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRecord:
    external_id: str
    updated_at: dt.datetime
    name: str
    sku: str = ""
    url: str = ""
    image_url: str = ""
    currency: str = ""
    price: int | None = None
    categories: tuple[str, ...] = ()
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionRecord:
    """`interval` in the shop's words, "month"; `started_at` is `updated_at` when it isn't given."""

    external_id: str
    updated_at: dt.datetime
    name: str
    who: Who = Who()
    state: str = "active"
    currency: str = ""
    price: int = 0
    interval: str = ""
    started_at: dt.datetime | None = None
    next_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRecord:
    external_id: str
    updated_at: dt.datetime
    name: str
    starts_at: dt.datetime
    who: Who = Who()
    ends_at: dt.datetime | None = None
    state: str = "booked"
    place: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoyaltyRecord:
    who: Who
    updated_at: dt.datetime
    tier: str = ""
    points: int | None = None
    expires_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """The thing is gone in the shop since `updated_at`."""

    kind: Literal["order", "cart", "product", "subscription", "booking"]
    external_id: str
    updated_at: dt.datetime


Record = (
    CustomerRecord
    | OrderRecord
    | OrderEventRecord
    | CartRecord
    | ProductRecord
    | SubscriptionRecord
    | BookingRecord
    | LoyaltyRecord
    | Deleted
)
