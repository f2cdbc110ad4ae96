"""How the desk shows text, channels and sizes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django import template
from django.utils.html import conditional_escape, format_html, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from aspa.core.conversations.replies import MENTION
from aspa.core.inboxes.channel import channel_for
from aspa.web.shell.lucide import PATHS
from aspa.web.shell.templatetags.shell import icon

if TYPE_CHECKING:
    from aspa.core.inboxes.channel import Channel
    from aspa.core.inboxes.models import Inbox

register = template.Library()

# Endings that run or open programs, on any system; archives and disk images that hide them.
RISKY = re.compile(
    r"\.(apk|app|appx|bat|chm|cmd|com|cpl|dll|dmg|do[ct]m|exe|gadget|hta|html?|img|iso|jar|jse?|lnk|mhtml?|ms[ip]|pif|pkg"
    r"|pptm|ps1|py|reg|scr|sh|svg|vb[es]?|vhd|ws[fh]|xhtml|xlsm|xltm|xll)$",
    re.IGNORECASE,
)
ANY_CHANNEL_ICON = "message-square"
# Without one of these inside a word there is no address in a text, and urlize needs not look at each word of it.
PERHAPS_LINKED = re.compile(r"[.:@]\S")


@register.filter
def spoken(text: str) -> SafeString:
    """A message's text, safe, with its links to click and its mentions marked. Line breaks are the style's matter."""
    parts: list[SafeString] = []
    done = 0
    # Cut at the mentions before links are made: one inside an address must not put markup into the link's href.
    for found in MENTION.finditer(text):
        parts += [_linked(text[done : found.start()]), format_html('<b class="mention">@{}</b>', found["name"])]
        done = found.end()
    return mark_safe("".join([*parts, _linked(text[done:])]))  # noqa: S308


def _linked(text: str) -> SafeString:
    escaped = conditional_escape(text)
    if not PERHAPS_LINKED.search(text):
        return escaped
    linked = urlize(escaped, nofollow=True)
    linked = linked.replace("<a ", '<a target="_blank" ').replace(
        'rel="nofollow"', 'rel="nofollow noopener noreferrer"'
    )
    return mark_safe(linked)  # noqa: S308 (escaped above)


@register.filter
def preview(text: str) -> str:
    """A list's preview with mentions in words."""
    return MENTION.sub(lambda found: f"@{found['name']}", text)


@register.filter
def channel(inbox: Inbox) -> Channel:
    return channel_for(inbox)


@register.simple_tag
def channel_icon(inbox: Inbox) -> SafeString:
    name = channel_for(inbox).icon
    return icon(name if name in PATHS else ANY_CHANNEL_ICON, size="s")


@register.filter
def is_risky(name: str) -> bool:
    """Whether a file of this name can carry a program or a page that runs when it is opened."""
    return RISKY.search(name) is not None


@register.filter
def minutes(seconds: int) -> int:
    """Whole minutes, at least one."""
    return max(1, round(seconds / 60))


@register.filter
def state_name(state: str) -> str:
    """What an agent is, in a word."""
    names = {"available": _("Present"), "busy": _("Busy"), "away": _("Away"), "off": _("Off work")}
    return names.get(state, state)


@register.filter
def capped(count: int | None) -> str:
    """A count as a badge says it: nothing for none, "99+" past what is counted."""
    if not count:
        return ""
    return "99+" if count >= 100 else str(count)
