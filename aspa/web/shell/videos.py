"""Videos of the help sites, in parts as players ask for them (RFC 9110, section 14)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import IO

from asgiref.sync import sync_to_async
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

NAME = re.compile(r"[A-Za-z0-9_-]{8,64}\.(mp4|webm)")
TYPES = {"mp4": "video/mp4", "webm": "video/webm"}
RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
# Of one part; a player that wanted more asks again.
MOST_BYTES = 2 * 1024 * 1024


def played(request: HttpRequest, name: str, *, cache: str) -> HttpResponseBase:
    """Raises Http404 when there is none of that name."""
    known = NAME.fullmatch(name)
    if known is None:
        raise Http404("No such video.")
    try:
        file = default_storage.open(f"content/{name}")
        size = file.size
    except FileNotFoundError:
        raise Http404("No such video.") from None
    response = _answer(file, size, RANGE.fullmatch(request.headers.get("Range", "")))
    response["Content-Type"] = TYPES[known.group(1)]
    response["Accept-Ranges"] = "bytes"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = cache
    return response


def _answer(file: IO[bytes], size: int, asked: re.Match[str] | None) -> HttpResponseBase:
    if asked is None or asked.groups() == ("", ""):
        return StreamingHttpResponse(_whole(file), headers={"Content-Length": str(size)})
    with file:
        first, last = _part(asked, size)
        if first > last:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        file.seek(first)
        content = file.read(min(last - first + 1, MOST_BYTES))
    return HttpResponse(
        content, status=206, headers={"Content-Range": f"bytes {first}-{first + len(content) - 1}/{size}"}
    )


def _part(asked: re.Match[str], size: int) -> tuple[int, int]:
    """The first and the last byte; the first after the last where there are none."""
    first, last = asked.groups()
    if not first:
        return max(0, size - int(last)), size - 1 if int(last) else -1
    return int(first), min(int(last), size - 1) if last else size - 1


async def _whole(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while chunk := await sync_to_async(file.read)(MOST_BYTES):
            yield chunk
