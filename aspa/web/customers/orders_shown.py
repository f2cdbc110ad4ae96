"""An order as an agent reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from aspa.service.commerce import actions, money
from aspa.service.commerce.models import Order, Status
from aspa.service.commerce.timeline import TONES

if TYPE_CHECKING:
    from aspa.service.commerce.models import OrderEvent, OrderLine

NAMED = 3


def words_of(order: Order) -> dict[str, Any]:
    """What stands in the panel; its lines have been read with it."""
    names = [line.name for line in order.lines.all()]
    return {
        "order": order,
        "total": money.shown(order.total, order.currency),
        "items": ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else ""),
    }


def whole(order: Order) -> dict[str, Any]:
    """Everything of it, for its dialog."""
    shares = ((_("Delivery"), order.shipping), (_("Discount"), -abs(order.discount)), (_("Of which tax"), order.tax))
    return {
        "order": order,
        "chip": chip(order),
        "total": money.shown(order.total, order.currency),
        "lines": [_line(line, order.currency) for line in order.lines.all()],
        "shares": [(name, money.shown(amount, order.currency)) for name, amount in shares if amount],
        "events": [_event(event) for event in order.events.all()[:50]],
        "address": [" ".join(part for part in parts if part) for parts in _address_lines(order.address) if any(parts)],
        "links": [
            (name, url)
            for name, url in (
                (_("Open in the shop’s administration"), order.admin_url),
                (_("The customer’s page of the order"), order.url),
                (_("Confirmation"), order.confirmation_url),
                (_("Track the parcel"), order.tracking_url),
            )
            if url
        ],
    }


def chip(order: Order) -> dict[str, str]:
    return {"text": order.status_text or str(order.get_status_display()), "tone": TONES.get(Status(order.status), "")}


def _line(line: OrderLine, currency: str) -> dict[str, str]:
    return {
        "quantity": f"{line.quantity.normalize():f}",
        "name": line.name,
        "url": line.url,
        "total": money.shown(line.total, currency),
    }


def _event(event: OrderEvent) -> dict[str, Any]:
    """The shop's own words stand as they are; ours are translated."""
    known = dict(Status.choices)
    name = known.get(event.kind, event.kind)
    if event.kind.startswith(actions.DONE):
        name = actions.name_of(event.kind.removeprefix(actions.DONE))
    return {"name": str(name), "text": event.text, "at": event.at}


def _address_lines(address: dict[str, str]) -> list[tuple[str, ...]]:
    def part(key: str) -> str:
        return str(address.get(key, ""))

    return [
        (part("name"),),
        (part("line1"), part("line2")),
        (part("postcode"), part("city")),
        (part("country"),),
        (part("phone"),),
    ]
