"""How reviews are drawn: stars, and bars of how many gave how many."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()

STAR = "M10 1.6l2.6 5.3 5.8.8-4.2 4.1 1 5.8-5.2-2.7-5.2 2.7 1-5.8L1.6 7.7l5.8-.8z"
FIVE = "".join(f'<path d="{STAR}" transform="translate({20 * number})"/>' for number in range(5))


@register.simple_tag
def stars(value: float) -> SafeString:
    """Five stars of which `value` are lit, with the same in words."""
    return _stars(round(float(value), 1), get_language() or "en")


@lru_cache(maxsize=512)
def _stars(value: float, _language: str) -> SafeString:
    # Without colours of its own: the page's style sheet has them, and inline styles are refused.
    shown = number_format(value, 0 if value == int(value) else 1)
    return format_html(
        '<svg class="stars" viewBox="0 0 100 20" role="img" aria-label="{}"><g class="dim">{}</g>'
        '<svg class="lit" width="{}" height="20">{}</svg></svg>',
        _("%(average)s of 5 stars") % {"average": shown},
        mark_safe(FIVE),  # noqa: S308
        f"{20 * value:g}",
        mark_safe(FIVE),  # noqa: S308
    )


@register.simple_tag
def bar(percent: int) -> SafeString:
    """A share of a whole, as a drawing; the number stands beside it."""
    return format_html(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="dim" width="100" height="8"/><rect class="lit" width="{}" height="8"/></svg>',
        percent,
    )


@register.simple_tag
def crumbs_to(*parts: object) -> list[tuple[str, str]]:
    """A trail of names, each followed by its path; the last one has none."""
    texts = [str(part) for part in parts]
    pairs = [(texts[place], texts[place + 1]) for place in range(0, len(texts) - 1, 2)]
    return [*pairs, (texts[-1], "")] if len(texts) % 2 else pairs
