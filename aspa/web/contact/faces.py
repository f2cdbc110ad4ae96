"""A brand's face on pages that customers see: its colour as a stylesheet, since pages allow no styles of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse

from aspa.kit import colours

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand


def stylesheet(brand: Brand) -> HttpResponse:
    rules = f":root {{ --face: {brand.colour}; --on-face: {colours.ink_on(brand.colour)}; }}\n"
    return HttpResponse(rules, content_type="text/css", headers={"Cache-Control": "public, max-age=300"})
