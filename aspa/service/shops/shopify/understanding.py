"""Shopify's customers, orders, products and checkouts as records (https://shopify.dev/docs/api/admin-rest)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from aspa.service.commerce.records import (
    CartRecord,
    CustomerRecord,
    Deleted,
    Line,
    OrderRecord,
    ProductRecord,
    Record,
    Who,
)
from aspa.service.shops.connector import NotUnderstood
from aspa.service.shops.payload import Payload, joined

PAID = {"paid", "partially_refunded"}


def records(topic: str, raw: Any, at: dt.datetime, *, shop: str, currency: str) -> list[Record]:
    """`topic` is that of a webhook ("orders/updated"), `shop` the shop's address. Raises NotUnderstood.

    `currency` is the shop's, of which its products say nothing.
    """
    resource, _slash, event = topic.partition("/")
    told = Payload(raw)
    if event in ("delete", "deleted"):
        return _deleted(resource, told, at)
    match resource:
        case "customers" if event in ("create", "update", "enable", "disable", "read"):
            return [_customer(told, at, shop)]
        case "orders":
            return [_order(told, at, shop)]
        case "products":
            return [_product(told, at, shop, currency)]
        case "checkouts":
            return [_checkout(told, at, currency)]
    return []


def _deleted(resource: str, told: Payload, at: dt.datetime) -> list[Record]:
    # The topic isn't signed: an order sent again under this one deletes nothing.
    if told.names - {"id", "presentment_currency", "admin_graphql_api_id"}:
        raise NotUnderstood(_("Something that was deleted should have an id and nothing else."))
    number = told.needed("id")
    match resource:
        case "orders":
            return [Deleted(kind="order", external_id=number, updated_at=at)]
        case "products":
            return [Deleted(kind="product", external_id=number, updated_at=at)]
        case "checkouts":
            return [Deleted(kind="cart", external_id=number, updated_at=at)]
    return []


def _customer(told: Payload, at: dt.datetime, shop: str) -> CustomerRecord:
    home = told.within("default_address")
    number = told.needed("id")
    return CustomerRecord(
        who=_person(told),
        updated_at=told.moment("updated_at") or at,
        company=home.text("company"),
        url=f"{shop}/admin/customers/{number}",
        registered_at=told.moment("created_at"),
    )


def _person(told: Payload) -> Who:
    # `verified_email` is true for most addresses that nobody has proved, so it proves nothing here.
    return Who(
        external_id=told.text("id"),
        email=told.text("email"),
        phone=told.text("phone") or told.within("default_address").text("phone"),
        name=joined(told.text("first_name"), told.text("last_name")),
        language=told.text("locale")[:2].lower(),
    )


def _who(told: Payload) -> Who:
    customer = told.within("customer")
    if customer.text("id"):
        return _person(customer)
    billing = told.within("billing_address")
    return Who(
        email=told.text("email") or told.text("contact_email"),
        phone=told.text("phone") or billing.text("phone"),
        name=joined(billing.text("first_name"), billing.text("last_name")),
        language=told.text("customer_locale")[:2].lower(),
    )


def _order(told: Payload, at: dt.datetime, shop: str) -> OrderRecord:
    number, currency = told.needed("id"), told.needed("currency")
    parcels = list(told.each("fulfillments"))
    parcel = next((one for one in reversed(parcels) if one.text("tracking_number")), Payload({}))
    shipping = sum(line.amount("price", currency) for line in told.each("shipping_lines"))
    return OrderRecord(
        external_id=number,
        updated_at=told.moment("updated_at") or at,
        who=_who(told),
        number=told.text("name") or told.text("order_number"),
        status=_status(told, parcels),
        status_text=joined(told.text("financial_status"), told.text("fulfillment_status")),
        currency=currency,
        total=told.amount("total_price", currency),
        shipping=shipping,
        tax=told.amount("total_tax", currency),
        discount=told.amount("total_discounts", currency),
        placed_at=told.moment("processed_at") or told.moment("created_at"),
        lines=tuple(_line(line, currency) for line in told.each("line_items")),
        admin_url=f"{shop}/admin/orders/{number}",
        confirmation_url=told.text("order_status_url"),
        tracking_url=parcel.text("tracking_url"),
        tracking_number=parcel.text("tracking_number"),
        cart_external_id=told.text("checkout_id"),
        address=_address(told.within("shipping_address")),
    )


def _status(told: Payload, parcels: list[Payload]) -> str:
    money, goods = told.text("financial_status"), told.text("fulfillment_status")
    if money == "refunded":
        return "refunded"
    if told.text("cancelled_at") or money == "voided":
        return "cancelled"
    if goods == "fulfilled":
        arrived = [one.text("shipment_status") == "delivered" for one in parcels if one.text("status") != "cancelled"]
        return "delivered" if arrived and all(arrived) else "shipped"
    if goods == "partial":
        return "packed"
    return "paid" if money in PAID else "placed"


def _line(told: Payload, currency: str) -> Line:
    quantity = told.text("quantity") or "1"
    if not quantity.isdecimal():
        raise NotUnderstood(_("%(place)s should be a whole number.") % {"place": "quantity"})
    price = told.amount("price", currency)
    return Line(
        name=told.text("name") or joined(told.needed("title"), told.text("variant_title")),
        quantity=int(quantity),
        unit_price=price,
        total=price * int(quantity) - told.amount("total_discount", currency),
        product_external_id=told.text("product_id"),
        sku=told.text("sku"),
    )


def _address(told: Payload) -> dict[str, str]:
    if not (told.text("address1") or told.text("city")):
        return {}
    return {
        "name": told.text("name") or joined(told.text("first_name"), told.text("last_name")),
        "line1": told.text("address1"),
        "line2": told.text("address2"),
        "postcode": told.text("zip"),
        "city": told.text("city"),
        "country": told.text("country_code"),
        "phone": told.text("phone"),
    }


def _product(told: Payload, at: dt.datetime, shop: str, currency: str) -> ProductRecord:
    first = next(told.each("variants"), Payload({}))
    price, handle = first.text("price"), told.text("handle")
    return ProductRecord(
        external_id=told.needed("id"),
        updated_at=told.moment("updated_at") or at,
        name=told.needed("title"),
        sku=first.text("sku"),
        url=f"{shop}/products/{handle}" if handle else "",
        image_url=told.within("image").text("src"),
        currency=currency,
        price=first.amount("price", currency) if price else None,
        categories=tuple(filter(None, [told.text("product_type")])),
        is_active=told.text("status") in ("", "active"),
    )


def _checkout(told: Payload, at: dt.datetime, currency: str) -> CartRecord:
    # Deprecated since 2024-10 (https://shopify.dev/changelog/field-deprecations-on-the-abandoned-checkout-rest-api).
    currency = told.text("currency") or currency
    return CartRecord(
        external_id=told.needed("id"),
        updated_at=told.moment("updated_at") or at,
        who=_who(told),
        items=tuple(_line(line, currency) for line in told.each("line_items")),
        currency=currency,
        value=told.amount("total_price", currency),
        resume_url=told.text("abandoned_checkout_url"),
        state="ordered" if told.text("completed_at") else "open",
    )
