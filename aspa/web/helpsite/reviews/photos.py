"""Photos of reviews, as others see them: those that somebody has looked at, of reviews that are published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from aspa.core.inboxes.models import Brand
from aspa.service.reviews import reading

if TYPE_CHECKING:
    from django.http import HttpRequest

    from aspa.service.reviews.models import Photo

# Seconds. What is hidden goes out of sight soon.
KEPT = 600


@require_safe
def photo(request: HttpRequest, brand: str, public_id: str) -> HttpResponse:
    """`?small`: for lists."""
    found = reading.photo(get_object_or_404(Brand.objects.only("pk"), slug=brand).pk, public_id)
    if found is None:
        raise Http404("No such photo.")
    try:
        with (found.small if "small" in request.GET else found.file).open() as file:
            content = file.read()
    except FileNotFoundError:
        raise Http404("The file is gone.") from None
    return HttpResponse(
        content,
        content_type="image/webp",
        headers={
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Cache-Control": f"public, max-age={KEPT}",
        },
    )


def address(brand: Brand, photo: Photo, *, small: bool = False) -> str:
    """The path of a photo that others see."""
    path = reverse("helpsite:reviews-photo", kwargs={"brand": brand.slug, "public_id": photo.public_id})
    return f"{path}?small" if small else path
