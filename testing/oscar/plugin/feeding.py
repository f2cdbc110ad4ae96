"""Orders go to Aspa as they are placed and as their status changes."""

from __future__ import annotations

import json
import logging
import urllib.error
import urllib.request
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from oscar.apps.order.signals import order_placed, order_status_changed

logger = logging.getLogger(__name__)

STATUS = {"Placed": "placed", "Shipped": "shipped", "Cancelled": "cancelled"}


def listen() -> None:
    order_placed.connect(tell, dispatch_uid="aspa_placed")
    order_status_changed.connect(tell, dispatch_uid="aspa_status")


def tell(order: Any, **_more: Any) -> None:
    """Once the order is stored, and never in its way: Aspa that is away costs nothing but this word."""
    transaction.on_commit(lambda: send([said(order)]), robust=True)


def said(order: Any) -> dict[str, Any]:
    """The order as docs/api.md has it."""
    return {
        "type": "order",
        "external_id": str(order.number),
        "number": str(order.number),
        "updated_at": datetime.now(UTC).isoformat(),
        "placed_at": order.date_placed.isoformat(),
        "customer": customer(order),
        "status": STATUS.get(order.status, "placed"),
        "status_text": order.status,
        "currency": order.currency,
        "total": minor(order.total_incl_tax),
        "shipping": minor(order.shipping_incl_tax),
        "cart_external_id": str(order.basket_id or ""),
        "lines": [
            {
                "name": line.title,
                "quantity": line.quantity,
                "unit_price": minor(line.unit_price_incl_tax),
                "total": minor(line.line_price_incl_tax),
                "product_external_id": str(line.product_id or ""),
                "sku": line.partner_sku,
            }
            for line in order.lines.all()
        ],
    }


def customer(order: Any) -> dict[str, Any]:
    """By the account that the chat's signed identity names too; a guest by the address alone."""
    if order.user_id is None:
        return {"email": order.guest_email}
    return {"external_id": str(order.user_id), "email": order.user.email, "name": order.user.get_full_name()}


def minor(amount: Decimal) -> int:
    return round(amount * 100)


def send(records: list[dict[str, Any]]) -> None:
    request = urllib.request.Request(
        f"{settings.ASPA['url']}/api/v1/ingest",
        data=json.dumps({"records": records}).encode(),
        headers={"Authorization": f"Bearer {settings.ASPA['key']}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            outcome = json.load(answer)
    except (OSError, urllib.error.URLError):
        logger.exception("Aspa didn't take an order")
        return
    if any(result["outcome"] == "refused" for result in outcome["results"]):
        logger.error("Aspa refused an order: %s", outcome["results"])
