"""The form that an address names, in which language it is read, and where its pages may be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.utils import translation

from aspa.channels.form.channel import ContactForm as FormChannel
from aspa.core.inboxes.models import Inbox

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def inbox_of(public_id: str) -> Inbox:
    """Raises Http404 for a form that isn't there or isn't in use."""
    found = Inbox.objects.filter(public_id=public_id, channel=FormChannel.key, is_active=True).select_related("brand")
    inbox = found.first()
    if inbox is None:
        raise Http404
    return inbox


def language_of(request: HttpRequest, inbox: Inbox) -> str:
    wanted = request.GET.get("lang", "")[:2] or translation.get_language_from_request(request)[:2]
    return inbox.brand.spoken(wanted)


def is_alone(request: HttpRequest) -> bool:
    """Not in a frame of the shop's page, which says already whose it is. Browsers that don't tell count as alone."""
    return request.headers.get("Sec-Fetch-Dest") != "iframe"


def framed(response: HttpResponse, inbox: Inbox) -> HttpResponse:
    """Shown in frames on the brand's own pages only."""
    shops = [f"{scheme}://{domain}" for domain in inbox.brand.domains for scheme in ("https", "http")]
    response._csp_replace = {"frame-ancestors": ["'self'", *shops]}  # type: ignore[attr-defined]
    return response
