"""The contact form: a page of its own and a frame in the shop's, which works without scripts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from aspa.core.conversations import intake
from aspa.core.inboxes.channel import Inbound, Raw, channel_for
from aspa.web.contact import enclosures, faces, helping, limits, stamps
from aspa.web.contact.forms import ContactForm
from aspa.web.contact.inboxes import framed, inbox_of, is_alone, language_of
from aspa.web.contact.openings import openings

if TYPE_CHECKING:
    from django.http import HttpRequest

    from aspa.core.inboxes.models import Inbox

# Signs what the page of thanks says, and nothing else: a stamp, which everybody is given, must not pass for it.
RECEIVED = "aspa.contact.received"


# The stamp does what the CSRF token does elsewhere: in a frame on the shop's page there are no cookies of ours.
@csrf_exempt
@xframe_options_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, public_id: str) -> HttpResponse:
    """The form; 422 with what is wrong, 429 when somebody sends too many, and a redirect once it is received.

    With `look` nothing is sent yet: the form comes back as it was, with articles that may help.
    """
    inbox = inbox_of(public_id)
    with translation.override(language_of(request, inbox)):
        response = _receive(request, inbox) if request.method == "POST" else _empty(request, inbox)
    return framed(response, inbox)


@xframe_options_exempt
@never_cache
@require_safe
def thanks(request: HttpRequest, public_id: str) -> HttpResponse:
    """Received, with the number to ask by. The number is signed: nobody makes this page say another one."""
    inbox = inbox_of(public_id)
    try:
        told = signing.loads(request.GET.get("to", ""), salt=RECEIVED)
    except signing.BadSignature as error:
        raise Http404 from error
    with translation.override(language_of(request, inbox)):
        page = {"inbox": inbox, "brand": inbox.brand, "reference": told["reference"], "email": told["email"]}
        return framed(render(request, "contact/thanks.html", page), inbox)


@xframe_options_exempt
@never_cache
@require_safe
def ways(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the page says of the live channels, alone: fetched anew when it has changed."""
    inbox = inbox_of(public_id)
    with translation.override(language_of(request, inbox)):
        return framed(render(request, "contact/openings.html", {"openings": openings(inbox.brand)}), inbox)


@require_safe
def colour(request: HttpRequest, public_id: str) -> HttpResponse:
    return faces.stylesheet(inbox_of(public_id).brand)


def _empty(request: HttpRequest, inbox: Inbox) -> HttpResponse:
    page = request.headers.get("Referer", "")[:500]
    return _shown(request, inbox, ContactForm(inbox=inbox), stamps.new(inbox.public_id), page=page)


def _receive(request: HttpRequest, inbox: Inbox) -> HttpResponse:
    filled = ContactForm(request.POST, inbox=inbox)
    page = request.POST.get("page", "")[:500]
    try:
        stamp = stamps.read(request.POST.get("stamp", ""), inbox.public_id)
    except stamps.BadStamp:
        filled.add_error(None, _("The page had been open for long, or was sent very fast. Check it and send it again."))
        return _shown(request, inbox, filled, stamps.new(inbox.public_id), page=page, status=422)
    if "look" in request.POST:
        return _look(request, inbox, stamp, page)
    if limits.wait(request, request.POST.get("email", "")):
        filled.add_error(None, _("That was a lot at once. Wait a few minutes and send it again."))
        return _shown(request, inbox, filled, stamp, page=page, status=429)
    files, problems = enclosures.take(request, inbox, stamp)
    for problem in problems:
        filled.add_error(None, problem)
    if not filled.is_valid():
        return _shown(request, inbox, filled, stamp, page=page, files=files, status=422)
    received = _store(inbox, filled.cleaned_data, stamp, page, [file.public_id for file in files])
    if isinstance(received, intake.NotReceived):
        filled.add_error(None, _("We couldn't store it just now. Send it again in a moment."))
        return _shown(request, inbox, filled, stamp, page=page, files=files, status=503)
    helping.sent(request, inbox, filled.cleaned_data["text"])
    return _to_thanks(inbox, received, filled.cleaned_data["email"])


def _look(request: HttpRequest, inbox: Inbox, stamp: stamps.Stamp, page: str) -> HttpResponse:
    """Without scripts: a step beside the way, with everything as they have written it."""
    filled = ContactForm(inbox=inbox, initial=request.POST.dict())
    files, _problems = enclosures.take(request, inbox, stamp)
    found = {} if limits.looking(request) else {**helping.looked(request, inbox), "has_looked": True}
    return _shown(request, inbox, filled, stamp, page=page, files=files, more=found)


def _store(
    inbox: Inbox, told: dict[str, Any], stamp: stamps.Stamp, page: str, files: list[str]
) -> intake.Received | intake.NotReceived:
    body = {
        "id": stamp.id,
        "email": told["email"],
        "name": told["name"],
        "subject": told.get("topic", ""),
        "phone": told.get("phone", ""),
        "order": told.get("order", ""),
        "text": told["text"],
        "language": translation.get_language() or "",
        "page": page,
        "files": files,
        # Kept, and set aside where an agent can find it: a person's browser may have filled it in for them.
        "spam": "The hidden field of the form was filled in." if told["trap"] else "",
    }
    parsed = channel_for(inbox).parse(inbox, Raw({}, json.dumps(body).encode()))
    (received,) = intake.receive([item for item in parsed if isinstance(item, Inbound)])
    return received


def _to_thanks(inbox: Inbox, received: intake.Received, email: str) -> HttpResponse:
    told = signing.dumps({"reference": received.conversation.reference, "email": email}, salt=RECEIVED, compress=True)
    query = urlencode({"to": told, "lang": translation.get_language() or ""})
    return redirect(f"{reverse('contact-thanks', args=[inbox.public_id])}?{query}")


def _shown(
    request: HttpRequest,
    inbox: Inbox,
    filled: ContactForm,
    stamp: stamps.Stamp,
    *,
    page: str,
    files: list[Any] | None = None,
    status: int = 200,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    values = {
        "inbox": inbox,
        "brand": inbox.brand,
        "form": filled,
        "stamp": stamp,
        "page": page,
        "files": files or [],
        "is_alone": is_alone(request),
        "openings": openings(inbox.brand),
        "most_files": enclosures.MOST,
        "megabytes": enclosures.MEGABYTES,
        "has_help": helping.has_help(inbox.brand),
        "help_key": helping.key_of(request),
        **(more or {}),
    }
    return render(request, "contact/form.html", values, status=status)
