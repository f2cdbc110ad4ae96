"""The community on the port of channels: a question that became a conversation, answered in public.

It stands here and not among the channels, since what goes out becomes an answer of this service.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from aspa.core.conversations import activities
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Message
from aspa.core.inboxes import letters
from aspa.core.inboxes.channel import (
    Capabilities,
    Channel,
    Claim,
    DeliveryFailed,
    Health,
    Inbound,
    ParseError,
    Raw,
    Sender,
)
from aspa.kit import text as texts
from aspa.service.community import answering, handing_over, sharing
from aspa.service.community.models import LONGEST_TEXT, Answer, Question
from aspa.service.knowledge import switches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.core.inboxes.channel import Receipt
    from aspa.core.inboxes.models import Inbox


class SettingsForm(forms.Form):
    hours = forms.IntegerField(
        label=gettext_lazy("Opening hours after which an unanswered question comes here"),
        initial=handing_over.HOURS,
        min_value=1,
        max_value=200,
        help_text=gettext_lazy(
            "Counted while the inbox is open. The answer to it is public: everybody reads it under the question."
        ),
    )


class Community(Channel):
    key = handing_over.CHANNEL
    name = gettext_lazy("Community")
    icon = "users"
    capabilities = Capabilities(
        text_limit=LONGEST_TEXT,
        attachments=sharing.MOST,
        attachment_bytes=sharing.MOST_BYTES,
        public=True,
        threaded=True,
    )

    def parse(self, inbox: Inbox, raw: Raw) -> Sequence[Inbound | Receipt]:
        """The body is a question as JSON: {"id", "title", "text"?, "email", "language"?}, as a forum elsewhere may send it."""
        try:
            body = json.loads(raw.body)
        except (ValueError, RecursionError) as error:
            raise ParseError("The body isn't JSON.") from error
        if not isinstance(body, dict):
            raise ParseError("The body isn't an object.")
        told: dict[str, Any] = {key: body.get(key, "") for key in ("id", "title", "text", "email", "language")}
        if not all(isinstance(value, str) for value in told.values()):
            raise ParseError("A question is told in texts.")
        title, email = texts.clean(told["title"]), texts.clean(told["email"]).lower()
        if not title or not told["id"].isascii() or not 0 < len(told["id"]) <= 64 or "@" not in email[1:-1]:
            raise ParseError("A question needs an id, a title and its asker's address.")
        return [
            Inbound(
                inbox_id=inbox.pk,
                external_id=f"told:{told['id']}",
                sender=Sender(Claim("email", email[:254]), language=told["language"][:5]),
                text="\n\n".join(part for part in (title, told["text"][:LONGEST_TEXT]) if part),
                subject=title[:200],
            )
        ]

    def deliver(self, message: Message) -> str | None:
        """Publish it under the question that it answers. What Aspa itself tells isn't for everybody: it goes as a letter."""
        question = _question_of(message)
        if message.kind != Message.Kind.REPLY:
            _tell(message, question)
            return None
        if question is None or not question.is_published or question.is_blank:
            raise DeliveryFailed(_("The question is no longer shown, so nothing was published."), permanent=True)
        if message.agent is None:
            raise DeliveryFailed(_("Only people answer in public."), permanent=True)
        try:
            images = sharing.pictures_of(message)
        except Refused as refusal:
            raise DeliveryFailed(str(refusal), permanent=True) from refusal
        published = answering.publish(question, message.text, by=message.agent, message=message, images=images)
        return f"staff:{published.pk}"

    def settings_form(self) -> type[forms.Form]:
        return SettingsForm

    def health(self, inbox: Inbox) -> Health:
        if not switches.on(inbox.brand_id) & {str(place) for place in Question.Place}:
            return Health(ok=False, text=str(_("Neither the community nor product questions are switched on.")))
        return Health(ok=True)


def _tell(message: Message, question: Question | None) -> None:
    """What the customer alone is told, at the address that they have proven."""
    conversation = message.conversation
    address = letters.addresses([conversation.contact_id]).get(conversation.contact_id)
    if address is None:
        raise DeliveryFailed(_("The customer has proven no address to be told at."), permanent=True)
    brand = conversation.brand
    with override(brand.spoken(conversation.language or brand.language)):
        said = activities.sentence(message, for_contact=True)
        subject = _("Your question to %(brand)s") % {"brand": brand.name}
        place = [handing_over.address_of(question)] if question is not None and not question.is_blank else []
        letters.send(brand, address, subject, [conversation.subject, said, *place])


def _question_of(message: Message) -> Question | None:
    """What the customer's last message by this channel belongs to: it says so itself, wherever merges took it."""
    theirs = Message.objects.filter(
        conversation=message.conversation_id, inbox=message.inbox_id, kind=Message.Kind.INCOMING, pk__lt=message.pk
    )
    newest = theirs.order_by("-pk").values_list("external_id", flat=True).first() or ""
    kind, _colon, number = newest.partition(":")
    if not number.isdigit():
        return None
    if f"{kind}:" == handing_over.ADDED:
        added = Answer.objects.filter(pk=int(number)).select_related("question__brand").first()
        return added.question if added else None
    questions = (
        Question.objects.filter(pk=int(number)) if f"{kind}:" == handing_over.QUESTION else Question.objects.none()
    )
    return questions.select_related("brand").first()
