"""Ending the letters that tell of answers to a review, by the link in them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from aspa.service.reviews import telling
from aspa.web.helpsite import ending_letters
from aspa.web.helpsite.readers import for_readers

if TYPE_CHECKING:
    from django.http import HttpResponse

    from aspa.web.helpsite.readers import HelpRequest


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def stop(request: HelpRequest, token: str) -> HttpResponse:
    review = telling.written(request.brand, token)
    return ending_letters.page(
        request,
        partial(telling.end, review) if review else None,
        heading=_("Letters about your review"),
        about=review and review.product,
        done=_("You get no more letters about that review."),
    )
