"""What the templates of the settings need beside the shell's tags."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils.translation import gettext as _

from aspa.web.settings.sections import open_to
from aspa.web.shell.models import two_step_required

register = template.Library()


@register.inclusion_tag("settings_pages/nav.html", takes_context=True)
def settings_nav(context: dict[str, Any], here: str) -> dict[str, Any]:
    """The pages at the side; `here` is the address name of the open one."""
    return {"groups": open_to(context["request"].user), "here": here}


@register.simple_tag
def company_requires_two_step() -> bool:
    return two_step_required()


@register.filter
def device(user_agent: str) -> str:
    """A browser's long name in two words: "Firefox, Windows"."""
    browsers = (
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    )
    systems = (
        ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    )  # fmt: skip
    known = [next((name for mark, name in marks if mark in user_agent), "") for marks in (browsers, systems)]
    return ", ".join(name for name in known if name) or user_agent[:40] or "–"


@register.filter
def how_long(seconds: int) -> str:
    """As `lasting`, and in seconds below two minutes."""
    return _("%(count)s s") % {"count": seconds} if seconds < 120 else lasting(dt.timedelta(seconds=seconds))


@register.filter
def lasting(length: dt.timedelta) -> str:
    """ "45 min" or "2 h 5 min"."""
    hours, minutes = divmod(round(length.total_seconds() / 60), 60)
    parts = [(_("%(count)s h"), hours), (_("%(count)s min"), minutes)]
    return " ".join(words % {"count": count} for words, count in parts if count) or _("%(count)s min") % {"count": 0}
