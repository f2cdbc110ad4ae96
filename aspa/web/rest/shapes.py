"""What goes over the wire, as docs/api.md and the OpenAPI document tell it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import AwareDatetime, ConfigDict, SkipValidation

from aspa.service.commerce import records
from aspa.service.commerce.ingest import MOST

Amount = Annotated[int, Field(strict=True, description="In the currency's minor unit: 1250 is 12.50 €.")]
Currency = Annotated[str, Field(description="ISO 4217; the system's own when it is left out.", examples=["EUR"])]
Version = Annotated[
    AwareDatetime, Field(description="When this version came to be in your system. Of two versions the later stays.")
]
Id = Annotated[str, Field(max_length=200, description="The id in your system.")]


class Said(Schema):
    """A misspelt field is refused rather than lost. Many systems' ids are numbers: they are taken as their digits."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)


class Customer(Said):
    """Whose it is: by your own id, or for a guest by an address alone."""

    external_id: Id = ""
    account: str = Field("", description="The `sub` of the chat's signed identity, where it isn't `external_id`.")
    email: str = ""
    email_verified: bool = Field(
        False, description="True only when your system itself has made sure that the address is this customer's."
    )
    phone: str = Field("", description="International, +358401234567.")
    phone_verified: bool = False
    name: str = ""
    language: str = Field("", examples=["fi"])

    def who(self) -> records.Who:
        return records.Who(**dict(self))


NOBODY = Customer.model_validate({})


class Line(Said):
    name: str
    quantity: Decimal = Decimal(1)
    unit_price: Amount = 0
    total: Amount | None = Field(None, description="`quantity` × `unit_price` when it is left out.")
    product_external_id: Id = ""
    sku: str = ""
    url: str = ""
    image_url: str = ""

    def line(self) -> records.Line:
        return records.Line(**dict(self))


class Address(Said):
    name: str = ""
    line1: str = Field("", examples=["Puutarhakatu 1 A 2"])
    line2: str = ""
    postcode: str = ""
    city: str = ""
    country: str = Field("", examples=["FI"])
    phone: str = ""


NOWHERE = Address.model_validate({})


class CustomerItem(Said):
    type: Literal["customer"]
    customer: Customer
    updated_at: Version
    company: str = ""
    business_id: str = ""
    tier: str = ""
    url: str = Field("", description="The customer in your administration.")
    registered_at: AwareDatetime | None = None

    def record(self) -> records.Record:
        return records.CustomerRecord(who=self.customer.who(), **rest(self))


class OrderItem(Said):
    type: Literal["order"]
    external_id: Id
    updated_at: Version
    customer: Customer = NOBODY
    number: str = Field("", description="What people call the order, when it isn't the id.")
    status: Literal[
        "placed", "on_hold", "paid", "packed", "shipped", "delivered", "cancelled", "returned", "refunded"
    ] = "placed"
    status_text: str = Field("", description="Your own word for it, shown instead.")
    currency: Currency = ""
    total: Amount = 0
    shipping: Amount = 0
    tax: Amount = 0
    discount: Amount = 0
    placed_at: AwareDatetime | None = None
    lines: list[Line] = []
    url: str = Field("", description="The customer's page of the order.")
    admin_url: str = Field("", description="The order in your administration, for agents.")
    confirmation_url: str = ""
    tracking_url: str = ""
    tracking_number: str = ""
    cart_external_id: Id = Field("", description="The cart that it came of, which is then ordered.")
    address: Address = Field(NOWHERE, description="Where it is sent to.")

    def record(self) -> records.Record:
        return records.OrderRecord(
            who=self.customer.who(), lines=tuple(line.line() for line in self.lines), address=dict(self.address),
            **rest(self, "lines", "address"),
        )  # fmt: skip


class OrderEventItem(Said):
    """Something that happened to an order; it may come before the order itself."""

    type: Literal["order_event"]
    order_external_id: Id
    external_id: Id
    kind: str = Field(description="An order's status, which moves the order, or a word of your own.", max_length=60)
    at: AwareDatetime
    text: str = ""
    data: dict[str, Any] = {}

    def record(self) -> records.Record:
        return records.OrderEventRecord(
            order_external_id=self.order_external_id,
            external_id=self.external_id,
            kind=self.kind,
            at=self.at,
            text=self.text,
            data=self.data,
        )


class CartItem(Said):
    type: Literal["cart"]
    external_id: Id
    updated_at: Version
    customer: Customer = NOBODY
    items: list[Line] = []
    currency: Currency = ""
    value: Amount | None = Field(None, description="The items' sum when it is left out.")
    resume_url: str = Field("", description="Where the customer goes on with the cart.")
    state: Literal["open", "abandoned", "ordered"] = "open"

    def record(self) -> records.Record:
        return records.CartRecord(
            who=self.customer.who(), items=tuple(line.line() for line in self.items), **rest(self, "items")
        )


