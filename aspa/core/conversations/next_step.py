"""What a receipt says beyond the number: who answers, and by when. Kept as codes, said in the reader's language."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation, Message
    from aspa.core.inboxes.models import Brand

# What the moment rests on: (what agents read, what the customer reads).
SENTENCES = {
    "target": (
        gettext_noop("answer by %(when)s, as the service level says"),
        gettext_noop("%(who)s answers you by %(when)s."),
    ),
    "measured": (
        gettext_noop("answer by %(when)s, as answers have usually come"),
        gettext_noop("%(who)s will most likely answer by %(when)s."),
    ),
    "opens": (
        gettext_noop("answer when we open, %(when)s"),
        gettext_noop("We open on %(when)s, and then %(who)s answers you."),
    ),
    "soon": (
        gettext_noop("answer as soon as possible"),
        gettext_noop("%(who)s answers you as soon as possible."),
    ),
}


def told(
    basis: str, due: dt.datetime | None, *, who: str = "", chat: tuple[str, dt.datetime] | None = None
) -> dict[str, str]:
    """The values for a receipt's `data`. `basis` is one of SENTENCES or empty; `who` answers if not simply the brand; `chat` is
    where the brand's chat is to be found just now, and until when."""
    values = {"basis": basis} if basis else {}
    if due is not None:
        values["by"] = due.isoformat()
    if who:
        values["team"] = who
    if chat:
        values["chat"], values["chat_until"] = chat[0], chat[1].isoformat()
    return values


def by(receipt: Message) -> dt.datetime | None:
    """The moment by which an answer was announced."""
    return dt.datetime.fromisoformat(receipt.data["by"]) if "by" in receipt.data else None


def sentence(data: dict[str, Any], conversation: Conversation, *, for_contact: bool) -> str:
    """Who answers and by when, in the active language; nothing in receipts of earlier versions."""
    if data.get("basis") not in SENTENCES:
        return ""
    brand = conversation.brand
    values = {"who": data.get("team") or brand.name, "when": moment(data["by"], brand) if "by" in data else ""}
    words = SENTENCES[data["basis"]][for_contact]
    return _(words) % values


def chat_sentence(data: dict[str, Any], conversation: Conversation) -> str:
    """That the chat is open, for somebody in a hurry; nothing when it isn't."""
    if "chat" not in data:
        return ""
    values = {"address": data["chat"], "when": moment(data["chat_until"], conversation.brand)}
    return _("In a hurry? Our chat on %(address)s is open until %(when)s.") % values


def moment(due: str | dt.datetime, brand: Brand) -> str:
    """ "Tue 24 Nov at 14:00", by the brand's clock: it is read later too, so no "tomorrow"."""
    instant = dt.datetime.fromisoformat(due) if isinstance(due, str) else due
    local = instant.astimezone(ZoneInfo(brand.timezone))
    return _("%(day)s at %(time)s") % {"day": date_format(local, _("D j M")), "time": date_format(local, "TIME_FORMAT")}
