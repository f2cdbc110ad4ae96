"""What the help site's templates write: addresses within the site, structured data, stamps of forms."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from aspa.web.helpsite import guards, showing

register = template.Library()


@register.simple_tag(takes_context=True)
def to(context: Context, name: str, **parts: Any) -> str:
    """The path of a page of this help site: {% to "article" slug=version.slug %}"""
    return showing.address(context["request"], name, **parts)


@register.simple_tag
def whole(path: str) -> str:
    """The path as a whole address."""
    return showing.whole(path)


@register.simple_tag
def structured(data: dict[str, Any]) -> SafeString:
    """The data for search engines (schema.org) as JSON-LD; whatever texts it holds, they can't end the script."""
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False)
    for sign, code in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(sign, code)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308


@register.simple_tag
def stamp(purpose: str) -> str:
    """The stamp of a form that nobody has filled in yet."""
    return guards.new_stamp(purpose)
