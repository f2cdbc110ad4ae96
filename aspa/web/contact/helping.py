"""Articles that may help, shown while the contact form is filled in. They stand beside the way to us, never before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from aspa.kit.text import clean
from aspa.service.deflection import attempts, finding
from aspa.service.deflection.models import Where
from aspa.service.knowledge import feedback, published
from aspa.service.search import content
from aspa.service.search.content import Reader
from aspa.web.contact import limits
from aspa.web.contact.inboxes import framed, inbox_of, language_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from aspa.core.inboxes.models import Brand, Inbox

# Whoever fills in the form is nobody in particular.
ANYBODY = Reader()


# What is asked changes nothing but a count; in a frame on the shop's page there are no cookies of ours.
@csrf_exempt
@xframe_options_exempt
@never_cache
@require_POST
def suggestions(request: HttpRequest, public_id: str) -> HttpResponse:
    """The part of the page that says what may help, for a script; 429 when it is asked for too often."""
    inbox = inbox_of(public_id)
    if limits.looking(request):
        return HttpResponse(status=429)
    with translation.override(language_of(request, inbox)):
        return framed(render(request, "contact/found.html", {"inbox": inbox, **looked(request, inbox)}), inbox)


def looked(request: HttpRequest, inbox: Inbox) -> dict[str, Any]:
    """What fits the message in the form as it is now, noted as shown."""
    text, language = clean(request.POST.get("text", "")[:4000]), translation.get_language() or ""
    hits = finding.fitting(inbox.brand, text, reader=ANYBODY, language=language)
    shown = [finding.shown(hit) for hit in hits]
    key = attempts.show(inbox.brand, shown, where=Where.CONTACT, key=key_of(request))
    return {"found": hits, "help_key": key}


@xframe_options_exempt
@never_cache
@require_safe
def open_(request: HttpRequest, public_id: str) -> HttpResponse:
    """To the article on the help site, noted as read. Leads nowhere but to articles of this brand."""
    inbox = inbox_of(public_id)
    version = finding.at(inbox.brand, ANYBODY, request.GET.get("url", "")[:500])
    if version is None:
        raise Http404
    if request.method == "GET":
        attempts.open_(inbox.brand, finding.shown(version), key=request.GET.get("help", "")[:16])
    return redirect(version.url())


@csrf_exempt
@xframe_options_exempt
@never_cache
@require_POST
def said(request: HttpRequest, public_id: str) -> HttpResponse:
    """Whether what they read helped; 204."""
    inbox = inbox_of(public_id)
    if limits.looking(request):
        return HttpResponse(status=429)
    version = finding.at(inbox.brand, ANYBODY, request.POST.get("url", "")[:500])
    if version is None:
        raise Http404
    key, helped = key_of(request), request.POST.get("helped") == "yes"
    if attempts.say(inbox.brand, finding.shown(version), key=key, helped=helped):
        feedback.vote(version, attempts.voter(key), helped=helped)
    return HttpResponse(status=204)


def sent(request: HttpRequest, inbox: Inbox, text: str) -> None:
    """The form was sent: they went on to us. A short question is noted with what it finds."""
    attempts.go_on(inbox.brand, key=key_of(request))
    if finding.is_short_question(text) and has_help(inbox.brand):
        language = translation.get_language() or ""
        found = finding.fitting(inbox.brand, text, reader=ANYBODY, language=language)
        content.asked(inbox.brand_id, text, where="contact", found=len(found))


def has_help(brand: Brand) -> bool:
    return published.articles(brand, ANYBODY).exists()


def key_of(request: HttpRequest) -> str:
    return clean(request.POST.get("help", "")[:16])
