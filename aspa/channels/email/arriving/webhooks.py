"""What mail services post to us: mail that came in, and what became of letters that went out.

Each inbox has an address of its own with a secret in it; services that sign are checked, too. What django-anymail makes
of a post is a mail again, which is kept before anything is understood; a post that it can't read is kept as it came.
"""

from __future__ import annotations

import base64
import email
import email.policy
import hmac
import importlib
import json
import logging
import time
from typing import Any

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import AnymailInboundEvent, AnymailTrackingEvent, EventType
from anymail.webhooks.base import AnymailCoreWebhookView
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import resolve
from django.utils.crypto import constant_time_compare
from django.utils.datastructures import MultiValueDict
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from aspa.channels.email import lines, settings
from aspa.channels.email.arriving import keeping
from aspa.channels.email.arriving.keeping import Coming, TryLater
from aspa.channels.email.models import Line
from aspa.channels.email.settings import Settings
from aspa.core.conversations import delivery
from aspa.core.conversations.models import Message
from aspa.core.inboxes.channel import Receipt
from aspa.core.inboxes.models import Inbox
from aspa.kit.ids import is_client_id

logger = logging.getLogger(__name__)

# The services by their names in the settings, and in anymail's classes.
SERVICES = {
    "brevo": "Brevo",
    "mailersend": "MailerSend",
    "mailgun": "Mailgun",
    "mailjet": "Mailjet",
    "postmark": "Postmark",
    "resend": "Resend",
    "sendgrid": "SendGrid",
    "sparkpost": "SparkPost",
}
# Where the untouched mail stands in a post, when the service was asked to send it.
RAW = {"postmark": "RawEmail", "mailgun": "body-mime", "sendgrid": "email"}
# The option without which a service's signature can't be checked.
SIGNING = {
    ("mailgun", "Inbound"): "webhook_signing_key",
    ("mailgun", "Tracking"): "webhook_signing_key",
    ("mailersend", "Inbound"): "inbound_secret",
    ("mailersend", "Tracking"): "signing_secret",
}
STATES = {
    EventType.DELIVERED: Message.State.DELIVERED,
    EventType.BOUNCED: Message.State.FAILED,
    EventType.REJECTED: Message.State.FAILED,
    EventType.FAILED: Message.State.FAILED,
}
# Files grow by a third on their way in JSON.
MOST_BYTES = int(django_settings.ASPA_MAIL_BYTES * 1.5)
# How old a signature may be, in seconds.
FRESH = 300


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def inbound(request: HttpRequest, public_id: str, secret: str) -> HttpResponse:
    """Mail that came in. 200 when it is kept, 503 when it should come again; strangers meet a 404 or 403."""
    inbox, mine = _inbox(public_id, secret)
    if mine.incoming != "service":
        raise Http404("Mail comes to this inbox by another way.")
    if request.method == "HEAD":
        return HttpResponse()
    body = _body(request)
    try:
        keeping.keep(_comings(request, inbox, mine, body))
        lines.worked(inbox.pk, Line.Direction.IN)
    except AnymailWebhookValidationFailure:
        return HttpResponse(status=403)
    except TryLater as problem:
        logger.error("Mail can't be kept: %s", problem)
        return HttpResponse(status=503)
    return HttpResponse()


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def events(request: HttpRequest, public_id: str, secret: str) -> HttpResponse:
    """What became of letters that the service sent for us."""
    inbox, mine = _inbox(public_id, secret)
    if request.method == "HEAD":
        return HttpResponse()
    _body(request)
    try:
        told: list[AnymailTrackingEvent] = _events(request, mine, "Tracking")
    except AnymailWebhookValidationFailure:
        return HttpResponse(status=403)
    except Exception:
        logger.warning("An event of %s can't be understood", mine.service, exc_info=True)
        return HttpResponse(status=400)
    for event in told:
        if event.event_type in STATES and event.message_id:
            delivery.receipt(_receipt(inbox, event))
    return HttpResponse()


def is_ours(path: str) -> bool:
    """Whether a post to this path has the secret in it, for who decides how much of it to take."""
    try:
        match = resolve(path)
        _inbox(match.kwargs["public_id"], match.kwargs["secret"])
    except (Http404, KeyError):
        return False
    return True


def _inbox(public_id: str, secret: str) -> tuple[Inbox, Settings]:
    # PostgreSQL refuses even to look for some.
    known = Inbox.objects.filter(public_id=public_id, channel="email", is_active=True)
    inbox = known.first() if is_client_id(public_id) else None
    mine = settings.of(inbox) if inbox else Settings()
    if inbox is None or not mine.webhook_secret or not constant_time_compare(secret, mine.webhook_secret):
        raise Http404("No such inbox.")
    if mine.service not in SERVICES:
        raise Http404("No mail service is chosen for this inbox.")
    return inbox, mine


def _body(request: HttpRequest) -> bytes:
    """The whole post: Django's own limits are meant for forms."""
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise Http404("A post of this size is no mail.")
    request._body = body
    if request.content_type == "multipart/form-data":
        request._post, request._files = _form(request, body)  # type: ignore[attr-defined]
    return body


