"""The web chat on the port. It is live: visitors read the journal by socket, so a reply's commit is its delivery."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from aspa.channels.webchat.forms import WebChatForm
from aspa.core.inboxes.channel import (
    Capabilities,
    Channel,
    Claim,
    Health,
    Inbound,
    OnPages,
    ParseError,
    Raw,
    Receipt,
    Sender,
)
from aspa.core.people.models import Identity
from aspa.kit import text as texts
from aspa.kit.ids import is_client_id

if TYPE_CHECKING:
    from aspa.core.conversations.models import Message
    from aspa.core.inboxes.models import Inbox

TEXT_LIMIT = 5_000
FILES_LIMIT = 5


class WebChat(Channel):
    key = "webchat"
    name = _("Chat")
    icon = "message-square"
    capabilities = Capabilities(
        text_limit=TEXT_LIMIT,
        attachments=FILES_LIMIT,
        attachment_bytes=settings.ASPA_UPLOAD_BYTES,
        live=True,
        read_marks=True,
        typing=True,
    )

    def parse(self, inbox: Inbox, raw: Raw) -> Sequence[Inbound | Receipt]:
        """The body is the widget's JSON; `x-visitor` in the headers is the hash of the visitor's token."""
        visitor = raw.headers.get("x-visitor", "")
        if not visitor:
            raise ParseError("A chat message needs its visitor.")
        try:
            body = json.loads(raw.body)
        except (ValueError, RecursionError) as error:
            raise ParseError("The body isn't JSON.") from error
        return [inbound(inbox.pk, visitor, body)]

    def deliver(self, message: Message) -> str | None:
        return None

    def settings_form(self) -> type[forms.Form]:
        return WebChatForm

    def on_pages(self, inbox: Inbox) -> OnPages | None:
        line = (
            f'<script type="module" src="{settings.ASPA_URL}/widget/aspa.js" data-inbox="{inbox.public_id}"></script>'
        )
        return OnPages(line, f"/widget/preview/{inbox.public_id}/")

    def health(self, inbox: Inbox) -> Health:
        if not inbox.brand.domains:
            return Health(
                ok=False, text=str(_("Name the web addresses of the brand's pages, so that they may show the chat."))
            )
        return Health(ok=True)


def inbound(inbox_id: int, visitor: str, body: Any, *, signed_in: Sender | None = None) -> Inbound:
    """The widget's JSON as a value. `signed_in` is who the shop has signed them in as. Raises ParseError."""
    if not isinstance(body, dict):
        raise ParseError("The body isn't an object.")
    text, client_id = body.get("text", ""), body.get("client_id")
    attachments = body.get("attachments", [])
    if not isinstance(text, str) or not is_client_id(client_id):
        raise ParseError("A message needs a text and a client_id.")
    if attachments != [] and not (isinstance(attachments, list) and all(map(is_client_id, attachments))):
        raise ParseError("Attachments are a list of ids.")
    if len(attachments) > FILES_LIMIT:
        raise ParseError("Too many attachments.")
    told = _object(body.get("contact"))
    return Inbound(
        inbox_id=inbox_id,
        external_id=f"{visitor[:24]}:{client_id}",
        sender=_sender(visitor, told, _short(body.get("language"), 5), signed_in),
        text=text,
        client_id=client_id,
        visitor=visitor,
        attachments=tuple(dict.fromkeys(attachments)) if attachments else (),
        another=body.get("another") is True,
        context=_context(body, told) if told or "page" in body else {},
    )


def _sender(visitor: str, told: dict[str, Any], language: str, signed_in: Sender | None) -> Sender:
    browser = Claim(Identity.Kind.VISITOR, visitor, "token")
    if not told and signed_in is None:
        return Sender(browser, language=language)
    email = _short(told.get("email"), 254).strip().lower()
    claimed = (Claim(Identity.Kind.EMAIL, email),) if "@" in email[1:-1] else ()
    if signed_in is None:
        return Sender(browser, name=_short(told.get("name"), 160).strip(), language=language, claims=claimed)
    return Sender(
        signed_in.identity, name=signed_in.name, language=language, claims=(browser, *signed_in.claims, *claimed)
    )


def _context(body: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """What is kept of where the customer was and what they answered beforehand; bounded, since it comes from outside."""
    page = page_of(body.get("page"))
    answers = {
        _short(key, 60): _short(value, 300)
        for key, value in list(told.items())[:20]
        if key not in ("name", "email") and isinstance(value, str)
    }
    context: dict[str, Any] = {}
    if page:
        context["page"] = page
    if answers:
        context["answers"] = answers
    return context


def page_of(told: Any) -> dict[str, str] | None:
    """The page on which a browser says it is, {"url", "title"}; None for what is no web page."""
    page = _object(told)
    url = _short(page.get("url"), 500)
    return {"url": url, "title": _short(page.get("title"), 200)} if url.startswith(("http://", "https://")) else None


def _short(value: Any, length: int) -> str:
    # Cleaned, since databases refuse half letters and NUL: a page's odd title must not keep the message out.
    return texts.clean(value)[:length] if isinstance(value, str) and value else ""


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