class ProductItem(Said):
    type: Literal["product"]
    external_id: Id
    updated_at: Version
    name: str
    sku: str = ""
    url: str = ""
    image_url: str = ""
    currency: Currency = ""
    price: Amount | None = None
    categories: list[str] = []
    is_active: bool = True

    def record(self) -> records.Record:
        return records.ProductRecord(categories=tuple(self.categories), **rest(self, "categories"))


class SubscriptionItem(Said):
    type: Literal["subscription"]
    external_id: Id
    updated_at: Version
    name: str
    customer: Customer = NOBODY
    state: Literal["active", "paused", "cancelled", "ended"] = "active"
    currency: Currency = ""
    price: Amount = 0
    interval: str = Field("", examples=["month"])
    started_at: AwareDatetime | None = None
    next_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    url: str = ""

    def record(self) -> records.Record:
        return records.SubscriptionRecord(who=self.customer.who(), **rest(self))


class BookingItem(Said):
    type: Literal["booking"]
    external_id: Id
    updated_at: Version
    name: str
    starts_at: AwareDatetime
    customer: Customer = NOBODY
    ends_at: AwareDatetime | None = None
    state: Literal["booked", "confirmed", "cancelled", "done", "missed"] = "booked"
    place: str = ""
    url: str = ""

    def record(self) -> records.Record:
        return records.BookingRecord(who=self.customer.who(), **rest(self))


class LoyaltyItem(Said):
    type: Literal["loyalty"]
    customer: Customer
    updated_at: Version
    tier: str = ""
    points: int | None = None
    expires_on: dt.date | None = None

    def record(self) -> records.Record:
        return records.LoyaltyRecord(who=self.customer.who(), **rest(self))


class DeletedItem(Said):
    """It is gone in your system; an older version that comes late doesn't bring it back."""

    type: Literal["deleted"]
    kind: Literal["order", "cart", "product", "subscription", "booking"]
    external_id: Id
    updated_at: Version

    def record(self) -> records.Record:
        return records.Deleted(kind=self.kind, external_id=self.external_id, updated_at=self.updated_at)


Item = Annotated[
    CustomerItem
    | OrderItem
    | OrderEventItem
    | CartItem
    | ProductItem
    | SubscriptionItem
    | BookingItem
    | LoyaltyItem
    | DeletedItem,
    Field(discriminator="type"),
]


class Batch(Schema):
    """Each record is looked at by itself, so that a bad one doesn't sink the others."""

    records: list[SkipValidation[Item]] = Field(min_length=1, max_length=MOST)


class Outcome(Schema):
    outcome: Literal["taken", "known", "refused"] = Field(
        description="known: this version or a later one was here already."
    )
    field: str = Field("", description="Where a refused record is wrong.")
    reason: str = ""


class Outcomes(Schema):
    """The results are in the order of the records."""

    taken: int
    known: int
    refused: int
    results: list[Outcome]


class CustomerOut(Schema):
    """A customer as this system has told of it."""

    external_id: str
    name: str
    email: str
    phone: str
    company: str
    tier: str
    registered_at: dt.datetime | None
    updated_at: dt.datetime | None


class LineOut(Schema):
    name: str
    quantity: float
    unit_price: int
    total: int
    product_external_id: str
    sku: str


class EventOut(Schema):
    kind: str
    at: dt.datetime
    text: str


class OrderOut(Schema):
    external_id: str
    number: str
    status: str
    status_text: str
    status_at: dt.datetime | None
    currency: str
    total: int
    shipping: int
    tax: int
    discount: int
    placed_at: dt.datetime | None
    updated_at: dt.datetime | None
    url: str
    tracking_url: str
    tracking_number: str


class WholeOrderOut(OrderOut):
    lines: list[LineOut]
    events: list[EventOut]


class OrdersOut(Schema):
    """The newest first. `before` is for the next page, empty on the last."""

    orders: list[OrderOut]
    before: str


class ErrorField(Schema):
    field: str
    reason: str


class ErrorBody(Schema):
    code: str = Field(examples=["rate_limited"])
    message: str
    fields: list[ErrorField] = []


class Error(Schema):
    """Every answer that isn't 200."""

    error: ErrorBody


def rest(item: Schema, *without: str) -> dict[str, Any]:
    """The fields that a record has under the same name."""
    return {name: value for name, value in item if name not in ("type", "customer", *without)}
