"""How every view of the customer's page begins: the link is checked, and nothing of it is kept or passed on."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from aspa.core.conversations import own_page
from aspa.kit.rates import Buckets
from aspa.web.live.visitor.limits import network

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

    from aspa.core.conversations.models import Conversation

    View = Callable[..., HttpResponseBase]

# A page with thirty pictures is opened thirty-one times.
_networks = Buckets(2, 120)


def by_link(view: View) -> Callable[..., HttpResponseBase]:
    """`view(request, conversation, …)` is called for a good link alone; 404 for any other, 429 for a flood.

    The link does what the CSRF token does elsewhere: no other page knows it, and no cookie opens anything here.
    """

    @csrf_exempt
    @never_cache
    @wraps(view)
    def opened(request: HttpRequest, token: str, **parts: Any) -> HttpResponseBase:
        if _networks.take(network(request.META.get("REMOTE_ADDR", ""))):
            return _kept_private(render(request, "customer/busy.html", status=429))
        conversation = own_page.opened(token)
        if conversation is None:
            return _kept_private(render(request, "customer/gone.html", status=404))
        with translation.override(language_of(conversation)), timezone.override(conversation.brand.timezone):
            return _kept_private(view(request, conversation, token=token, **parts))

    return opened


def language_of(conversation: Conversation) -> str:
    return conversation.brand.spoken(conversation.language or conversation.contact.language)


def _kept_private(response: HttpResponseBase) -> HttpResponseBase:
    """No search engine keeps the page, and no page that is opened from it learns the link."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response
