"""Mail that came back: a bounce lands on the message it is about, a complaint is noted; neither is a conversation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from aspa.channels.email.arriving import threading
from aspa.channels.email.models import Letter
from aspa.core.conversations import delivery
from aspa.core.conversations.models import Message

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from aspa.channels.email.arriving.understanding import Understood
    from aspa.channels.email.reading.mail import Bounce
    from aspa.core.inboxes.models import Brand


def note(understood: Understood, brand: Brand, mail_to: Sequence[str] = ()) -> tuple[Message | None, str]:
    """Tell the message what became of it. Gives that message, if we know it, and what happened in words."""
    for message, reason in failed(understood, brand, mail_to):
        delivery.came_back(message, reason)
    reports = _reports(understood)
    about = next((found for report in reports if (found := _message(report, understood, brand, mail_to))), None)
    return about, "; ".join(_words(report) for report in reports)


def failed(understood: Understood, brand: Brand, mail_to: Sequence[str] = ()) -> Iterator[tuple[Message, str]]:
    """The letters that didn't arrive, with the reason. A delay is no failure yet; neither is a complaint."""
    for report in understood.bounces:
        message = _message(report, understood, brand, mail_to) if report.permanent else None
        if message is not None:
            yield message, _words(report)


def _reports(understood: Understood) -> list[Bounce]:
    return [understood.complaint] if understood.complaint else list(understood.bounces)


def _message(report: Bounce, understood: Understood, brand: Brand, mail_to: Sequence[str]) -> Message | None:
    """By the Message-ID of the mail that came back, else by our token in the report: the last letter to that recipient."""
    letters = Letter.objects.filter(brand=brand).exclude(message__kind=Message.Kind.INCOMING)
    found = None
    if report.message_id:
        found = letters.filter(mail_id=report.message_id[:255]).select_related("message").first()
    if found is None:
        mail = understood.mail
        addresses = [*mail_to, *mail.delivered_to, *(one.email for one in mail.to)]
        conversation_id = threading.by_tokens((report.message_id, *understood.answers, *addresses), brand)
        found = _last_to(report.recipient, letters.filter(message__conversation=conversation_id or 0))
    return None if found is None else found.message


def _last_to(recipient: str, letters: QuerySet[Letter]) -> Letter | None:
    for letter in letters.select_related("message").order_by("-message_id")[:20]:
        if not recipient or any(pair[0].lower() == recipient for pair in (*letter.to, *letter.cc)):
            return letter
    return None


def _words(report: Bounce) -> str:
    return f"{report.recipient}: {report.reason}" if report.recipient else report.reason