def _form(request: HttpRequest, body: bytes) -> tuple[QueryDict, MultiValueDict[str, Any]]:
    """The fields and files of a form. Django's own reader refuses fields as large as a raw mail."""
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode("latin-1")
    whole = email.message_from_bytes(head + body, policy=email.policy.HTTP)
    post, files = QueryDict(mutable=True), MultiValueDict[str, Any]()
    for part in whole.iter_parts() if whole.is_multipart() else ():
        name = str(part.get_param("name", "", header="content-disposition"))
        content = part.get_payload(decode=True) or b""
        assert isinstance(content, bytes)
        if (filename := part.get_filename()) is not None:
            files.appendlist(name, SimpleUploadedFile(filename or "file", content, part.get_content_type()))
        else:
            post.appendlist(name, content.decode("utf-8", "surrogateescape"))
    post._mutable = False
    return post, files


def _comings(request: HttpRequest, inbox: Inbox, mine: Settings, body: bytes) -> list[Coming]:
    """The mails of the post, or the post itself for the error queue. Raises AnymailWebhookValidationFailure."""
    try:
        told: list[AnymailInboundEvent] = _events(request, mine, "Inbound")
        return [_coming(event, request, inbox, mine) for event in told]
    except AnymailWebhookValidationFailure:
        raise
    except Exception as problem:
        logger.warning("A post of %s can't be understood", mine.service, exc_info=True)
        failure = f"{SERVICES[mine.service]}: {type(problem).__name__}: {problem}"
        return [Coming(inbox.pk, keeping.source_of(body, "post"), body, failure=failure)]


def _events(request: HttpRequest, mine: Settings, direction: str) -> list[Any]:
    options: dict[str, Any] = {name.lower(): value for name, value in mine.service_options.items()}
    module = importlib.import_module(f"anymail.webhooks.{mine.service}")
    kind: type[AnymailCoreWebhookView] = getattr(module, f"{SERVICES[mine.service]}{direction}WebhookView")
    signing = SIGNING.get((mine.service, direction))
    if signing:
        # Unsigned posts are let in by the secret in the address alone.
        options.setdefault(signing, "")
    # The secret in our address is asked for in place of anymail's own.
    options["webhook_secret"] = ""
    if mine.service == "resend":
        _check_resend(request, options.pop("inbound_secret" if direction == "Inbound" else "signing_secret", ""))
        # Otherwise anymail would look for them in settings that we don't have.
        options |= {"inbound_secret": None, "signing_secret": None}
    quiet: Any = type(kind.__name__, (kind,), {"warn_if_no_basic_auth": False})
    view = quiet(**{name: value for name, value in options.items() if hasattr(kind, name) or name in TAKEN})
    if not signing or options[signing]:
        view.run_validators(request)
    return list(view.parse_events(request))


def _check_resend(request: HttpRequest, secret: str) -> None:
    """anymail needs another package for this: https://docs.svix.com/receiving/verifying-payloads/how-manual"""
    if not secret:
        return
    told = {name: request.headers.get(f"Svix-{name}", "") for name in ("Id", "Timestamp", "Signature")}
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        is_fresh = abs(time.time() - int(told["Timestamp"])) < FRESH
    except ValueError:
        raise AnymailWebhookValidationFailure("The signature can't be checked.") from None
    signed = f"{told['Id']}.{told['Timestamp']}.".encode() + request.body
    expected = base64.b64encode(hmac.digest(key, signed, "sha256")).decode("ascii")
    given = [one.partition(",")[2] for one in told["Signature"].split()]
    if not is_fresh or not any(constant_time_compare(expected, one) for one in given):
        raise AnymailWebhookValidationFailure("The signature is wrong.")


# Options that anymail's views take without naming them in their class.
TAKEN = {"api_key", "api_url", "webhook_secret", "inbound_secret", "signing_secret", "webhook_signing_key"}


def _coming(event: AnymailInboundEvent, request: HttpRequest, inbox: Inbox, mine: Settings) -> Coming:
    mail = event.message
    raw = _raw(request, mine)
    content = mail.as_bytes() if raw is None else raw
    recipient = mail.envelope_recipient or ""
    # A mail that was put together again has other boundaries each time.
    name = f"{mine.service}:{event.event_id}" if raw is None and event.event_id else ""
    return Coming(
        inbox.pk,
        name[:255] or keeping.source_of(content, recipient),
        content,
        mail.envelope_sender,
        tuple(filter(None, [recipient])),
    )


def _raw(request: HttpRequest, mine: Settings) -> bytes | None:
    """The mail as it came to the service, where the post has it."""
    field = RAW.get(mine.service, "")
    if request.content_type == "application/json":
        post = json.loads(request.body)
        said = post.get(field) if isinstance(post, dict) else None
    else:
        said = request.POST.get(field)
    return said.encode("utf-8", "surrogateescape") if isinstance(said, str) and said else None


def _receipt(inbox: Inbox, event: AnymailTrackingEvent) -> Receipt:
    state = STATES[event.event_type]
    reason = event.mta_response or event.description or "" if state == Message.State.FAILED else ""
    words = f"{event.recipient}: {reason}" if reason and event.recipient else reason
    return Receipt(inbox.pk, str(event.message_id).strip("<>")[:255], state.value, words[:300], event.timestamp)
