"""Asking buyers for reviews: the shop asks for an order's invitation, and its signed link proves who follows it.

The link opens the products of that one order for its customer, and nothing else. Who has it got it in a letter about the
order, from us or from the shop.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from aspa.core.conversations.changing import Refused
from aspa.core.inboxes import letters
from aspa.kit import clock
from aspa.kit.tasks import task
from aspa.service.commerce.models import Status
from aspa.service.reviews import purchases
from aspa.service.reviews.models import Declined, Invitation, Review
from aspa.service.reviews.policies import policy_of

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand
    from aspa.core.people.models import Contact
    from aspa.service.commerce.models import Order

SALT = "aspa.reviews.invitation"
LIVES = dt.timedelta(days=180)


def invite(order: Order) -> Invitation:
    """The order's invitation; asking again gives the same one. Our letter leaves after the brand's days, if it sends any.

    Raises Refused: nobody is known to have bought it, or it came to nothing.
    """
    if order.contact_id is None or order.contact is None or order.contact.erased_at is not None:
        raise Refused(_("Nobody is known who placed the order."), code="nobody")
    if order.status == Status.CANCELLED:
        raise Refused(_("The order was cancelled."), code="cancelled")
    with transaction.atomic():
        now = clock.now()
        found, is_new = Invitation.objects.get_or_create(
            order=order,
            defaults={
                "brand_id": order.source.brand_id,
                "contact": order.contact,
                "at": now,
                "expires_at": now + LIVES,
                "send_at": _letter_leaves(order, now),
            },
        )
        if is_new and found.send_at is not None:
            send.enqueue_at(found.send_at, invitation_id=found.pk)
    return found


def link(invitation: Invitation, language: str) -> str:
    """The whole address. The same one every time, so a shop may ask again."""
    return _address("reviews-invited", invitation, language)


def token(invitation: Invitation) -> str:
    return signing.Signer(salt=SALT).sign(invitation.public_id).replace(":", ".")


def opened(brand: Brand, given: str) -> Invitation:
    """The invitation that a link is of. Raises LookupError for one that isn't ours, isn't this brand's or is too old."""
    public_id, _dot, signature = given.rpartition(".")
    try:
        named = signing.Signer(salt=SALT).unsign(f"{public_id}:{signature}")
    except signing.BadSignature as error:
        raise LookupError("That is no invitation of ours.") from error
    found = (
        Invitation.objects.filter(public_id=named, brand=brand, expires_at__gt=clock.now())
        .select_related("order", "order__source", "contact", "brand")
        .defer("order__source__settings", "brand__identity_secret")
        .first()
    )
    if found is None or found.contact.erased_at is not None:
        raise LookupError("The invitation is no more.")
    if found.opened_at is None:
        Invitation.objects.filter(pk=found.pk, opened_at=None).update(opened_at=clock.now())
    return found


def decline(contact: Contact) -> None:
    """They aren't asked again."""
    Declined.objects.get_or_create(contact=contact, defaults={"at": clock.now()})


@task(retries=4, backoff=60)
def send(invitation_id: int) -> None:
    """The letter, if it is still in place: not to who has declined, has reviewed it all, or has got their money back."""
    found = (
        Invitation.objects.filter(pk=invitation_id, sent_at=None)
        .select_related("order", "order__source", "contact", "brand")
        .defer("order__source__settings", "brand__identity_secret")
        .first()
    )
    if found is None or not _is_in_place(found):
        return
    address = purchases.address_of(found.contact, found.order)
    if not address:
        return
    _post(found, address)
    Invitation.objects.filter(pk=found.pk).update(sent_at=clock.now())


def _letter_leaves(order: Order, now: dt.datetime) -> dt.datetime | None:
    policy = policy_of(order.source.brand_id)
    return now + dt.timedelta(days=policy.wait_days) if policy.sends_letters else None


def _is_in_place(invitation: Invitation) -> bool:
    if invitation.contact.erased_at is not None or Declined.objects.filter(contact=invitation.contact).exists():
        return False
    if invitation.order.status not in purchases.BOUGHT or invitation.order.status in (Status.RETURNED, Status.REFUNDED):
        return False
    skus = {bought.sku for bought in purchases.in_order(invitation.order)}
    reviewed = Review.objects.filter(contact=invitation.contact, product__brand=invitation.brand, product__sku__in=skus)
    return len(skus) > reviewed.count()


def _post(invitation: Invitation, address: str) -> None:
    brand = invitation.brand
    language = brand.spoken(invitation.contact.language)
    names = [bought.name for bought in purchases.in_order(invitation.order)][:5]
    with override(language):
        lines = (
            _("Thank you for your order %(number)s at %(brand)s. What do you think of what you bought?")
            % {"number": invitation.order.number, "brand": brand.name},
            "\n".join(f"– {name}" for name in names),
            _("Your word helps others to choose, and us to do better. You can write it here:"),
            link(invitation, language),
            _("If you would rather not be asked again, you can say so on the same page."),
        )
        subject = _("How was what you bought at %(brand)s?") % {"brand": brand.name}
        stop = _address("reviews-invited-stop", invitation, language)
        letters.send(brand, address, subject, lines, unsubscribe=stop)


def _address(page: str, invitation: Invitation, language: str) -> str:
    place = {"brand": invitation.brand.slug, "language": language, "token": token(invitation)}
    return settings.ASPA_URL + reverse(f"helpsite:{page}", kwargs=place)
