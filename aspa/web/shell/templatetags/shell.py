"""Small drawings and words that every screen uses: icons, avatars, times, sizes."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aspa.web.shell.lucide import PATHS

if TYPE_CHECKING:
    from django.forms import BoundField

register = template.Library()

AVATAR_TINTS = 4
# What Django says there: django/forms/models.py, ModelChoiceField.
DASHES = "-" * 9


@register.tag
def same_for_all(parser: Parser, token: Token) -> SameForAll:
    """A part that says the same to everybody who reads one language: drawn once, then repeated."""
    nodes = parser.parse(("endsame_for_all",))
    parser.delete_first_token()
    return SameForAll(nodes)


class SameForAll(Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.drawn: dict[str | None, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        language = get_language()
        if language not in self.drawn:
            # Nothing of this reader's, so that nothing of theirs can stay.
            self.drawn[language] = self.nodelist.render(context.new())
        return self.drawn[language]


@register.filter
def worded(field: BoundField) -> BoundField:
    """A choice among things that nobody has made yet says so in words, where it would say so in dashes."""
    if getattr(field.field, "empty_label", None) == DASHES:
        field.field.empty_label = _("Choose") if field.field.required else "–"  # type: ignore[attr-defined]
    return field


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """A Lucide icon. Decorative unless `label` names it; `size` is "s", "" or "l"."""
    return _icon(name, str(label), size)


# Lists draw hundreds of the same few icons and avatars.
@lru_cache(maxsize=1024)
def _icon(name: str, label: str, size: str) -> SafeString:
    says = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" {}>{}</svg>',
        size,
        says,
        mark_safe(PATHS[name]),  # noqa: S308
    )


@register.simple_tag
def avatar(person: Any, size: str = "") -> SafeString:
    """A round picture or initials. `person` has `initials` and perhaps `picture`; `size` is "s", "" or "l"."""
    if person is None:
        return _initials("·", "", size)
    picture = getattr(person, "picture", None)
    if picture:
        return format_html('<img class="avatar {}" src="{}" alt="">', size, picture.url)
    return _initials(person.initials, f"tint-{(person.pk or 0) % AVATAR_TINTS}", size)


@lru_cache(maxsize=4096)
def _initials(initials: str, tint: str, size: str) -> SafeString:
    # Somebody without a name yet is a person all the same.
    inside = _icon("user", "", "s") if initials == "?" else initials
    return format_html('<span class="avatar {} {}" aria-hidden="true">{}</span>', size, tint, inside)


@register.filter
def clock(moment: datetime | None) -> str:
    """13.05 or 13:05, as the reader's language writes it."""
    return _written(timezone.localtime(moment).time().replace(second=0, microsecond=0), "TIME_FORMAT") if moment else ""


@register.filter
def ago(moment: datetime | None) -> str:
    """How long ago, short: "now", "3 min", "2 h", "yesterday", "Tue", "14.8."."""
    if moment is None:
        return ""
    now, moment = timezone.localtime(), timezone.localtime(moment)
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 1:
        return _("now")
    if minutes < 60:
        return _("%(count)s min") % {"count": minutes}
    days = (now.date() - moment.date()).days
    if days == 0:
        return _("%(count)s h") % {"count": minutes // 60}
    if days == 1:
        return _("yesterday")
    if days < 7:
        return _written(moment.date(), "D")
    return _written(moment.date(), _("j M") if now.year == moment.year else "SHORT_DATE_FORMAT")


def _written(what: date | time, form: str) -> str:
    return _written_in(get_language(), what, form)


# A list or a conversation says the same few days and minutes again and again.
@lru_cache(maxsize=4096)
def _written_in(language: str | None, what: date | time, form: str) -> str:
    return date_format(what, form) if isinstance(what, date) else time_format(what, form)


@register.filter
def soon(moment: datetime | None) -> str:
    """A coming moment as people say it: "at 14:00", "tomorrow at 9:00", "Tue 24 Nov at 9:00"."""
    if moment is None:
        return ""
    moment = timezone.localtime(moment)
    days = (moment.date() - timezone.localdate()).days
    time = {"time": date_format(moment, "TIME_FORMAT")}
    if days == 0:
        return _("at %(time)s") % time
    if days == 1:
        return _("tomorrow at %(time)s") % time
    return _("%(day)s at %(time)s") % {"day": date_format(moment, _("D j M")), **time}


@register.filter
def day_name(moment: datetime) -> str:
    """The heading above a day's messages: "Today", "Yesterday" or the date in words."""
    day = timezone.localtime(moment).date()
    days = (timezone.localdate() - day).days
    if days == 0:
        return _("Today")
    if days == 1:
        return _("Yesterday")
    return date_format(day, _("l j F") if day.year == timezone.localdate().year else _("j F Y"))
