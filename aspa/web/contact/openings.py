"""What the contact page says of the brand's live channels: whether somebody answers there just now. Kept true by a socket."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aspa.core.inboxes.channel import channel_for, channels
from aspa.core.inboxes.models import Inbox
from aspa.service.routing import availability
from aspa.web.shell.templatetags.shell import soon

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand
    from aspa.service.routing.availability import Availability


@dataclasses.dataclass(frozen=True, slots=True)
class Opening:
    """A live channel as the page tells it. `state` as in `Availability`; `socket` is the path that says when it changes."""

    name: str
    state: str
    words: str
    socket: str


def openings(brand: Brand) -> list[Opening]:
    """The brand's live inboxes in use, in the active language and by the brand's clock."""
    live = [channel.key for channel in channels() if channel.capabilities.live]
    inboxes = list(
        Inbox.objects.filter(brand=brand, channel__in=live, is_active=True).select_related("brand").order_by("pk")
    )
    found = availability.of_all(inboxes)
    with timezone.override(ZoneInfo(brand.timezone)):
        return [
            Opening(
                str(channel_for(inbox).name), found[inbox.pk].state, _words(found[inbox.pk]),
                f"/chat/v1/{inbox.public_id}/socket",
            )
            for inbox in inboxes
        ]  # fmt: skip


def _words(now: Availability) -> str:
    if now.state == availability.OPEN:
        return _("open, somebody is there to answer")
    if now.state == availability.FULL:
        return _waiting(now.wait)
    if now.state == availability.NOBODY:
        return _("nobody is there just now; write here and we answer by e-mail")
    return _opens(now.opens)


def _waiting(seconds: int | None) -> str:
    if not seconds:
        return _("open, everybody is helping somebody; you are answered in turn")
    minutes = -(-seconds // 60)
    return ngettext(
        "open, everybody is helping somebody; the wait is about %(minutes)d minute",
        "open, everybody is helping somebody; the wait is about %(minutes)d minutes",
        minutes,
    ) % {"minutes": minutes}


def _opens(opens: dt.datetime | None) -> str:
    return _("opens %(when)s") % {"when": soon(opens)} if opens else _("closed")
