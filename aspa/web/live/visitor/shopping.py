"""What the shop's page tells of its visitor by aspa.js: whether pages may be kept, the page, and the cart.

Without the visitor's consent nothing of this is stored; the cart of a customer whom the shop has signed in is the
shop's own word on its own customer and needs none (docs/decisions/0020-what-shops-tell.md).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from typing import TYPE_CHECKING, Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from aspa.channels.webchat import visitors
from aspa.core.people.models import Contact
from aspa.kit import clock
from aspa.service.carts import telling
from aspa.service.carts import told as told_cart
from aspa.service.visits import consenting, seeing
from aspa.service.visits.consenting import Browser
from aspa.web.live import http
from aspa.web.live.http import HttpError
from aspa.web.live.visitor.inboxes import may_embed

if TYPE_CHECKING:
    from aspa.service.carts.told import ToldCart
    from aspa.service.visits.seeing import SeenPage
    from aspa.web.live.visitor.app import Request, VisitorApp


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """One call of the shop's: any of the three. `consent` is None when it says nothing of it."""

    consent: bool | None = None
    consent_at: dt.datetime | None = None
    page: SeenPage | None = None
    cart: ToldCart | None = None


async def told(app: VisitorApp, request: Request) -> None:
    """200 with what was kept; 403 when nothing of it may be, 422 for what can't be understood. Nothing by halves."""
    is_new = not http.header(request.scope, b"authorization") and request.signed_in is None
    app.limits.telling(request.visitor, request.address, is_new=is_new)
    heard = _heard(request, await request.json())
    kept, visits = await app.threads.read(_keep, request, heard)
    if not kept:
        raise HttpError(403, "no_consent", _("The visitor hasn't agreed to this."))
    await request.answer(200, {"token": request.token, "kept": kept, "visits": visits})


def _heard(request: Request, body: dict[str, Any]) -> Told:
    may_lead = functools.partial(may_embed, request.inbox)
    try:
        consent = body.get("consent")
        if consent is not None and not (isinstance(consent, dict) and isinstance(consent.get("visits"), bool)):
            raise ValueError("A consent is {visits: true or false}.")
        heard = Told(
            consent=consent["visits"] if consent else None,
            consent_at=_moment(consent.get("at")) if consent else None,
            page=seeing.page(body["page"]) if body.get("page") is not None else None,
            cart=told_cart.parse(body["cart"], may_lead) if body.get("cart") is not None else None,
        )
    except ValueError as error:
        raise HttpError(422, "bad_value", str(error)) from error
    if heard == Told():
        raise HttpError(422, "empty", "Tell a page, a cart or a consent.")
    return heard


def _moment(value: Any) -> dt.datetime | None:
    """When the visitor agreed, as far as that can be; nobody agrees in the future."""
    if value is None:
        return None
    moment = parse_datetime(value) if isinstance(value, str) else None
    if moment is None or moment.tzinfo is None:
        raise ValueError("The moment of a consent is in ISO 8601, with its time zone.")
    return min(moment, clock.now())


def _keep(request: Request, heard: Told) -> tuple[list[str], bool]:
    """What was kept, and whether pages may be from now on."""
    browser = _browser(request)
    kept = []
    if heard.consent is not None:
        kept.append("consent")
        if heard.consent:
            consenting.allow(browser, at=heard.consent_at)
        else:
            consenting.refuse(browser)
            telling.forget(browser)
    visits = heard.consent is not False and consenting.allows(browser)
    if heard.page is not None and visits:
        seeing.see(browser, heard.page)
        kept.append("page")
    if heard.cart is not None and (visits or request.signed_in is not None):
        telling.tell(browser, heard.cart, signed_in=request.signed_in)
        kept.append("cart")
    return kept, visits


def _browser(request: Request) -> Browser:
    contact_id = visitors.contact_id_of(request.inbox, request.visitor, request.signed_in)
    contact = Contact.objects.get(pk=contact_id) if contact_id is not None else None
    return Browser(request.inbox.brand_id, request.visitor, contact)
