"""Writing a comment under an article and putting it right, on a page of its own: so the article stays the same for everybody."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from aspa.core.conversations.changing import Refused
from aspa.core.people.models import Contact
from aspa.kit.ids import ROW_IDS
from aspa.kit.text import clean
from aspa.service.knowledge import comments
from aspa.service.moderation import floods, names
from aspa.web.helpsite import articles, guards
from aspa.web.helpsite.readers import HelpRequest, for_signed_in
from aspa.web.helpsite.showing import shown

if TYPE_CHECKING:
    from django.http import HttpResponse

    from aspa.service.knowledge.models import Comment, Version

PURPOSE = "comment"


@require_http_methods(["GET", "HEAD", "POST"])
@for_signed_in
def page(request: HelpRequest, slug: str) -> HttpResponse:
    version = _version(request, slug)
    if request.method != "POST":
        return _form(request, version)
    return _taken(request, version, None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_signed_in
def edit(request: HelpRequest, slug: str, pk: int) -> HttpResponse:
    version = _version(request, slug)
    comment = _own(request, version, pk)
    if request.method != "POST":
        return _form(request, version, comment=comment)
    return _taken(request, version, comment)


@require_POST
@for_signed_in
def delete(request: HelpRequest, slug: str, pk: int) -> HttpResponse:
    version = _version(request, slug)
    # Deleted meanwhile in another window: it is as they wanted it.
    with suppress(Refused):
        comments.take_back(_own(request, version, pk), _author(request))
    return redirect(f"{version.url()}#comments")


def _version(request: HelpRequest, slug: str) -> Version:
    version = articles.version_at(request, slug)
    if version.article.kind not in comments.KINDS:
        raise Http404("This isn't commented on.")
    return version


def _own(request: HelpRequest, version: Version, pk: int) -> Comment:
    comment = comments.own(version, _author(request), pk) if pk in ROW_IDS else None
    if comment is None:
        raise Http404("Not theirs.")
    return comment


def _taken(request: HelpRequest, version: Version, comment: Comment | None) -> HttpResponse:
    """What was written or edited, or the form again with what is wrong."""
    if floods.wait(guards.network_of(request), request.contact):
        return _form(request, version, comment=comment, problem=floods.words(), status=429)
    problem = guards.problem(request, PURPOSE) or _name(request)
    if not problem:
        text = request.POST.get("text", "")
        try:
            if comment is None:
                comments.write(version, _author(request), text)
            else:
                comments.edit(comment, _author(request), text)
        except Refused as refusal:
            problem = str(refusal)
        else:
            return redirect(f"{version.url()}?said=comment#comments")
    return _form(request, version, comment=comment, problem=problem, status=guards.status_of(problem))


def _author(request: HelpRequest) -> Contact:
    assert request.contact is not None
    return request.contact


def _name(request: HelpRequest) -> str:
    """Who has told no name yet is asked for one: others read it. Says what is wrong with it, or "" ."""
    author = _author(request)
    if author.name:
        return ""
    name = clean(request.POST.get("name", ""))[:80]
    if not name:
        return _("Write the name that others see.")
    try:
        names.must_be_own(name, request.brand)
    except Refused as refusal:
        return str(refusal)
    Contact.objects.filter(pk=author.pk, name="").update(name=name)
    author.name = name
    return ""


def _form(
    request: HelpRequest,
    version: Version,
    *,
    comment: Comment | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    known = comment.text if comment else ""
    values = {
        "version": version,
        "comment": comment,
        "problem": problem,
        "text": request.POST.get("text", known)[: comments.LONGEST],
        "longest": comments.LONGEST,
        "asks_name": not _author(request).name,
        "purpose": PURPOSE,
        "trail": [*articles.trail_of(request, version), (version.title, version.url())],
    }
    return shown(request, "helpsite/comment.html", values, status=status, index=False, alternates={}, fresh=True)
