"""The editor of one version: its text kept as it is typed, shown as readers will see it, and published."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aspa.core.inboxes.models import LANGUAGES
from aspa.kit import clock
from aspa.service.knowledge import publishing, rendering
from aspa.service.knowledge.models import (
    LONGEST_BODY,
    LONGEST_SLUG,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    Draft,
    Version,
)
from aspa.service.knowledge.publishing import NotReady, Overtaken, Text
from aspa.service.knowledge.videos import EMBED_ORIGINS
from aspa.web.content.details import details_of
from aspa.web.content.doors import AgentRequest, article_for, version_for, writer
from aspa.web.shell.templatetags.shell import clock as shown_time

if TYPE_CHECKING:
    from django.http import QueryDict

LIMITS = {"title": LONGEST_TITLE, "slug": LONGEST_SLUG, "summary": LONGEST_SUMMARY, "body": LONGEST_BODY}


@writer
def version(request: AgentRequest, version_id: int) -> HttpResponse:
    found = version_for(request.user, version_id)
    draft: Draft | None = getattr(found, "draft", None)
    text = publishing.working_text(found)
    page = {
        "version": found,
        "article": found.article,
        "draft": draft,
        "text": text,
        "limits": LIMITS,
        "known": draft.number if draft else 0,
        "languages": _languages(found),
        "shown": shown(found, text.title, text.body),
        "earliest": timezone.localtime(clock.now()).strftime("%Y-%m-%dT%H:%M"),
        **details_of(request, found),
    }
    response = render(request, "content/editor.html", page)
    # A video can be looked at before its article is published.
    response._csp_update = {"frame-src": list(EMBED_ORIGINS)}  # type: ignore[attr-defined]
    return response


@require_POST
@writer
def save(request: AgentRequest, version_id: int) -> HttpResponse:
    """Keep what is typed. 409 tells whose text was saved meanwhile."""
    found = version_for(request.user, version_id)
    try:
        draft = publishing.save_draft(found, _text(request.POST), by=request.user, known=_known(request.POST))
    except Overtaken as overtaken:
        theirs = overtaken.draft
        text = _("%(name)s saved this at %(time)s.") % {"name": theirs.by or "–", "time": shown_time(theirs.at)}
        return JsonResponse({"text": text, "number": theirs.number}, status=409)
    if request.POST.get("keep"):
        publishing.keep(found, by=request.user)
    if request.headers.get("X-Quietly"):
        return JsonResponse({"number": draft.number, "time": shown_time(draft.at)})
    messages.success(request, _("The draft is saved."))
    return redirect("content:version", found.pk)


@require_POST
@writer
def preview(request: AgentRequest, version_id: int) -> HttpResponse:
    found = version_for(request.user, version_id)
    text = _text(request.POST)
    page = {"shown": shown(found, text.title, text.body)}
    return render(request, "content/preview.html", page)


@require_POST
@writer
def publish(request: AgentRequest, version_id: int) -> HttpResponse:
    """What is in the editor, at once or at a time."""
    found = version_for(request.user, version_id)
    try:
        if "body" in request.POST:
            publishing.save_draft(found, _text(request.POST), by=request.user, known=_known(request.POST))
        at = _moment(request.POST.get("at", ""))
        if at is None:
            publishing.publish(found, by=request.user, small=bool(request.POST.get("small")))
            messages.success(request, _("Published. Readers see it now."))
        else:
            publishing.schedule(found, at, by=request.user)
            messages.success(request, _("It is published at the time you chose."))
    except Overtaken:
        messages.error(request, _("Somebody else has changed the text meanwhile. Look at it before publishing."))
    except NotReady as problem:
        for sentence in problem.sentences:
            messages.error(request, sentence)
    return redirect("content:version", found.pk)


@require_POST
@writer
def unschedule(request: AgentRequest, version_id: int) -> HttpResponse:
    publishing.unschedule(version_for(request.user, version_id))
    messages.success(request, _("It waits for you again."))
    return redirect("content:version", version_id)


@require_POST
@writer
def unpublish(request: AgentRequest, version_id: int) -> HttpResponse:
    publishing.unpublish(version_for(request.user, version_id), by=request.user)
    messages.success(request, _("Readers no longer see it."))
    return redirect("content:version", version_id)


@require_POST
@writer
def drop(request: AgentRequest, version_id: int) -> HttpResponse:
    publishing.drop_draft(version_for(request.user, version_id))
    messages.success(request, _("The changes are put away. They stay among the revisions."))
    return redirect("content:version", version_id)


@require_POST
@writer
def add_language(request: AgentRequest, article_id: int, language: str) -> HttpResponse:
    article = article_for(request.user, article_id)
    if language not in LANGUAGES:
        return HttpResponse(status=404)
    return redirect("content:version", publishing.add_language(article, language, by=request.user).pk)


@require_POST
@writer
def remove(request: AgentRequest, article_id: int) -> HttpResponse:
    publishing.remove(article_for(request.user, article_id))
    messages.success(request, _("The article is removed."))
    return redirect("content:articles")


def shown(version: Version, title: str, body: str) -> dict[str, Any]:
    """As readers will see it, in the language of the version."""
    with translation.override(version.language):
        return {"title": title, "html": rendering.html(body), "language": version.language}


def _languages(version: Version) -> list[tuple[str, str, Version | None]]:
    """Every language with the article's version in it."""
    known = {one.language: one for one in version.article.versions.all()}
    return [(code, name, known.get(code)) for code, name in settings.LANGUAGES]


def _text(posted: QueryDict) -> Text:
    return Text(
        title=posted.get("title", ""),
        body=posted.get("body", ""),
        summary=posted.get("summary", ""),
        slug=posted.get("slug", ""),
    )


def _known(posted: QueryDict) -> int | None:
    known = posted.get("known", "")
    return int(known) if known.isascii() and known.isdigit() and len(known) < 10 else None


def _moment(written: str) -> dt.datetime | None:
    """A time of the agent's clock that is still to come."""
    try:
        moment = parse_datetime(written)
    except ValueError:
        return None
    if moment is None:
        return None
    if timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    return moment if moment > clock.now() else None
