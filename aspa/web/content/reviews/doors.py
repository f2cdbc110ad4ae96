"""Who may see what: reviews of the brands in which the agent moderates what customers publish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404

from aspa.core.conversations.access import reach
from aspa.core.inboxes.models import Brand
from aspa.kit.ids import ROW_IDS
from aspa.service.moderation import rights
from aspa.service.reviews.models import Photo, Review
from aspa.web.content.doors import NoBrand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.core.people.models import Agent


def brands(agent: Agent) -> Sequence[Brand]:
    """Those whose reviews the agent looks after. Raises PermissionDenied when there are none, NoBrand when nobody has any."""
    found = list(Brand.objects.filter(pk__in=rights.brands(agent)).defer("identity_secret"))
    if not found:
        raise NoBrand if reach(agent).may(rights.PERMISSION) else PermissionDenied
    return found


def brand_for(agent: Agent, brand_id: int) -> Brand:
    """Raises Http404 for others' brands."""
    found = next((brand for brand in brands(agent) if brand.pk == brand_id), None)
    if found is None:
        raise Http404("No such brand.")
    return found


def review_for(agent: Agent, review_id: int) -> Review:
    """Raises Http404 for reviews of others' brands."""
    mine = [brand.pk for brand in brands(agent)]
    found = Review.objects.filter(pk=review_id, brand__in=mine) if review_id in ROW_IDS else Review.objects.none()
    review = (
        found.select_related("brand", "product", "contact", "order", "answer", "answer__agent")
        .defer("brand__identity_secret")
        .first()
    )
    if review is None:
        raise Http404("No such review.")
    return review


def photo_for(agent: Agent, public_id: str) -> Photo:
    """Raises Http404 for photos of others' brands."""
    mine = [brand.pk for brand in brands(agent)]
    photo = Photo.objects.filter(public_id=public_id, review__brand__in=mine).first()
    if photo is None:
        raise Http404("No such photo.")
    return photo
