"""Sending by a mail service's HTTP (django-anymail). What is asked of the admin for each is in SERVICES."""

from __future__ import annotations

import dataclasses
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from typing import TYPE_CHECKING, Any

import requests
from anymail.exceptions import AnymailError, AnymailRecipientsRefused, AnymailRequestsAPIError
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.translation import gettext as _
from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError

from aspa.channels.email.sending.handing import LineDown, Refused, Taken, Unknown

if TYPE_CHECKING:
    from email.message import EmailMessage

    from aspa.channels.email.sending.handing import Parcel
    from aspa.channels.email.settings import Settings

SECONDS = 60
# Set by the service itself, or given to it in its own way.
OWN_HEADERS = {"from", "to", "cc", "subject", "date", "reply-to", "mime-version", "content-type"}
REFUSED = {"invalid", "rejected", "failed"}


@dataclasses.dataclass(frozen=True, slots=True)
class Service:
    """`key`, `second` and `signing` (of what it posts) are the options, as django-anymail calls them, that are asked for."""

    name: str
    key: str
    second: str = ""
    signing: str = ""
    # For services that keep a customer's mail in the EU at another address.
    eu: str = ""
    headers: dict[str, str] = dataclasses.field(default_factory=dict)


SERVICES = {
    "brevo": Service("Brevo", "API_KEY"),
    "mailersend": Service("MailerSend", "API_TOKEN", signing="INBOUND_SECRET"),
    "mailgun": Service(
        "Mailgun", "API_KEY", "SENDER_DOMAIN", "WEBHOOK_SIGNING_KEY", eu="https://api.eu.mailgun.net/v3"
    ),
    "mailjet": Service("Mailjet", "API_KEY", "SECRET_KEY"),
    # https://postmarkapp.com/developer/user-guide/send-email-with-api: it sets its own Message-ID otherwise.
    "postmark": Service("Postmark", "SERVER_TOKEN", headers={"X-PM-KeepID": "true"}),
    "resend": Service("Resend", "API_KEY", signing="INBOUND_SECRET"),
    "sendgrid": Service("SendGrid", "API_KEY"),
    "sparkpost": Service("SparkPost", "API_KEY", eu="https://api.eu.sparkpost.com/api/v1"),
}


def send(parcel: Parcel, settings: Settings) -> Taken:
    """Hand a letter over. Raises Refused, LineDown or Unknown."""
    service = SERVICES.get(settings.service)
    if service is None:
        raise LineDown(_("No mail service is chosen for sending."))
    options: dict[str, Any] = {name.lower(): value for name, value in settings.service_options.items()}
    options["timeout"] = SECONDS
    try:
        connection = get_connection(f"anymail.backends.{settings.service}.EmailBackend", **options)
        letter = _as_django(parcel, service)
        parcel.whole_is_given()
        connection.send_messages([letter])
    except ImproperlyConfigured as error:
        raise LineDown(_("%(service)s needs another key.") % {"service": service.name}) from error
    except AnymailRecipientsRefused as refusal:
        raise _not_accepted(parcel, refusal.response) from refusal
    except AnymailRequestsAPIError as error:
        raise _meaning(error, service) from error
    except AnymailError as error:
        # What the service can't carry, found before anything was sent.
        raise Refused(str(error).splitlines()[0][:200], permanent=True) from error
    return _taken(letter, parcel)


def _as_django(parcel: Parcel, service: Service) -> EmailMultiAlternatives:
    """The same letter as Django's mail backends take it."""
    mail = parcel.mail
    letter = EmailMultiAlternatives(
        subject=str(mail["Subject"]),
        body=_content(mail, "plain"),
        from_email=str(mail["From"]),
        to=[str(mail["To"])],
        cc=list(parcel.recipients.cc),
        bcc=list(parcel.recipients.bcc),
        reply_to=[str(mail["Reply-To"])] if mail["Reply-To"] else None,
        headers={name: str(value) for name, value in mail.items() if name.lower() not in OWN_HEADERS} | service.headers,
    )
    letter.attach_alternative(_content(mail, "html"), "text/html")
    for part in mail.walk():
        if part.get_filename():
            letter.attach(_as_mime(part))
    return letter


