"""The conversation as a letter, for a customer who wants to keep it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from aspa.core.conversations import activities, own_page
from aspa.core.conversations.models import Conversation, Message
from aspa.core.inboxes import letters
from aspa.kit.tasks import task

if TYPE_CHECKING:
    from collections.abc import Iterator

# A letter isn't an archive: the newest part of a very long conversation.
LONGEST = 500


def is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


def request(conversation: Conversation, *, address: str, language: str) -> None:
    """Have it sent; a mail server that is away is tried again."""
    with transaction.atomic():
        send.enqueue(conversation_id=conversation.pk, address=address, language=language)


@task(retries=6, backoff=60)
def send(conversation_id: int, address: str, language: str) -> None:
    conversation = Conversation.objects.select_related("brand").get(pk=conversation_id)
    with override(language), timezone.override(conversation.brand.timezone):
        subject = _("Your conversation with %(brand)s, %(reference)s") % {
            "brand": conversation.brand.name,
            "reference": conversation.reference,
        }
        page = _("Your own page of this matter:") + "\n" + own_page.address(conversation)
        letters.send(conversation.brand, address, subject, [*_lines(conversation), page])


def _lines(conversation: Conversation) -> Iterator[str]:
    newest = Message.objects.for_contact().filter(conversation=conversation).select_related("agent").order_by("-pk")
    for message in reversed(newest[:LONGEST].prefetch_related("attachments")):
        message.conversation = conversation
        at = date_format(timezone.localtime(message.created_at), "SHORT_DATETIME_FORMAT")
        if message.kind == Message.Kind.ACTIVITY:
            yield f"— {activities.sentence(message, for_contact=True)} ({at})"
            continue
        files = "".join(f"\n[{attachment.name}]" for attachment in message.attachments.all())
        sources = "".join(f"\n{source['title']}: {source['url']}" for source in message.data.get("sources", ()))
        yield f"{_writer(message)}, {at}\n{message.text}{sources}{files}"


def _writer(message: Message) -> str:
    if message.is_by_bot:
        return _("%(name)s, a bot") % {"name": message.data["name"]}
    return message.agent.public_name if message.agent else _("You")
