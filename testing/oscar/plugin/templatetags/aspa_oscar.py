"""{% aspa %}: the chat, and what is told with it."""

from __future__ import annotations

import time
from typing import Any

import jwt
from django import template
from django.conf import settings
from django.urls import reverse

register = template.Library()

# The widget asks again with every page, so a signed identity may be short-lived.
IDENTITY_SECONDS = 3600


@register.inclusion_tag("aspa_oscar/aspa.html", takes_context=True)
def aspa(context: Any) -> dict[str, Any]:
    request = context.get("request")
    if request is None:
        return {}
    return {
        "aspa": settings.ASPA,
        "identity": identity(request.user) if request.user.is_authenticated else "",
        "told": {"page": page(context.get("product")), "cart": cart(request)},
    }


def identity(user: Any) -> str:
    """Our signed word that this is our customer."""
    claims = {
        "sub": str(user.pk),
        "email": user.email,
        "name": user.get_full_name(),
        "aud": settings.ASPA["brand"],
        "exp": int(time.time()) + IDENTITY_SECONDS,
    }
    return jwt.encode(claims, settings.ASPA["identity_secret"], algorithm="HS256")


def page(product: Any) -> dict[str, Any]:
    return {"product": {"id": str(product.pk), "name": product.get_title()}} if hasattr(product, "get_title") else {}


def cart(request: Any) -> dict[str, Any]:
    basket = request.basket
    if not basket.id or basket.is_empty:
        return {"items": []}
    return {
        "id": str(basket.id),
        "items": [item(line, request) for line in basket.all_lines()],
        "currency": basket.currency,
        "resumeUrl": request.build_absolute_uri(reverse("basket:summary")),
    }


def item(line: Any, request: Any) -> dict[str, Any]:
    return {
        "id": str(line.product_id),
        "sku": line.stockrecord.partner_sku,
        "name": line.product.get_title(),
        "quantity": line.quantity,
        "price": str(line.unit_effective_price),
        "url": request.build_absolute_uri(line.product.get_absolute_url()),
    }
