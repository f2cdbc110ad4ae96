"""The widget's scripts, and a page to see it on while setting it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp.decorators import csp_replace
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from aspa.core.inboxes.models import Inbox
from aspa.web.widget import modules

if TYPE_CHECKING:
    from django.http import HttpRequest

MINUTES_5 = "public, max-age=300"
NO_PAGE = "default-src 'none'; sandbox; frame-ancestors 'none'"
FOREVER = "public, max-age=31536000, immutable"


@require_safe
def launcher_script(request: HttpRequest) -> HttpResponse:
    """What shops name in their pages: its address never changes, so it is asked for again every five minutes."""
    return _script(request, modules.launcher(), MINUTES_5)


@require_safe
def panel_script(request: HttpRequest) -> HttpResponse:
    return _versioned(request, modules.panel())


@require_safe
def telling_script(request: HttpRequest) -> HttpResponse:
    return _versioned(request, modules.telling())


@require_safe
def part_script(request: HttpRequest, name: str) -> HttpResponse:
    if name not in modules.PARTS:
        raise Http404
    return _versioned(request, modules.part(name))


def _versioned(request: HttpRequest, script: modules.Script) -> HttpResponse:
    """A version is for ever; without the right one in the address it may not be kept."""
    return _script(request, script, FOREVER if request.GET.get("v") == script.version else MINUTES_5)


def _script(request: HttpRequest, script: modules.Script, keep: str) -> HttpResponse:
    etag = f'"{script.version}"'
    response: HttpResponse
    if request.headers.get("If-None-Match", "").removeprefix("W/") == etag:
        response = HttpResponseNotModified()
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(script.compressed, headers={"Content-Encoding": "gzip"})
    else:
        response = HttpResponse(script.plain)
    if response.status_code == 200:
        response["Content-Type"] = "text/javascript; charset=utf-8"
    response["ETag"] = etag
    response["Cache-Control"] = keep
    response["Vary"] = "Accept-Encoding"
    # Module scripts are fetched with CORS, from any shop; they hold nothing secret.
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["X-Content-Type-Options"] = "nosniff"
    # It is no page; the pages' own policy would be a part of what every visitor of every shop is sent.
    response["Content-Security-Policy"] = NO_PAGE
    return response


@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": ["'self'"]})  # type: ignore[arg-type]  # it passes the views' other arguments on
def preview(request: HttpRequest, public_id: str) -> HttpResponse:
    """A bare page that carries the widget, for the live preview among the settings."""
    inbox = Inbox.objects.select_related("brand").filter(public_id=public_id, is_active=True).first()
    if inbox is None:
        raise Http404
    return render(request, "widget/preview.html", {"inbox": inbox})
