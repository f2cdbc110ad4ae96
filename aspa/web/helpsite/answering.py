"""How pages leave the help site: kept by browsers for as long as they are the same, and small on their way."""

from __future__ import annotations

import gzip
import hashlib
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers

if TYPE_CHECKING:
    from aspa.web.helpsite.readers import HelpRequest

# Shorter ones don't get shorter.
WORTH_PACKING = 300


def finished(request: HelpRequest, response: HttpResponse) -> HttpResponse:
    """With its headers for caches, packed; without its body when the browser has it already."""
    patch_vary_headers(response, ("Cookie", "Accept-Encoding"))
    if response.streaming:
        return response
    if "Cache-Control" not in response:
        # Asked for again each time, and answered in a few bytes while nothing has changed: what is taken off the site is
        # off it at once.
        known = request.contact or request.agent
        kept = request.method in ("GET", "HEAD") and response.status_code == 200
        response["Cache-Control"] = ("private, no-cache" if known else "public, no-cache") if kept else "no-store"
    if request.method in ("GET", "HEAD") and response.status_code == 200:
        etag = f'W/"{hashlib.sha256(response.content).hexdigest()[:20]}"'
        response["ETag"] = etag
        unchanged = get_conditional_response(request, etag=etag, response=response)
        if unchanged is not response and isinstance(unchanged, HttpResponse):
            return unchanged
    return _packed(request, response)


def _packed(request: HelpRequest, response: HttpResponse) -> HttpResponse:
    accepted = request.headers.get("Accept-Encoding", "")
    if "gzip" not in accepted or response.has_header("Content-Encoding") or len(response.content) < WORTH_PACKING:
        return response
    # No page here has a secret in it that could be guessed from its packed length.
    response.content = gzip.compress(response.content, 6, mtime=0)
    response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(response.content))
    return response
