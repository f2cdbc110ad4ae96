"""A message of ours as a mail: what the customer reads, and the headers by which machines handle it."""

from __future__ import annotations

import dataclasses
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings as django_settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.encoding import punycode
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import override

from aspa.channels.email import tokens
from aspa.channels.email.sending import told
from aspa.channels.email.sending.headers import POLICY, POLICY_UTF8, mailbox
from aspa.core.conversations import own_page
from aspa.core.conversations.models import Message
from aspa.kit import colours, files
from aspa.kit.html import text_to_html

if TYPE_CHECKING:
    from aspa.channels.email.sending.addressing import Recipients
    from aspa.channels.email.sending.threads import Place
    from aspa.channels.email.settings import Settings
    from aspa.core.conversations.models import Attachment, Conversation

# Names the inbox that wrote a mail (`Inbox.public_id`), by which our own mail is known when it comes back.
LOOP_HEADER = "X-Aspa-Inbox"
# The customer has the whole of it; what is quoted only reminds.
QUOTED_CHARACTERS = 4_000
WIDEST_PICTURE = 600  # pixels


@dataclasses.dataclass(frozen=True, slots=True)
class Quote:
    """What the customer wrote last: the line above it, and its text."""

    line: str
    text: str

    @property
    def html(self) -> SafeString:
        return text_to_html(self.text)


def compose(message: Message, settings: Settings, recipients: Recipients, place: Place) -> EmailMessage:
    """A reply, or what Aspa itself tells, in the customer's language."""
    conversation = message.conversation
    with override(_language(conversation)), timezone.override(conversation.brand.timezone):
        text = message.text if message.is_ours else told.text_of(message)
        quote = _quote(message) if message.is_ours else None
        attachments = list(message.attachments.order_by("pk"))
        pictures = [one for one in attachments if one.is_inline and files.safe_inline(one.content_type)]
        mail = EmailMessage(_policy(settings, recipients))
        _set_headers(mail, message, settings, recipients, place)
        mail.set_content(_plain(message, settings, text, pictures, quote))
        mail.add_alternative(_html(message, settings, place, text, pictures, quote), subtype="html")
    page = mail.get_payload()[1]  # type: ignore[index]
    for picture in pictures:
        cid = f"<{_cid(picture, settings)}>"
        page.add_related(_content(picture), **_naming(picture), cid=cid, disposition="inline")  # type: ignore[union-attr]
    for attachment in attachments:
        if attachment not in pictures:
            mail.add_attachment(_content(attachment), **_naming(attachment))
    return mail


def _language(conversation: Conversation) -> str:
    known = [code for code, _name in django_settings.LANGUAGES]
    wanted = (conversation.language, conversation.contact.language, conversation.brand.language)
    return next((language for language in wanted if language in known), known[0])


def _policy(settings: Settings, recipients: Recipients) -> Any:
    plain = all(address.rpartition("@")[0].isascii() for address in (settings.address, *recipients.all))
    return POLICY if plain else POLICY_UTF8


def _set_headers(
    mail: EmailMessage, message: Message, settings: Settings, recipients: Recipients, place: Place
) -> None:
    conversation = message.conversation
    brand, agent = conversation.brand, message.agent
    mail["From"] = mailbox(settings.address, f"{agent.public_name} – {brand.name}" if agent else brand.name)
    mail["To"] = mailbox(*recipients.to)
    if recipients.cc:
        mail["Cc"] = [mailbox(address) for address in recipients.cc]
    if settings.plus_addresses:
        mail["Reply-To"] = mailbox(tokens.reply_address(settings.address, tokens.make(conversation.pk)), brand.name)
    mail["Subject"] = place.subject
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = f"<{place.mail_id}>"
    if place.in_reply_to:
        mail["In-Reply-To"] = f"<{place.in_reply_to}>"
    if place.references:
        mail["References"] = " ".join(f"<{one}>" for one in place.references)
    mail[LOOP_HEADER] = message.inbox.public_id
    if not message.is_ours:
        # RFC 3834, and what Exchange and older programs heed: no machine answers this.
        mail["Auto-Submitted"] = "auto-replied" if message.code == "receipt" else "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
        mail["Precedence"] = "auto_reply"


def _plain(message: Message, settings: Settings, text: str, pictures: list[Attachment], quote: Quote | None) -> str:
    own = "\n\n".join(part for part in (text, *(f"[{picture.name}]" for picture in pictures)) if part)
    foot = "\n\n".join(part for part in (_signature(message), settings.footer.strip(), _reference(message)) if part)
    quoted = ""
    if quote:
        quoted = "\n\n" + quote.line + "\n" + "\n".join(f"> {line}".rstrip() for line in quote.text.split("\n"))
    # "-- " begins a signature (RFC 3676 4.3); a blank goes with it.
    return f"{own}\n\n-- \n{foot}{quoted}\n"


def _html(
    message: Message, settings: Settings, place: Place, text: str, pictures: list[Attachment], quote: Quote | None
) -> str:
    page = {
        "language": _language(message.conversation),
        "subject": place.subject,
        "brand": message.conversation.brand,
        "link": colours.readable(message.conversation.brand.colour, colours.LIGHT),
        "body": text_to_html(text) if message.is_ours else told.html_of(text, message.conversation.reference),
        "pictures": [
            {
                "cid": _cid(picture, settings),
                "name": picture.name,
                "width": min(picture.width or WIDEST_PICTURE, WIDEST_PICTURE),
            }
            for picture in pictures
        ],
        "signature": text_to_html(_signature(message)),
        "footer": text_to_html(settings.footer.strip()),
        "reference": _reference(message),
        "quote": quote,
    }
    return render_to_string("email/letter.html", page)


def _signature(message: Message) -> str:
    brand = message.conversation.brand.name
    agent = message.agent
    if agent is None:
        return brand
    below = agent.signature.strip() or "\n".join(part for part in (agent.title, brand) if part)
    return f"{agent.public_name}\n{below}"


def _reference(message: Message) -> str:
    return _("The number of your matter: %(reference)s") % {"reference": message.conversation.reference}


def _quote(message: Message) -> Quote | None:
    before = Message.objects.for_contact().filter(
        conversation=message.conversation_id, kind=Message.Kind.INCOMING, pk__lt=message.pk
    )
    last = before.order_by("-pk").first()
    if last is None or not last.text:
        return None
    line = _("On %(when)s %(name)s wrote:") % {
        "when": date_format(timezone.localtime(last.created_at), "SHORT_DATETIME_FORMAT"),
        "name": message.conversation.contact.name or _("you"),
    }
    # Copies go to others, who mustn't get the link to the customer's own page from it.
    words = own_page.without_links(last.text)
    return Quote(line, words if len(words) <= QUOTED_CHARACTERS else words[:QUOTED_CHARACTERS].rstrip() + " …")


def _cid(picture: Attachment, settings: Settings) -> str:
    return f"{picture.public_id}@{punycode(settings.address.rpartition('@')[2])}"


def _content(attachment: Attachment) -> bytes:
    with attachment.file.open("rb") as file:
        return bytes(file.read())


def _naming(attachment: Attachment) -> dict[str, Any]:
    """Mails and parts of mails are given as plain files: as what they are they couldn't be encoded."""
    main, _slash, sub = attachment.content_type.partition("/")
    if main in ("message", "multipart") or not sub:
        main, sub = "application", "octet-stream"
    return {"maintype": main, "subtype": sub, "filename": attachment.name}
