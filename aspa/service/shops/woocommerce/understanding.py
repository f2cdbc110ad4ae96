"""WooCommerce's customers, orders and products as records (https://woocommerce.github.io/woocommerce-rest-api-docs/)."""

from __future__ import annotations

import datetime as dt
import html
from typing import Any

from django.utils.translation import gettext as _

from aspa.service.commerce.records import CustomerRecord, Deleted, Line, OrderRecord, ProductRecord, Record, Who
from aspa.service.shops.connector import NotUnderstood
from aspa.service.shops.payload import Payload, joined

STATUSES = {
    "pending": "placed",
    "on-hold": "on_hold",
    "processing": "paid",
    "completed": "shipped",
    "cancelled": "cancelled",
    "failed": "cancelled",
    "refunded": "refunded",
}
# An order that is being filled in at the checkout, and one thrown away.
DRAFTS = {"auto-draft", "checkout-draft"}
GONE = "trash"


def records(topic: str, raw: Any, at: dt.datetime, *, shop: str, currency: str) -> list[Record]:
    """`topic` is that of a webhook ("order.updated"), `shop` the site's address. Raises NotUnderstood.

    `currency` is the shop's, of which its products say nothing.
    """
    resource, _dot, event = topic.partition(".")
    told = Payload(raw)
    if resource not in ("customer", "order", "product"):
        return []
    if event == "deleted":
        # All that is left of it is its id. The topic isn't signed: an order sent again under this one deletes nothing.
        if told.names != {"id"}:
            raise NotUnderstood(_("Something that was deleted should have an id and nothing else."))
        return [] if resource == "customer" else [Deleted(kind=resource, external_id=told.needed("id"), updated_at=at)]  # type: ignore[arg-type]
    if resource == "customer":
        return [_customer(told, at, shop)]
    return _order(told, at, shop) if resource == "order" else [_product(told, at, currency)]


def _customer(told: Payload, at: dt.datetime, shop: str) -> CustomerRecord:
    number, billing = told.needed("id"), told.within("billing")
    name = joined(told.text("first_name"), told.text("last_name"))
    return CustomerRecord(
        who=Who(
            external_id=number,
            email=told.text("email") or billing.text("email"),
            phone=billing.text("phone"),
            name=name or joined(billing.text("first_name"), billing.text("last_name")),
        ),
        updated_at=told.moment("date_modified_gmt") or told.moment("date_created_gmt") or at,
        company=billing.text("company"),
        url=f"{shop}/wp-admin/user-edit.php?user_id={number}",
        registered_at=told.moment("date_created_gmt"),
    )


def _order(told: Payload, at: dt.datetime, shop: str) -> list[Record]:
    number, status = told.needed("id"), told.needed("status")
    changed = told.moment("date_modified_gmt") or at
    if status in DRAFTS:
        return []
    if status == GONE:
        return [Deleted(kind="order", external_id=number, updated_at=changed)]
    currency, billing = told.needed("currency"), told.within("billing")
    order = OrderRecord(
        external_id=number,
        updated_at=changed,
        who=_who(told, billing),
        number=told.text("number"),
        # Plug-ins add words of their own; the shop's own is shown beside ours.
        status=STATUSES.get(status, "placed"),
        status_text=status,
        currency=currency,
        total=told.amount("total", currency),
        shipping=told.amount("shipping_total", currency),
        tax=told.amount("total_tax", currency),
        discount=told.amount("discount_total", currency),
        placed_at=told.moment("date_created_gmt"),
        lines=tuple(_line(line, currency) for line in told.each("line_items")),
        admin_url=f"{shop}/wp-admin/post.php?post={number}&action=edit",
        address=_address(told.within("shipping")) or _address(billing),
    )
    return [order]


def _who(told: Payload, billing: Payload) -> Who:
    number = told.text("customer_id")
    return Who(
        # 0 is somebody without an account.
        external_id="" if number == "0" else number,
        email=billing.text("email"),
        phone=billing.text("phone"),
        name=joined(billing.text("first_name"), billing.text("last_name")),
    )


def _line(told: Payload, currency: str) -> Line:
    quantity = told.text("quantity") or "1"
    if not quantity.isdecimal():
        raise NotUnderstood(_("%(place)s should be a whole number.") % {"place": "quantity"})
    total = told.amount("total", currency) + told.amount("total_tax", currency)
    return Line(
        # Names may carry HTML entities.
        name=html.unescape(told.needed("name")),
        quantity=int(quantity),
        # `price` leaves the tax out, which is not what the customer saw.
        unit_price=round(total / int(quantity)) if int(quantity) else 0,
        total=total,
        product_external_id=told.text("product_id"),
        sku=told.text("sku"),
        image_url=told.within("image").text("src"),
    )


def _address(told: Payload) -> dict[str, str]:
    if not (told.text("address_1") or told.text("city")):
        return {}
    return {
        "name": joined(told.text("first_name"), told.text("last_name")) or told.text("company"),
        "line1": told.text("address_1"),
        "line2": told.text("address_2"),
        "postcode": told.text("postcode"),
        "city": told.text("city"),
        "country": told.text("country"),
        "phone": told.text("phone"),
    }


def _product(told: Payload, at: dt.datetime, currency: str) -> Record:
    number, status = told.needed("id"), told.text("status")
    changed = told.moment("date_modified_gmt") or at
    if status == GONE:
        return Deleted(kind="product", external_id=number, updated_at=changed)
    price = told.text("price")
    return ProductRecord(
        external_id=number,
        updated_at=changed,
        name=html.unescape(told.needed("name")),
        sku=told.text("sku"),
        url=told.text("permalink"),
        image_url=next((image.text("src") for image in told.each("images")), ""),
        currency=currency,
        price=told.amount("price", currency) if price else None,
        categories=tuple(html.unescape(one.text("name")) for one in told.each("categories")),
        is_active=status in ("", "publish"),
    )
