"""Channels that do as the tests tell them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django import forms

from aspa.core.conversations.models import Message
from aspa.core.inboxes.channel import (
    Capabilities,
    Channel,
    Claim,
    DeliveryFailed,
    Health,
    Inbound,
    ParseError,
    Raw,
    Receipt,
    Sender,
)
from aspa.core.inboxes.models import Inbox


class SettingsForm(forms.Form):
    signature = forms.CharField(required=False)


class FakeChannel(Channel):
    """Letters: not live. It keeps what it delivers, or fails as told by `fails`."""

    key = "letters"
    name = "Letters"
    icon = "mail"
    capabilities = Capabilities(text_limit=200, attachments=2, attachment_bytes=1000)

    def __init__(self) -> None:
        self.delivered: list[str] = []
        self.fails: list[Exception] = []

    def parse(self, inbox: Inbox, raw: Raw) -> Sequence[Inbound | Receipt]:
        try:
            body = json.loads(raw.body)
            if "state" in body:
                return [Receipt(inbox.pk, body["id"], Message.State(body["state"]).value, body.get("reason", ""))]
            sender = Sender(Claim("email", str(body["from"]), verified_how="letter"))
            return [Inbound(inbox.pk, str(body["id"]), sender, str(body["text"]))]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise ParseError("That is not a letter.") from error

    def deliver(self, message: Message) -> str | None:
        if self.fails:
            raise self.fails.pop(0)
        self.delivered.append(message.text)
        return f"letter-{message.pk}"

    def settings_form(self) -> type[forms.Form]:
        return SettingsForm

    def health(self, inbox: Inbox) -> Health:
        return Health(ok=True)


class FakeChat(FakeChannel):
    """Live, in the place of the web chat: the core is tested without any real channel."""

    key = "webchat"
    name = "Chat"
    capabilities = Capabilities(text_limit=5000, attachments=5, attachment_bytes=1000, live=True)


class FakeMail(FakeChannel):
    """Threaded: a message says itself what it continues; it reaches whoever has told an address."""

    key = "mail"
    name = "Mail"
    capabilities = Capabilities(
        text_limit=200, attachments=2, attachment_bytes=1000, threaded=True, copies=True, undo_seconds=10,
        reaches="email",
    )  # fmt: skip


def temporary(text: str = "Try again.") -> DeliveryFailed:
    return DeliveryFailed(text, permanent=False)


def permanent(text: str = "No such address.") -> DeliveryFailed:
    return DeliveryFailed(text, permanent=True)
