"""The customer asks for a copy of what is known of them, and fetches it by the link in the letter that announces it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from aspa.core.people.models import Identity
from aspa.kit.rates import Buckets
from aspa.service.privacy import asking, copying
from aspa.service.verification import couriers
from aspa.web.customer.opening import by_link
from aspa.web.live.visitor.limits import network

if TYPE_CHECKING:
    from django.http import HttpRequest

    from aspa.core.conversations.models import Conversation

_networks = Buckets(1 / 20, 20)


def where_to(conversation: Conversation) -> str:
    """The address, masked, to which a copy would be announced; empty when none is proven."""
    address = asking.address_of(conversation.contact)
    return couriers.masked(Identity.Kind.EMAIL, address) if address else ""


@require_POST
@by_link
def ask(request: HttpRequest, conversation: Conversation, token: str) -> HttpResponse:
    asking.ask(conversation.contact)
    # The same words for a second one: whoever holds the link learns nothing by asking again.
    return redirect(reverse("own-page", args=[token]) + "?done=copy#now")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def fetch(request: HttpRequest, token: str) -> HttpResponse:
    """Opening shows a button, since mail scanners open links too; the button downloads."""
    if _networks.take(network(request.META.get("REMOTE_ADDR", ""))):
        return _kept_private(render(request, "customer/busy.html", status=429))
    copy = asking.opened(token)
    if copy is None:
        return _kept_private(render(request, "customer/copy_gone.html", status=404))
    brand = copy.contact.brand
    with translation.override(brand.spoken(copy.contact.language)):
        if request.method == "GET":
            return _kept_private(render(request, "customer/copy.html", {"brand": brand, "copy": copy, "token": token}))
        try:
            file = copying.take(copy, by=None)
        except FileNotFoundError:
            return _kept_private(render(request, "customer/copy_gone.html", status=404))
    name = f"{brand.slug}-{copy.asked_at:%Y-%m-%d}.zip"
    return _kept_private(
        cast(HttpResponse, FileResponse(file, as_attachment=True, filename=name, content_type="application/zip"))
    )


def _kept_private(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response
