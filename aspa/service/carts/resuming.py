"""The customer goes on with the cart that was offered: by a signed link of ours, which leads to the shop's own."""

from __future__ import annotations

from django.conf import settings
from django.core import signing

from aspa.core.conversations import activities
from aspa.core.conversations.changing import changing
from aspa.core.conversations.models import Event
from aspa.kit import clock
from aspa.kit.ids import row_id
from aspa.service.carts.models import CartOffer

SALT = "aspa.cart"


def address(offer: CartOffer) -> str:
    """The link, always the same. It opens the cart in the shop and nothing of ours."""
    return f"{settings.ASPA_URL}/c/cart/{offer.pk}-{_signer().signature(str(offer.pk))}/"


def opened(token: str) -> CartOffer | None:
    """The offer whose link has this token; None for a token that isn't ours."""
    number, _hyphen, signature = token.partition("-")
    pk = row_id(number)
    if pk is None:
        return None
    try:
        # It knows the keys that were in use before, too.
        _signer().unsign(f"{pk}.{signature}")
    except signing.BadSignature:
        return None
    return CartOffer.objects.filter(pk=pk).select_related("cart", "conversation").first()


def resume(offer: CartOffer) -> None:
    """Note that the customer has gone on with it; the first time counts."""
    with changing(offer.conversation) as current:
        if CartOffer.objects.filter(pk=offer.pk, resumed_at=None).update(resumed_at=clock.now()):
            activities.add(
                current, "cart_resumed", by_contact=True, event=Event.Kind.CART_RESUMED,
                offer=offer.pk, value=offer.value, currency=offer.currency,
            )  # fmt: skip


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep=".")
