"""What makes a mail program put our letter under the customer's: subject, In-Reply-To and References."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from django.utils.encoding import punycode

from aspa.channels.email import tokens
from aspa.channels.email.models import Letter
from aspa.channels.email.sending.headers import one_line
from aspa.core.conversations.models import Message

if TYPE_CHECKING:
    from aspa.channels.email.settings import Settings
    from aspa.core.conversations.models import Conversation

MOST_REFERENCES = 20
# "Re:", "VS:" and "Sv:" of our languages, "AW:", "Antw:" of neighbours; Outlook counts "Re[2]:".
_ANSWERS = re.compile(r"\s*(?:re|vs|sv|aw|antw)(?:\[\d{1,3}\])?\s?:", re.IGNORECASE)
_ID = re.compile(r"[!-;=?-~]{1,998}")


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where in its thread a letter stands. Ids are without brackets."""

    mail_id: str
    subject: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()


def place_of(message: Message, settings: Settings, *, known: str = "") -> Place:
    """`known`: the Message-ID that an earlier try gave it; a merge meanwhile must not give it another."""
    conversation = message.conversation
    parent = _parent(message)
    mail_id = known or tokens.message_id(conversation.pk, message.pk, punycode(settings.address.rpartition("@")[2]))
    own = one_line(message.subject)
    if parent is None:
        return Place(mail_id, own or first_subject(conversation))
    subject = parent.subject or conversation.subject
    return Place(
        mail_id,
        own or (_answering(subject) if subject else first_subject(conversation)),
        in_reply_to=parent.mail_id if _ID.fullmatch(parent.mail_id) else "",
        references=_references(parent),
    )


def _parent(message: Message) -> Letter | None:
    """The customer's newest letter before this message, or else ours."""
    before = Letter.objects.filter(message__conversation=message.conversation_id, message_id__lt=message.pk)
    newest = before.order_by("-message_id")
    return newest.filter(message__kind=Message.Kind.INCOMING).first() or newest.first()


def _references(parent: Letter) -> tuple[str, ...]:
    """RFC 5322 3.6.4: the parent's References (or In-Reply-To), then the parent. The first and the last ones are kept."""
    earlier = parent.references or [parent.in_reply_to]
    known = [one for one in dict.fromkeys((*earlier, parent.mail_id)) if one and _ID.fullmatch(one)]
    return tuple(known if len(known) <= MOST_REFERENCES else (known[0], *known[1 - MOST_REFERENCES :]))


def _answering(subject: str) -> str:
    subject = one_line(subject)
    return subject if _ANSWERS.match(subject) else f"Re: {subject}"


def first_subject(conversation: Conversation) -> str:
    """Of a thread that begins with us: the number is in it, so that it can be found and quoted."""
    about = one_line(conversation.subject) or conversation.brand.name
    return f"{about} [{conversation.reference}]"
