"""The address of a brand's help site without a language: it leads to the reader's own. And what robots may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from aspa.core.inboxes.models import Brand

if TYPE_CHECKING:
    from django.http import HttpRequest

# Pages of searches and forms are endless, and nothing for a search engine.
CLOSED = ("/help/*/search/", "/help/*/suggest/", "/help/*/sign-in/", "/help/*/helped/", "/help/*/comment/")


@require_safe
def front(request: HttpRequest, brand: str) -> HttpResponse:
    found = get_object_or_404(Brand.objects.only("slug", "language"), slug=brand)
    language = found.spoken((translation.get_language_from_request(request) or "")[:2])
    response = redirect(reverse("helpsite:home", kwargs={"brand": found.slug, "language": language}))
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """The help sites may be read; everything else is for those who were given its address."""
    maps = [
        reverse("helpsite:sitemap", kwargs={"brand": slug}) for slug in Brand.objects.values_list("slug", flat=True)
    ]
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in CLOSED),
        "Allow: /help/",
        "Allow: /static/",
        "Allow: /files/",
        "Disallow: /",
        "",
        *(f"Sitemap: {settings.ASPA_URL}{path}" for path in maps),
    ]
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    return response
