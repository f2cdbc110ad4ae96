"""The contact form on the port: what a customer fills in on a page, answered by another channel that reaches them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from aspa.channels.form.settings_form import SettingsForm
from aspa.core.inboxes import channel as port
from aspa.core.inboxes.channel import (
    Capabilities,
    Channel,
    Claim,
    DeliveryFailed,
    Health,
    Inbound,
    OnPages,
    ParseError,
    Raw,
    Way,
)
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Identity
from aspa.kit import text as texts
from aspa.kit.ids import is_client_id

if TYPE_CHECKING:
    from aspa.core.conversations.models import Message
    from aspa.core.inboxes.channel import Receipt

TEXT_LIMIT = 20_000
FILES_LIMIT = 5
LENGTHS = {"email": 254, "name": 160, "subject": 200, "phone": 40, "order": 60, "language": 5, "page": 500, "spam": 300}


class ContactForm(Channel):
    key = "form"
    name = _("Contact form")
    icon = "file-text"
    capabilities = Capabilities(
        text_limit=TEXT_LIMIT,
        attachments=FILES_LIMIT,
        attachment_bytes=settings.ASPA_UPLOAD_BYTES,
        threaded=True,
        replies=False,
    )

    def parse(self, inbox: Inbox, raw: Raw) -> Sequence[Inbound | Receipt]:
        """The body is the filled-in form as JSON: {"id", "email", "text", "name"?, "subject"?, "phone"?, "order"?,
        "language"?, "page"?, "files"?: [public id], "spam"?: why it is taken for spam}."""
        try:
            body = json.loads(raw.body)
        except (ValueError, RecursionError) as error:
            raise ParseError("The body isn't JSON.") from error
        if not isinstance(body, dict):
            raise ParseError("The body isn't an object.")
        return [_inbound(inbox, body)]

    def deliver(self, message: Message) -> str | None:
        raise DeliveryFailed("Nothing goes back by a form.", permanent=True)

    def settings_form(self) -> type[forms.Form]:
        return SettingsForm

    def on_pages(self, inbox: Inbox) -> OnPages | None:
        path = f"/contact/{inbox.public_id}/"
        frame = (
            f'<iframe src="{settings.ASPA_URL}{path}" title="{escape(inbox.name)}" width="100%" height="960"'
            ' style="border: 0" loading="lazy"></iframe>'
        )
        return OnPages(frame, path)

    def way_in(self, inbox: Inbox) -> Way:
        return Way(self.key, f"{settings.ASPA_URL}/contact/{inbox.public_id}/", inbox.name)

    def health(self, inbox: Inbox) -> Health:
        others = Inbox.objects.filter(brand=inbox.brand_id, is_active=True).exclude(pk=inbox.pk)
        if any(port.channel_for(other).capabilities.reaches == Identity.Kind.EMAIL for other in others):
            return Health(ok=True)
        return Health(ok=False, text=str(_("Answers go by e-mail: set up an inbox for e-mail in this brand.")))


def _inbound(inbox: Inbox, body: dict[str, Any]) -> Inbound:
    told = {key: _line(body.get(key), length) for key, length in LENGTHS.items()}
    text, files = body.get("text"), body.get("files", [])
    if not isinstance(text, str) or not texts.clean(text) or not is_client_id(body.get("id")):
        raise ParseError("A form needs a text and an id.")
    if not isinstance(files, list) or len(files) > FILES_LIMIT or not all(is_client_id(one) for one in files):
        raise ParseError("Files are a short list of ids.")
    email = told["email"].lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise ParseError("A form needs an e-mail address.") from error
    answers = {key: told[key] for key in ("phone", "order") if told[key]}
    context: dict[str, Any] = {"answers": answers} if answers else {}
    if told["page"].startswith(("http://", "https://")):
        context["page"] = {"url": told["page"], "title": ""}
    return Inbound(
        inbox_id=inbox.pk,
        external_id=f"form:{body['id']}",
        # Whoever fills in a form only claims an address; nobody is found or shown anything by it.
        sender=port.Sender(Claim(Identity.Kind.EMAIL, email), name=told["name"], language=told["language"]),
        text=text[:TEXT_LIMIT],
        subject=told["subject"],
        visitor=visitor_of(str(body["id"])),
        attachments=tuple(dict.fromkeys(files)),
        spam=told["spam"],
        context=context,
    )


def visitor_of(form_id: str) -> str:
    """By whom the files of one filled-in form were uploaded."""
    return f"form:{form_id}"[:64]


def _line(value: Any, length: int) -> str:
    return " ".join(texts.clean(value).split())[:length] if isinstance(value, str) else ""
