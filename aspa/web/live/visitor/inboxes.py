"""The inbox a request names, remembered for a few seconds: ten thousand widgets ask for the same one."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings

from aspa.core.inboxes.models import Inbox
from aspa.kit.ids import is_client_id
from aspa.web.live.http import HttpError

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand
    from aspa.web.live.database import Threads

KEPT = 5.0
OWN = urlsplit(settings.ASPA_URL).netloc


class Inboxes:
    def __init__(self, threads: Threads) -> None:
        self._threads = threads
        self._known: dict[str, tuple[float, Inbox | None]] = {}

    def known(self, public_id: str) -> Inbox | None:
        """The inbox if it was read a moment ago."""
        known = self._known.get(public_id)
        return known[1] if known is not None and known[0] >= time.monotonic() else None

    async def get(self, public_id: str) -> Inbox:
        """Raises HttpError 404 for an inbox that isn't there or isn't in use."""
        if not is_client_id(public_id):
            # PostgreSQL refuses even to look for some.
            raise HttpError(404, "no_inbox", "There is no such chat.")
        known = self._known.get(public_id)
        if known is None or known[0] < time.monotonic():
            if len(self._known) > 1_000:
                self._known.clear()
            inbox = await self._threads.read(_read, public_id)
            known = self._known[public_id] = (time.monotonic() + KEPT, inbox)
        if known[1] is None:
            raise HttpError(404, "no_inbox", "There is no such chat.")
        return known[1]


def _read(public_id: str) -> Inbox | None:
    return Inbox.objects.filter(public_id=public_id, channel="webchat", is_active=True).select_related("brand").first()


def may_embed(inbox: Inbox, origin: str) -> bool:
    """Is this page's origin one of the brand's web addresses, or our own (the preview)?"""
    return is_of_brand(inbox.brand, origin)


def is_of_brand(brand: Brand, origin: str) -> bool:
    """An address is a host, perhaps with a port; "*.shop.fi" is every host below shop.fi. No origin at all means no page
    of another site: browsers always name it there.
    """
    return not origin or _is_of(origin, tuple(brand.domains))


@lru_cache(maxsize=1_000)
def _is_of(origin: str, domains: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        # "http://[" is no address.
        return False
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return False
    if parts.netloc == OWN:
        return True
    for domain in domains:
        if domain in (parts.netloc, parts.hostname) or (
            domain.startswith("*.") and parts.hostname.endswith(domain[1:])
        ):
            return True
    return False
