"""A brand's one style sheet: the tokens, the help site's own rules and the brand's colour, fetched at one go."""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.contrib.staticfiles import finders
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from aspa.core.inboxes.models import Brand
from aspa.kit import colours

if TYPE_CHECKING:
    from django.http import HttpRequest

TOKENS = "shell/tokens.css"
# An article looks to its readers as in the editor's preview.
SHEETS = (TOKENS, "content/article.css", "helpsite/help.css")
# The two grounds that text in the brand's colour stands on (tokens.css).
LIGHT_GROUND, DARK_GROUND = "#f6f4ef", "#212724"

# The desk's whole typeface is more than a page of help weighs; help.css has its own cut of it.
_FONTS = re.compile(r"@font-face \{.*?\}\n", re.DOTALL)
_COMMENTS = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACES = re.compile(r"\s+")
_AROUND = re.compile(r" ?([{};,]) ?")


@require_safe
def stylesheet(request: HttpRequest, brand: str) -> HttpResponse:
    found = get_object_or_404(Brand.objects.only("colour"), slug=brand)
    sheet, packed, version = _sheet(found.colour)
    etag = f'W/"{version}"'
    response: HttpResponse
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified()
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(packed, content_type="text/css; charset=utf-8", headers={"Content-Encoding": "gzip"})
    else:
        response = HttpResponse(sheet, content_type="text/css; charset=utf-8")
    is_named = request.GET.get("v") == version
    response["Cache-Control"] = "public, max-age=31536000, immutable" if is_named else "public, max-age=300"
    response["ETag"], response["Vary"] = etag, "Accept-Encoding"
    return response


def address(brand: Brand) -> str:
    """With the version in it, so that browsers may keep it for ever."""
    return f"{reverse('helpsite:look', kwargs={'brand': brand.slug})}?v={_sheet(brand.colour)[2]}"


@lru_cache(maxsize=256)
def _sheet(colour: str) -> tuple[bytes, bytes, str]:
    """(as it is, packed, version)"""
    light = (
        f"--face: {colour}; --on-face: {colours.ink_on(colour)}; --face-ink: {colours.readable(colour, LIGHT_GROUND)};"
    )
    dark = f"--face-ink: {colours.readable(colour, DARK_GROUND)};"
    face = f":root {{ {light} }} @media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}"
    sheet = (_shared() + _squeezed(face)).encode()
    return sheet, gzip.compress(sheet, 9, mtime=0), hashlib.sha256(sheet).hexdigest()[:12]


@lru_cache(maxsize=1)
def _shared() -> str:
    return "".join(_squeezed(_read(name)) for name in SHEETS)


def _read(name: str) -> str:
    sheet = Path(str(finders.find(name))).read_text("utf-8")
    return _FONTS.sub("", sheet) if name == TOKENS else sheet


def _squeezed(sheet: str) -> str:
    return _AROUND.sub(r"\1", _SPACES.sub(" ", _COMMENTS.sub("", sheet))).strip()
