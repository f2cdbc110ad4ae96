"""Ending the letters that tell of answers to a review, by the link in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_http_methods

from aspa.service.reviews import telling
from aspa.web.helpsite.readers import for_readers
from aspa.web.helpsite.showing import shown

if TYPE_CHECKING:
    from django.http import HttpResponse

    from aspa.web.helpsite.readers import HelpRequest


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def stop(request: HelpRequest, token: str) -> HttpResponse:
    """Looking at it ends nothing: mail programs look at links, too."""
    review = telling.written(request.brand, token)
    if review is not None and request.method == "POST":
        telling.end(review)
    values = {"review": review, "is_done": review is None or request.method == "POST"}
    return shown(request, "helpsite/reviews/letters.html", values, alternates={}, index=False, fresh=True)
