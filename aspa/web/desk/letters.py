"""The e-mail side of messages, as the desk shows it: who wrote to whom, how sure that is, and what was folded away."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from django.db.models import BooleanField, ExpressionWrapper, Q, Value
from django.db.models.functions import StrIndex, Substr
from django.utils.translation import gettext as _

from aspa.channels.email.models import Letter
from aspa.channels.email.reading.mail import Kind, Verdict
from aspa.web.desk.pictures import may_be_remembered

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from aspa.core.conversations.models import Conversation, Message

# How much of the HTML is looked at to tell whether it says more than its text: enough for any head and greeting.
START = 6000
REMOTE = "data-remote-src"
# A letter of nothing but paragraphs reads better as text, like every other message.
SAYS_MORE = re.compile(r"<(?:img|table|h[1-6]|[uo]l|hr|pre|code|a|b|strong|i|em|u|s|font|center)\b", re.IGNORECASE)
ANSWER = re.compile(r"^\s*(?:(?:re|vs|sv|fw|fwd|vl|vb|aw|antw)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)


@dataclasses.dataclass(frozen=True, slots=True)
class Party:
    """Somebody in a letter's head."""

    email: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """A letter as its message shows it. `subject` is empty while it is the conversation's own."""

    letter: Letter
    is_theirs: bool
    sender: list[Party]
    reply_to: list[Party]
    to: list[Party]
    cc: list[Party]
    bcc: list[Party]
    subject: str
    # "ok", "late" or empty, and in words, what is known of the sender.
    trust: str
    verdict: str
    checks: str
    # What kind of machine wrote it; empty for people.
    automatic: str
    has_html: bool
    is_rich: bool
    has_remote: bool
    # Whether the agent may want its sender's pictures shown at once from now on.
    may_show_always: bool
    has_rest: bool
    has_original: bool


def letters_of(message_ids: Collection[int]) -> dict[int, Letter]:
    """Letters by the id of their message, in one query and without the long texts."""
    if not message_ids:
        return {}
    found = Letter.objects.filter(message__in=message_ids).defer("rest", "rest_html", "references")
    found = found.annotate(
        start=Substr("message__html", 1, START),
        remote_at=StrIndex("message__html", Value(REMOTE)),
        has_rest=ExpressionWrapper(~Q(rest="", rest_html=""), BooleanField()),
    )
    return {letter.message_id: letter for letter in found}


def letter_of(message_id: int) -> Letter | None:
    """The whole letter of one message that the agent may read."""
    return Letter.objects.select_related("arrival").filter(message=message_id).first()


def look(letter: Letter, message: Message, conversation: Conversation) -> Look:
    """What the message shows of its letter. `letter` is one of `letters_of`."""
    start: str = letter.start  # type: ignore[attr-defined]
    ours = message.is_ours
    trust, verdict = ("", "") if ours else _trust(letter)
    return Look(
        letter=letter,
        is_theirs=not ours,
        sender=parties([letter.sender]),
        reply_to=[] if letter.reply_to == [letter.sender] else parties(letter.reply_to),
        to=parties(letter.to),
        cc=parties(letter.cc),
        bcc=[Party(address) for address in message.copies.get("bcc", ())],
        subject=letter.subject if bare(letter.subject) != bare(conversation.subject) else "",
        trust=trust,
        verdict=verdict,
        checks=" · ".join(
            f"{name} {found}"
            for name, found in (("SPF", letter.spf), ("DKIM", letter.dkim), ("DMARC", letter.dmarc))
            if found
        ),
        automatic="" if ours else _automatic(letter, message),
        has_html=bool(start),
        is_rich=SAYS_MORE.search(start) is not None,
        has_remote=bool(letter.remote_at),  # type: ignore[attr-defined]
        may_show_always=not ours and may_be_remembered(message, letter),
        has_rest=letter.has_rest,  # type: ignore[attr-defined]
        has_original=letter.arrival_id is not None,
    )


def parties(pairs: Sequence[Sequence[str]]) -> list[Party]:
    """[email, name] pairs as they are stored."""
    return [Party(pair[0], pair[1] if len(pair) > 1 else "") for pair in pairs if pair and pair[0]]


def bare(subject: str) -> str:
    """The subject without its "Re:" and "VS:"."""
    return ANSWER.sub("", subject).strip()


def _trust(letter: Letter) -> tuple[str, str]:
    if letter.verdict == Verdict.PASS:
        return "ok", _("Sender verified")
    if letter.verdict == Verdict.FAIL:
        address = letter.sender[0] if letter.sender else ""
        return "late", _("This may not be from %(address)s.") % {"address": address}
    return "", _("Sender not verified")


def _automatic(letter: Letter, message: Message) -> str:
    words = {
        Kind.AUTO_REPLY: _("Automatic reply"),
        Kind.LIST: _("Mailing list"),
        Kind.ROBOT: _("Sent by a machine"),
    }
    known = {kind.value: word for kind, word in words.items()}
    return known.get(letter.kind) or (_("Sent by a machine") if message.is_automatic else "")
