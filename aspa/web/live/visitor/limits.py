"""How much one visitor and one network address may do: a flood is slowed down, others don't notice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from aspa.kit.rates import Buckets
from aspa.web.live.http import HttpError


class Limits:
    """In each process for itself: several processes allow together as many times more."""

    def __init__(self) -> None:
        self._visitors = Buckets(settings.ASPA_CHAT_VISITOR_RATE, settings.ASPA_CHAT_VISITOR_BURST)
        self._addresses = Buckets(settings.ASPA_CHAT_ADDRESS_RATE, settings.ASPA_CHAT_ADDRESS_BURST)
        # Each conversation that begins takes its place in the agents' queue: a twentieth of what may be said.
        self._beginnings = Buckets(settings.ASPA_CHAT_ADDRESS_RATE / 20, settings.ASPA_CHAT_ADDRESS_BURST)
        self._sockets: Counter[str] = Counter()
        # Letters cost somebody else's attention: five at once, then one in ten minutes.
        self._letters = Buckets(1 / 600, 5)
        # Pages are turned faster than messages are written, and offices share an address.
        self._pages = Buckets(0.5, 60)
        self._networks = Buckets(5, 300)
        self._newcomers = Buckets(0.2, 60)
        # A search while one writes: an office may, a robot that reads everything out may not.
        self._searches = Buckets(0.5, 40)
        self._searching_networks = Buckets(5, 200)
        # Bytes: files are on the disk before their message is sent, if it ever is.
        self._bytes = Buckets(50_000, 25 * settings.ASPA_UPLOAD_BYTES)

    def message(self, visitor: str, address: str) -> None:
        """Raises HttpError 429 with the seconds to wait."""
        wait = self._visitors.take(visitor) or self._addresses.take(network(address))
        if wait:
            raise too_fast(wait)

    def begins(self, address: str) -> None:
        """Somebody's first message has come from there."""
        self._beginnings.take(network(address))

    def wait_to_begin(self, address: str) -> float:
        """The seconds before somebody new may begin to write from there; who is known already needn't wait."""
        return self._beginnings.wait(network(address))

    def file(self, visitor: str, address: str, size: int) -> None:
        self.message(visitor, address)
        self._take(self._bytes, network(address), min(size, settings.ASPA_UPLOAD_BYTES))

    def telling(self, visitor: str, address: str, *, is_new: bool) -> None:
        """A page or a cart that a shop tells of. Visitors whom nobody has seen before are rare at one address."""
        if is_new:
            self._take(self._newcomers, network(address))
        self._take(self._pages, visitor)
        self._take(self._networks, network(address))

    def helping(self, visitor: str, address: str, *, is_new: bool = False) -> None:
        """Looking for articles and reading them. Who begins to, of whom a row is made, is rare at one address."""
        if is_new:
            self._take(self._newcomers, network(address))
        self._take(self._searches, visitor)
        self._take(self._searching_networks, network(address))

    def letter(self, visitor: str, address: str) -> None:
        self._take(self._letters, visitor)
        self._take(self._letters, network(address))

    @contextmanager
    def socket(self, address: str) -> Iterator[None]:
        """While a visitor's socket is open. Raises HttpError 429 when the address has its share of them."""
        # Behind a local (Unix) socket all visitors have the same, empty address.
        party = network(address) if address else ""
        if party and self._sockets[party] >= settings.ASPA_CHAT_ADDRESS_SOCKETS:
            raise HttpError(429, "too_many", "Too many chats are open from this network address.", retry_after=60)
        self._sockets[party] += 1
        try:
            yield
        finally:
            self._sockets[party] -= 1
            if not self._sockets[party]:
                del self._sockets[party]

    def _take(self, buckets: Buckets, key: str, count: int = 1) -> None:
        wait = buckets.take(key, count=count)
        if wait:
            raise too_fast(wait)


def too_fast(wait: float) -> HttpError:
    return HttpError(429, "too_fast", _("That was a lot at once. We send it in a moment."), retry_after=wait)


@lru_cache(maxsize=10_000)
def network(address: str) -> str:
    """What one party has to itself: an IPv4 address, or the /64 in which an IPv6 address is."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        # As a server that listens on "::" names those who come by IPv4: all of them would be one /64.
        return str(parsed.ipv4_mapped)
    return str(int(parsed) >> 64) if isinstance(parsed, IPv6Address) else str(parsed)
