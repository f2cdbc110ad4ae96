"""The cart of a visitor, as the shop's page tells it. It is the contact's as soon as there is one, and waits until then."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from aspa.core.inboxes.models import Brand
from aspa.core.people.models import Identity
from aspa.kit import clock
from aspa.service.carts import told
from aspa.service.carts.models import WaitingCart
from aspa.service.commerce import carts as commerce_carts
from aspa.service.commerce import ingest
from aspa.service.commerce.models import Cart, Source
from aspa.service.commerce.records import CartRecord, Deleted, Who

if TYPE_CHECKING:
    import datetime as dt

    from aspa.core.inboxes.channel import Sender
    from aspa.service.carts.told import ToldCart
    from aspa.service.visits.consenting import Browser

PAGE = "page"


def tell(browser: Browser, cart: ToldCart, *, signed_in: Sender | None, at: dt.datetime | None = None) -> None:
    """The visitor's cart is this one now, or was `at` then. The same cart again is no change."""
    if browser.contact is None and signed_in is None:
        return _wait(browser, cart)
    source = page_source(browser.brand_id)
    with transaction.atomic():
        # One at a time: two pages of the shop may tell at once.
        Source.objects.select_for_update().get(pk=source.pk)
        _replace(source, cart, browser, signed_in, at or clock.now())
        WaitingCart.objects.filter(visitor=browser.visitor, brand=browser.brand_id).delete()


def forget(browser: Browser) -> None:
    """The visitor doesn't want to be followed: what waited of their cart goes."""
    WaitingCart.objects.filter(visitor=browser.visitor, brand=browser.brand_id).delete()


def page_source(brand_id: int) -> Source:
    """The brand's source for what its pages tell; made when it is first needed."""
    found = Source.objects.filter(brand=brand_id, kind=PAGE).order_by("pk").first()
    if found is not None:
        return found
    with transaction.atomic():
        brand = Brand.objects.select_for_update().get(pk=brand_id)
        found = Source.objects.filter(brand=brand_id, kind=PAGE).order_by("pk").first()
        return found or Source.objects.create(brand=brand, kind=PAGE, name="aspa.js", accounts=True)


def shops_id(cart: Cart) -> str:
    """What the shop itself calls the cart."""
    return cart.external_id.partition(":")[2] if cart.source.kind == PAGE else cart.external_id


def _wait(browser: Browser, cart: ToldCart) -> None:
    waiting = WaitingCart.objects.filter(visitor=browser.visitor, brand=browser.brand_id)
    if not cart.items:
        waiting.delete()
        return
    kept = told.kept(cart)
    found = waiting.first()
    if found is None or found.told != kept:
        WaitingCart.objects.update_or_create(
            visitor=browser.visitor, brand_id=browser.brand_id, defaults={"told": kept, "at": clock.now()}
        )


def _replace(source: Source, cart: ToldCart, browser: Browser, signed_in: Sender | None, at: dt.datetime) -> None:
    """A customer has one cart on the shop's pages: another one of theirs that is still open is gone."""
    who, key = _who(browser, signed_in)
    theirs = Q(external_id__startswith=f"{key}:")
    if browser.contact is not None:
        theirs |= Q(contact=browser.contact)
    found = Cart.known().filter(theirs, source=source).exclude(state=Cart.State.ORDERED).order_by("-updated_at", "-pk")
    open_ones = {one.external_id: one for one in found[:20]}
    external_id = f"{key}:{cart.id}" if cart.id else next(iter(open_ones), f"{key}:~{int(at.timestamp() * 1000)}")
    records: list[CartRecord | Deleted] = [
        Deleted(kind="cart", external_id=other, updated_at=at)
        for other in open_ones
        if other != external_id or not cart.items
    ]
    record = CartRecord(
        external_id=external_id,
        updated_at=at,
        who=who,
        items=cart.items,
        currency=cart.currency,
        value=cart.value,
        resume_url=cart.resume_url,
    )
    if cart.items and not _is_same(open_ones.get(external_id), record):
        records.append(record)
    if records:
        ingest.take(source, records)


def _who(browser: Browser, signed_in: Sender | None) -> tuple[Who, str]:
    """And the part of their carts' ids that says whose they are: nobody can name another's."""
    if signed_in is None:
        assert browser.contact is not None
        return Who(contact_id=browser.contact.pk), _key(f"contact {browser.contact.pk}")
    key = _key(signed_in.identity.value)
    if browser.contact is not None:
        return Who(contact_id=browser.contact.pk), key
    email = next((claim.value for claim in signed_in.claims if claim.kind == Identity.Kind.EMAIL), "")
    return Who(external_id=signed_in.identity.value, name=signed_in.name, email=email), key


def _key(whose: str) -> str:
    return hashlib.sha256(whose.encode()).hexdigest()[:24]


def _is_same(found: Cart | None, record: CartRecord) -> bool:
    if found is None:
        return False
    now = (commerce_carts.items_of(record.items), record.value, record.resume_url)
    return (found.items, found.value, found.resume_url) == now
