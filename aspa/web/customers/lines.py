"""The lines of a timeline as their template shows them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from aspa.web.desk import rows
from aspa.web.desk.templatetags.desk import ANY_CHANNEL_ICON
from aspa.web.shell.lucide import PATHS
from aspa.web.shell.templatetags.shell import ago, clock

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from aspa.service.timeline.timeline import Line


def grouped(found: Iterable[Line], *, after: dt.datetime | None) -> list[dict[str, Any]]:
    """By day or month: {"heading", "lines"}. `after`: the moment before which these go on, whose heading stands already."""
    last = _heading(after) if after else ""
    return [
        {"heading": "" if heading == last else heading, "lines": [shown(line) for line in lines]}
        for heading, lines in groupby(found, key=lambda line: _heading(line.entry.at))
    ]


def shown(line: Line) -> dict[str, Any]:
    entry = line.entry
    local = timezone.localtime(entry.at)
    is_late = (timezone.localdate() - local.date()).days < 2
    return {
        "entry": entry,
        "source": line.source,
        "icon": line.icon if line.icon in PATHS else ANY_CHANNEL_ICON,
        "href": rows.address(entry.conversation) if entry.conversation else entry.url,
        # What the desk can draw in its open place; other pages are opened beside it.
        "is_here": bool(entry.conversation) or entry.url.startswith(("/desk/", "/customers/")),
        "at": local.isoformat(),
        "when": clock(entry.at) if is_late else date_format(local, _("j M")),
        "ago": ago(entry.at),
    }


def _heading(moment: dt.datetime) -> str:
    """ "Today", "Yesterday", or the month."""
    day, today = timezone.localdate(moment), timezone.localdate()
    days = (today - day).days
    if days == 0:
        return _("Today")
    if days == 1:
        return _("Yesterday")
    month = date_format(day, "F" if day.year == today.year else "F Y")
    return month[:1].upper() + month[1:]