def _content(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return "" if part is None else str(part.get_content())


def _as_mime(part: Any) -> MIMEBase:
    file = MIMEBase(part.get_content_maintype(), part.get_content_subtype())
    file.set_payload(part.get_payload(decode=True))
    encode_base64(file)
    file.add_header("Content-Disposition", part.get_content_disposition() or "attachment", filename=part.get_filename())
    if part["Content-ID"]:
        file["Content-ID"] = str(part["Content-ID"])
    return file


def _meaning(error: AnymailRequestsAPIError, service: Service) -> Exception:
    """An answer that isn't yes, or none."""
    status, name = error.status_code, service.name
    if status is None:
        if _never_left(error):
            return LineDown(_("%(service)s can't be reached.") % {"service": name})
        return Unknown(_broken_off(name))
    if status in (502, 504) or status < 400:
        # Somebody between us and the service answered, or it answered what can't be read.
        return Unknown(_broken_off(name))
    words = _words(error.response)
    if status in (401, 403):
        return LineDown(_("%(service)s doesn't accept the key: %(words)s") % {"service": name, "words": words})
    if status == 429 or status >= 500:
        return LineDown(_("%(service)s can't send now: %(words)s") % {"service": name, "words": words})
    return Refused(_("%(service)s refused the letter: %(words)s") % {"service": name, "words": words}, permanent=True)


def _never_left(error: BaseException) -> bool:
    """Whether there was no connection at all."""
    cause = error.__cause__
    if isinstance(cause, requests.ConnectTimeout | requests.exceptions.SSLError):
        return True
    inner = cause.args[0] if isinstance(cause, requests.ConnectionError) and cause.args else None
    reason = inner.reason if isinstance(inner, MaxRetryError) else inner
    return isinstance(reason, NewConnectionError | NameResolutionError)


def _broken_off(service: str) -> str:
    return _("%(service)s broke off before it said whether it took the letter. It may have been sent.") % {
        "service": service
    }


def _words(response: Any) -> str:
    """The service's own words: each has another name for them."""
    try:
        told = response.json()
    except (AttributeError, ValueError):
        return str(getattr(response, "status_code", "–"))
    if isinstance(told, dict):
        first = (told.get("errors") or told.get("Errors") or [None])[0] if not told.get("message") else None
        told = first if isinstance(first, dict) else told
        for name in ("message", "Message", "ErrorMessage", "error", "description"):
            if isinstance(told.get(name), str):
                return " ".join(told[name].split())[:200]
    return str(response.status_code)


def _not_accepted(parcel: Parcel, response: Any) -> Refused:
    values = {"address": parcel.recipients.to[0], "words": _words(response)}
    return Refused(_("%(address)s was refused: %(words)s") % values, permanent=True)


def _taken(letter: EmailMultiAlternatives, parcel: Parcel) -> Taken:
    status = letter.anymail_status  # type: ignore[attr-defined]
    by_address = {address.lower(): recipient for address, recipient in status.recipients.items()}
    mine = by_address.get(parcel.recipients.to[0].lower())
    # "unknown" without an id: Postmark, when it sent nothing because of another address.
    if mine is not None and (mine.status in REFUSED or (mine.status == "unknown" and mine.message_id is None)):
        raise _not_accepted(parcel, status.esp_response)
    refused = {address: one.status for address, one in by_address.items() if one is not mine and one.status in REFUSED}
    ids = status.message_id if isinstance(status.message_id, set) else {status.message_id}
    external_id = (mine.message_id if mine is not None else None) or next(iter(ids - {None}), None)
    return Taken(str(external_id or parcel.mail["Message-ID"]).strip("<>")[:255], refused)
