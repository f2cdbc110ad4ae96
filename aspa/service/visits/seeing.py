"""Keeping which page a visitor looks at. Whoever calls has asked `consenting.allows`."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction

from aspa.core.people import changes
from aspa.kit import clock
from aspa.kit.text import clean
from aspa.service.visits import addresses
from aspa.service.visits.models import Visit

if TYPE_CHECKING:
    from aspa.service.visits.consenting import Browser

# A page that is loaded again is one visit.
AGAIN = dt.timedelta(minutes=30)
# Of a visitor who has never written; the oldest go.
MOST_WAITING = 100


@dataclasses.dataclass(frozen=True, slots=True)
class SeenPage:
    """A page as the shop tells it, clean and within the limits."""

    url: str
    title: str = ""
    product: str = ""
    product_id: str = ""


def page(told: Any) -> SeenPage:
    """{"url", "title", "product": {"name", "id"} or the name alone}. Raises ValueError with what is wrong."""
    if not isinstance(told, dict) or not isinstance(told.get("url"), str):
        raise ValueError("A page needs a url.")
    product = told.get("product") or {}
    if isinstance(product, str):
        product = {"name": product}
    if not isinstance(product, dict):
        raise ValueError("A product is {name, id}.")
    return SeenPage(
        addresses.cleaned(clean(told["url"])[:4000]),
        _text(told.get("title"), "title", 200),
        _text(product.get("name"), "product name", 200),
        _text(product.get("id"), "product id", 80),
    )


def see(browser: Browser, seen: SeenPage) -> Visit | None:
    """Keep it, unless it is the page that was seen last. What was seen before the visitor was a contact lands there."""
    now = clock.now()
    with transaction.atomic():
        if browser.contact is not None:
            waiting = Visit.objects.filter(visitor=browser.visitor, contact__isnull=True, brand=browser.brand_id)
            waiting.update(contact=browser.contact)
        last = Visit.objects.filter(visitor=browser.visitor, brand=browser.brand_id).order_by("-pk").first()
        if last is not None and last.url == seen.url and last.at > now - AGAIN:
            return None
        visit = Visit.objects.create(
            brand_id=browser.brand_id,
            contact=browser.contact,
            visitor=browser.visitor,
            url=seen.url,
            title=seen.title,
            product=seen.product,
            product_id=seen.product_id,
            at=now,
        )
        if browser.contact is not None:
            changes.touch([browser.contact.pk])
        else:
            _keep_few(browser)
        return visit


def _keep_few(browser: Browser) -> None:
    waiting = Visit.objects.filter(visitor=browser.visitor, contact__isnull=True)
    surplus = list(waiting.order_by("-pk").values_list("pk", flat=True)[MOST_WAITING : MOST_WAITING + 10])
    if surplus:
        Visit.objects.filter(pk__in=surplus).delete()


def _text(value: Any, what: str, length: int) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise ValueError(f"The {what} is a text.")
    return addresses.without_people(clean(value[: length * 4]))[:length]
