"""Pictures and videos of articles: for everybody where the article is, else for agents and by a lent address."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from aspa.core.conversations.access import Permission, reach
from aspa.core.inboxes.models import Brand, Inbox
from aspa.service.knowledge import lending, media
from aspa.web.shell import videos
from aspa.web.shell.files import shown_picture

# A new file gets a new name.
FOR_EVERYBODY = "public, max-age=31536000, immutable"
FOR_ONE = "private, max-age=3600"


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponse:
    return shown_picture(media.FOLDER, name, cache=_kept(request, name))


@require_safe
def video(request: HttpRequest, name: str) -> HttpResponseBase:
    return videos.played(request, name, cache=_kept(request, name))


def _kept(request: HttpRequest, name: str) -> str:
    """How caches may keep it. Raises Http404 for who may not see it."""
    # PostgreSQL refuses even to look for some.
    found = media.named(name) if name.isprintable() else None
    if found is None:
        raise Http404("No such file.")
    if media.is_public(found):
        return FOR_EVERYBODY
    if lending.is_lent(name, request.GET.get(lending.PARAMETER, "")) or _is_colleague(request, found.brand):
        return FOR_ONE
    raise Http404("Not theirs.")


def _is_colleague(request: HttpRequest, brand: Brand) -> bool:
    """Whether an agent is signed in who reads or writes for the brand."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    agent: Any = request.user
    if not (agent.is_authenticated and agent.is_active):
        return False
    for permission in (Permission.READ, Permission.CONTENT):
        ids = reach(agent).inbox_ids(permission)
        if ids is None or Inbox.objects.filter(brand=brand, pk__in=ids).exists():
            return True
    return False
