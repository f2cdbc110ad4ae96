"""E-mail on the port."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from aspa.channels.email import checking
from aspa.channels.email import settings as mail_settings
from aspa.channels.email.arriving import parsing
from aspa.channels.email.forms import EmailForm
from aspa.channels.email.sending import posting
from aspa.core.inboxes.channel import Capabilities, Channel, Finding, Handout, Health, Inbound, Raw, Receipt, Way
from aspa.core.people.models import Identity

if TYPE_CHECKING:
    from aspa.core.conversations.models import Message
    from aspa.core.inboxes.models import Inbox

TEXT_LIMIT = 100_000
FILES_LIMIT = 20


class Email(Channel):
    key = "email"
    name = _("E-mail")
    icon = "mail"
    capabilities = Capabilities(
        text_limit=TEXT_LIMIT,
        attachments=FILES_LIMIT,
        attachment_bytes=settings.ASPA_UPLOAD_BYTES,
        html=True,
        threaded=True,
        copies=True,
        undo_seconds=10,
        reaches=Identity.Kind.EMAIL,
    )

    def parse(self, inbox: Inbox, raw: Raw) -> Sequence[Inbound | Receipt]:
        return parsing.parsed(inbox, raw)

    def deliver(self, message: Message) -> str | None:
        return posting.post(message)

    def settings_form(self) -> type[forms.Form]:
        return EmailForm

    def health(self, inbox: Inbox) -> Health:
        return checking.health(inbox)

    checks = checking.CHECKS

    def check(self, inbox: Inbox, key: str) -> Sequence[Finding]:
        return checking.check(inbox, key)

    def way_in(self, inbox: Inbox) -> Way | None:
        address = mail_settings.of(inbox).address
        return Way(self.key, f"mailto:{address}", address) if address else None

    def handouts(self, inbox: Inbox) -> Sequence[Handout]:
        return checking.handouts(inbox)
