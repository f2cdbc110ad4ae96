"""Asking a shop's own interface: what its answers mean for us, whichever shop it is."""

from __future__ import annotations

import datetime as dt
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
from django.utils.translation import gettext as _

from aspa.kit import clock, outside
from aspa.service.shops.connector import Later, Never

# The longest that we let a shop make us wait, in seconds.
LONGEST_WAIT = 3600.0


def ask(method: str, url: str, **how: Any) -> httpx2.Response:
    """One request; the answer is a success. Raises Later or Never."""
    host = httpx2.URL(url).host
    try:
        with outside.client() as http:
            response = http.request(method, url, **how)
    except (outside.Refused, httpx2.UnsupportedProtocol, httpx2.InvalidURL) as problem:
        raise Never(_("Aspa may not ask %(host)s: it isn't on the public network.") % {"host": host}) from problem
    except httpx2.HTTPError as problem:
        raise Later(_("%(host)s doesn't answer.") % {"host": host}) from problem
    if response.is_success:
        return response
    raise _failure(host, response)


def json_of(response: httpx2.Response) -> Any:
    """Raises Later: a page of words in place of the data is a shop that is being mended."""
    try:
        return response.json()
    except ValueError as problem:
        raise Later(_("%(host)s answered with something that isn't data.") % {"host": response.url.host}) from problem


def _failure(host: str, response: httpx2.Response) -> Exception:
    place = {"host": host, "status": response.status_code}
    if response.status_code in (408, 425, 429) or response.status_code >= 500:
        busy = response.status_code == 429 or "Retry-After" in response.headers
        words = _("%(host)s is busy.") if busy else _("%(host)s has a fault of its own (%(status)s).")
        return Later(words % place, after=_wait(response))
    if response.status_code in (401, 403):
        return Never(_("%(host)s doesn't accept the key, or the key may not do this.") % place)
    if response.status_code == 404:
        return Never(_("%(host)s has no such place: is the address right?") % place)
    said = _said(response)
    if said:
        return Never(_("%(host)s refuses: %(words)s") % {**place, "words": said})
    return Never(_("%(host)s refuses (%(status)s).") % place)


def _wait(response: httpx2.Response) -> float:
    """Retry-After: seconds (Shopify writes "2.0"), or a date (RFC 9110 10.2.3)."""
    value = response.headers.get("Retry-After", "")
    try:
        seconds = float(value)
    except ValueError:
        try:
            until = parsedate_to_datetime(value)
        except ValueError:
            return 0.0
        seconds = (until.replace(tzinfo=until.tzinfo or dt.UTC) - clock.now()).total_seconds()
    return min(max(seconds, 0.0), LONGEST_WAIT)


def _said(response: httpx2.Response) -> str:
    """The shop's own words: WordPress's "message", Shopify's "errors", OAuth's "error_description"; a list may wrap them."""
    try:
        body = response.json()
    except ValueError:
        return ""
    said = (
        next(filter(None, map(body.get, ("message", "errors", "error_description"))), "")
        if isinstance(body, dict)
        else ""
    )
    if isinstance(said, dict):
        said = "; ".join(
            f"{name}: {', '.join(map(str, why)) if isinstance(why, list) else why}" for name, why in said.items()
        )
    return str(said or "")[:200]
