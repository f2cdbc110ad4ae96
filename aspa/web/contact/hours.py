"""A brand's opening hours for its own pages: a module that draws them there, and a page of their own."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from aspa.core.inboxes.models import Brand
from aspa.service.hours import publishing

MINUTES_5 = "public, max-age=300"


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """For those whose browser runs no scripts, and to link to."""
    brand = get_object_or_404(Brand, slug=slug)
    with translation.override(brand.spoken(request.GET.get("lang", "")[:2])):
        published = _published(brand)
        values = {"brand": brand, "published": published, "schema": _json(published.schema)}
        response = render(request, "contact/hours.html", values)
    response["Cache-Control"] = MINUTES_5
    return response


@require_safe
def module(request: HttpRequest, slug: str) -> HttpResponse:
    """A script that fills every [data-aspa-hours] of the page, and tells search engines the same."""
    brand = get_object_or_404(Brand, slug=slug)
    with translation.override(brand.spoken(request.GET.get("lang", "")[:2])):
        published = _published(brand)
        html = render_to_string("contact/hours_lines.html", {"published": published})
    told = _json({"html": html, "schema": published.schema})
    return HttpResponse(
        render_to_string("contact/hours.js", {"told": told}),
        content_type="text/javascript; charset=utf-8",
        headers={
            "Cache-Control": MINUTES_5,
            # Fetched by the shop's pages; it holds nothing that isn't on the door.
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
        },
    )


def _published(brand: Brand) -> publishing.Published:
    published = publishing.of(brand)
    if published is None:
        raise Http404
    return published


def _json(value: Any) -> SafeString:
    """JSON that can stand in a script, whatever names it holds."""
    return mark_safe(json.dumps(value).replace("<", "\\u003c"))  # noqa: S308
