"""Where an article's links lead: our own pages are looked up, others' are asked in the background."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from urllib.parse import unquote, urldefrag, urlsplit

import httpx2
from django.conf import settings

from aspa.kit import clock, outside
from aspa.kit.ids import token_hash
from aspa.service.knowledge.models import Category, OutsideLink, Redirect, State, Version

SECONDS = 10.0
MOST_HOPS = 5
FRESH = dt.timedelta(days=7)
MOST_LINKS = 200
_ARTICLE = re.compile(r"/help/([-\w]+)/(\w\w)/a/([-\w]+)/?")
_CATEGORY = re.compile(r"/help/([-\w]+)/\w\w/c/([-\w]+)/?")
# Pages of ours that stand whatever is published.
_OTHERS = re.compile(r"/(?:help|contact|hours)/[-\w]+/.*|/files/.+")
# They mean a page that doesn't open to programs, not one that is gone.
_CLOSED_TO_PROGRAMS = {401, 403, 405, 406, 429, 451, 501, 503, 999}


def is_outside(address: str) -> bool:
    return address.startswith(("http://", "https://", "//")) and not _own_path(address)


def leads_somewhere(address: str, anchors: Iterable[str]) -> bool:
    """Whether a link within our own pages finds its page; `anchors` are the headings of the text itself."""
    if address.startswith(("mailto:", "tel:")):
        return True
    path, anchor = urldefrag(_own_path(address) or address)
    if not path:
        return anchor in set(anchors)
    path = unquote(urlsplit(path).path)
    if found := _ARTICLE.fullmatch(path):
        brand, language, slug = found.groups()
        here = {"brand__slug": brand, "language": language, "slug": slug}
        return (
            Version.objects.filter(**here, state=State.PUBLISHED).exists() or Redirect.objects.filter(**here).exists()
        )
    if found := _CATEGORY.fullmatch(path):
        return Category.objects.filter(brand__slug=found.group(1), slug=found.group(2)).exists()
    return _OTHERS.fullmatch(path) is not None


def known(addresses: Iterable[str]) -> dict[str, OutsideLink]:
    """What is known of these, by address; those that nobody has looked at lately aren't."""
    by_digest = {token_hash(address): address for address in addresses}
    found = OutsideLink.objects.filter(digest__in=by_digest, at__gt=clock.now() - FRESH)
    return {by_digest[one.digest]: one for one in found}


def look_at(addresses: Iterable[str]) -> None:
    """Ask for each page that nobody has looked at lately, and remember what came of it."""
    wanted = list(dict.fromkeys(addresses))[:MOST_LINKS]
    fresh = known(wanted)
    with outside.client(SECONDS) as http:
        for address in wanted:
            if address not in fresh:
                state, detail = _asked(http, address)
                OutsideLink.objects.update_or_create(
                    digest=token_hash(address), defaults={"state": state, "detail": detail, "at": clock.now()}
                )


def _asked(http: httpx2.Client, address: str) -> tuple[str, str]:
    target = f"https:{address}" if address.startswith("//") else address
    try:
        for _hop in range(MOST_HOPS):
            with http.stream("GET", target) as answer:
                status, onward = answer.status_code, answer.headers.get("Location", "")
            if status not in (301, 302, 303, 307, 308) or not onward:
                break
            target = str(httpx2.URL(target).join(onward))
    except outside.Refused:
        return OutsideLink.State.BROKEN, "private"
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError):
        return OutsideLink.State.BROKEN, "unreachable"
    if status < 400:
        return OutsideLink.State.GOOD, ""
    return (OutsideLink.State.UNSURE if status in _CLOSED_TO_PROGRAMS else OutsideLink.State.BROKEN), str(status)


def _own_path(address: str) -> str:
    """The path of an address that is written out in full but leads to this installation."""
    own = urlsplit(settings.ASPA_URL)
    parts = urlsplit(address) if address.startswith(("http://", "https://")) else None
    if parts is None or parts.netloc != own.netloc:
        return ""
    return (parts.path or "/") + (f"#{parts.fragment}" if parts.fragment else "")
