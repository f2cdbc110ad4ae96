"""What stands beside a review while it is answered: the product, the order, the customer, what was said before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from aspa.core.conversations import access
from aspa.service.commerce import money
from aspa.service.moderation.models import Decision, Item, Report
from aspa.service.reviews.models import Review
from aspa.service.reviews.moderated import KIND

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand
    from aspa.core.people.models import Agent


def of(agent: Agent, review: Review) -> dict[str, Any]:
    """The customer's name, order and other reviews only for who may see that customer."""
    item = Item.objects.filter(kind=KIND, key=review.pk).first()
    may_see = review.brand_id in access.brand_ids(agent)
    order = review.order if may_see else None
    others = Review.objects.filter(contact=review.contact_id).exclude(pk=review.pk).select_related("product")
    return {
        "item": item,
        "reports": list(Report.objects.filter(item=item).order_by("-pk")[:20]) if item else [],
        "decisions": list(Decision.objects.filter(item=item).select_related("agent").order_by("-pk")[:20])
        if item
        else [],
        "versions": list(review.versions.all()[:20]),
        "photos": list(review.photos.all()),
        "order": order,
        "order_sum": money.shown(order.total, order.currency) if order else "",
        "customer": review.contact if may_see else None,
        "others": list(others.order_by("-created_at")[:5]) if may_see else [],
        "public_url": public_url(review),
    }


def public_url(review: Review) -> str:
    kwargs = {"brand": review.brand.slug, "language": review.brand.language, "sku": review.product.sku}
    return reverse("helpsite:reviews-product", kwargs=kwargs)


def block_line(brand: Brand) -> str:
    """The line that a shop puts into its product pages."""
    address = settings.ASPA_URL + reverse("helpsite:reviews-block-script", kwargs={"brand": brand.slug})
    return f'<script type="module" src="{address}" data-sku="SKU"></script>'
