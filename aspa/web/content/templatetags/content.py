from __future__ import annotations

from typing import Any

from django import template

from aspa.web.content.sections import open_to

register = template.Library()


@register.inclusion_tag("content/nav.html", takes_context=True)
def content_nav(context: dict[str, Any], here: str) -> dict[str, Any]:
    """The pages at the side; `here` is the address name of the open one."""
    return {"sections": open_to(context["request"].user), "here": here}
