"""Where videos may come from: our own files, and hosts that are asked only after a reader's click."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

OWN = re.compile(r"/files/videos/[A-Za-z0-9_-]{8,64}\.(?:mp4|webm)")
# What `frame-src` has to allow on a page that shows them.
EMBED_ORIGINS = ("https://www.youtube-nocookie.com", "https://player.vimeo.com")
_YOUTUBE = re.compile(r"[A-Za-z0-9_-]{6,20}")
_VIMEO = re.compile(r"/(?:video/)?(\d{4,15})(?:/([0-9a-f]{6,20}))?")


@dataclass(frozen=True, slots=True)
class Embedded:
    """A video of another host: what it is called, the page to go to, and what a frame would show."""

    host: str
    page: str
    frame: str


def embedded(address: str) -> Embedded | None:
    """What the address of a video's page stands for; None where we don't know the host."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https"):
        return None
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    if host in ("youtube.com", "youtube-nocookie.com", "youtu.be"):
        return _youtube(host, parts.path, parts.query)
    if host in ("vimeo.com", "player.vimeo.com"):
        return _vimeo(parts.path)
    return None


def _youtube(host: str, path: str, query: str) -> Embedded | None:
    name = parse_qs(query).get("v", [""])[0] if path == "/watch" else path.rpartition("/")[2]
    if host != "youtu.be" and path != "/watch" and not path.startswith(("/embed/", "/shorts/", "/live/")):
        return None
    if not _YOUTUBE.fullmatch(name):
        return None
    # youtube-nocookie.com sets no cookies before the video plays (https://support.google.com/youtube/answer/171780).
    return Embedded(
        "YouTube", f"https://www.youtube.com/watch?v={name}", f"https://www.youtube-nocookie.com/embed/{name}"
    )


def _vimeo(path: str) -> Embedded | None:
    found = _VIMEO.fullmatch(path)
    if found is None:
        return None
    name, key = found.groups()
    page = f"https://vimeo.com/{name}" + (f"/{key}" if key else "")
    # dnt: no cookies and no statistics (https://developer.vimeo.com/player/sdk/embed).
    frame = f"https://player.vimeo.com/video/{name}?dnt=1" + (f"&h={key}" if key else "")
    return Embedded("Vimeo", page, frame)
