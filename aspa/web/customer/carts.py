"""The link to a cart that was offered: it notes that the customer goes on, and leads to the shop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aspa.kit.rates import Buckets
from aspa.service.carts import resuming
from aspa.web.live.visitor.limits import network

if TYPE_CHECKING:
    from django.http import HttpRequest

_networks = Buckets(1, 60)


@require_safe
@never_cache
def go_on(request: HttpRequest, token: str) -> HttpResponse:
    """Off to the shop; 404 for a link that isn't ours, 429 for a flood."""
    if _networks.take(network(request.META.get("REMOTE_ADDR", ""))):
        return render(request, "customer/busy.html", status=429)
    offer = resuming.opened(token)
    if offer is None or not offer.cart.resume_url.startswith(("https://", "http://")):
        return render(request, "customer/gone.html", status=404)
    if _is_a_person(request):
        resuming.resume(offer)
    response = HttpResponseRedirect(offer.cart.resume_url)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _is_a_person(request: HttpRequest) -> bool:
    """Not a program that only looks, nor a browser that fetches ahead of a click."""
    ahead = "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    return request.method == "GET" and not ahead
