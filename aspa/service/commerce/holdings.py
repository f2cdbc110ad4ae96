"""What of a person stands in these tables."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aspa.service.commerce.models import Booking, Cart, Order
from aspa.service.privacy.declaring import DELETE, Basis, declare, nothing_personal
from aspa.service.privacy.retained import retain

SERVING = _("To serve the customer with what they bought at hand")
ERASED = _("Until the customer is erased")

declare(
    "commerce.Customer",
    _("Customers of the shop"),
    of="contact",
    fields={
        "source__name": _("System"),
        "external_id": _("Customer number"),
        "name": _("Name"),
        "email": _("E-mail"),
        "phone": _("Phone"),
        "company": _("Company"),
        "tier": _("Customer tier"),
        "registered_at": _("Registered"),
    },
    erased=DELETE,
    purpose=SERVING,
    basis=Basis.CONTRACT,
    kept=ERASED,
)
declare(
    "commerce.Order",
    _("Orders"),
    of="contact",
    fields={
        "source__name": _("System"),
        "number": _("Number"),
        "placed_at": _("Placed"),
        "status": _("Status"),
        "total": _("Total"),
        "currency": _("Currency"),
        "address": _("Address"),
        "tracking_number": _("Tracking number"),
    },
    erased=DELETE,
    purpose=SERVING,
    basis=Basis.CONTRACT,
    kept=ERASED,
    retention="orders",
)
declare(
    "commerce.OrderLine",
    _("What was ordered"),
    of="order__contact",
    fields={"order__number": _("Number"), "name": _("Name"), "quantity": _("Quantity"), "total": _("Total")},
    erased=DELETE,
    purpose=SERVING,
    basis=Basis.CONTRACT,
    kept=_("As long as the order"),
)
declare(
    "commerce.OrderEvent",
    _("What happened to orders"),
    of="order__contact",
    fields={"order__number": _("Number"), "at": _("Time"), "kind": _("What happened"), "text": _("Text")},
    erased=DELETE,
    purpose=SERVING,
    basis=Basis.CONTRACT,
    kept=_("As long as the order"),
)
declare(
    "commerce.Cart",
    _("Carts"),
    of="contact",
    fields={"updated_at": _("Changed"), "state": _("Status"), "items": _("Items"), "value": _("Value")},
    erased=DELETE,
    purpose=_("To help with an unfinished purchase"),
    basis=Basis.INTEREST,
    kept=ERASED,
    retention="shop_carts",
)
declare(
    "commerce.Subscription",
    _("Subscriptions"),
    of="contact",
    fields={"name": _("Name"), "state": _("Status"), "started_at": _("Started"), "ends_at": _("Ends")},
    erased=DELETE,
    purpose=SERVING,
    basis=Basis.CONTRACT,
    kept=ERASED,
)
declare(
    "commerce.Booking",
    _("Bookings"),
    of="contact",
    fields={"name": _("Name"), "state": _("Status"), "starts_at": _("Starts"), "place": _("Place")},
    erased=DELETE,
    purpose=SERVING,
    basis=Basis.CONTRACT,
    kept=ERASED,
    retention="bookings",
)
declare(
    "commerce.Loyalty",
    _("Loyalty programme"),
    of="contact",
    fields={"tier": _("Customer tier"), "points": _("Points"), "expires_on": _("Expires")},
    erased=DELETE,
    purpose=SERVING,
    basis=Basis.CONTRACT,
    kept=ERASED,
)
nothing_personal("commerce.Source", "commerce.Product", because=_("The shop’s systems and its products."))

for key, title, model, age in (
    ("orders", _("Orders"), Order, "placed_at"),
    ("shop_carts", _("Carts"), Cart, "updated_at"),
    ("bookings", _("Bookings"), Booking, "starts_at"),
):
    retain(key, title, rows=model._default_manager.all, age=age, brand="source__brand", is_walked=True)
