"""What of a person stands in these tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from aspa.core.people.browsers import browsers_of
from aspa.service.carts.models import CartOffer, WaitingCart
from aspa.service.privacy.declaring import DELETE, Basis, declare, nothing_personal
from aspa.service.privacy.retained import retain

if TYPE_CHECKING:
    from django.db.models import QuerySet


def waiting_in_browsers(contact_ids: list[int]) -> QuerySet[WaitingCart]:
    return WaitingCart.objects.filter(visitor__in=browsers_of(contact_ids))


declare(
    "carts.CartOffer",
    _("Carts that were offered again"),
    of="contact",
    fields={"offered_at": _("Offered"), "items": _("Items"), "resumed_at": _("Gone on with"), "bought_at": _("Bought")},
    erased=DELETE,
    purpose=_("To help finish a purchase that a question interrupted, and to know whether that helps"),
    basis=Basis.INTEREST,
    kept=_("Until the customer is erased"),
    retention="cart_offers",
)
declare(
    "carts.WaitingCart",
    _("Carts of visitors who haven't written"),
    of=waiting_in_browsers,
    fields={"at": _("Changed"), "told": _("Items")},
    erased=DELETE,
    purpose=_("To see at once what a question is about, where the customer agreed to it"),
    basis=Basis.CONSENT,
    kept=_("A week after its last change"),
)
nothing_personal("carts.CartPolicy", "carts.CartDay", because=_("A brand's rules and its figures."))
retain(
    "cart_offers",
    _("Carts that were offered again"),
    rows=lambda: CartOffer.objects.all(),
    age="offered_at",
    brand="conversation__brand",
    channel="conversation__inbox__channel",
)
