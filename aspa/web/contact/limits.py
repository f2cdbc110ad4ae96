"""How often one network or one address may send a form: a flood is slowed down, others don't notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aspa.kit.rates import Buckets
from aspa.web.live.visitor.limits import network

if TYPE_CHECKING:
    from django.http import HttpRequest

# Eight at once, as an office behind one address may send; then one in a minute.
_networks = Buckets(1 / 60, 8)
# Each form makes a letter to the address that was filled in: nobody shall be flooded with them.
_addresses = Buckets(1 / 600, 4)
# Looking for articles while one writes, an office behind one address.
_lookers = Buckets(0.2, 60)


def looking(request: HttpRequest) -> float:
    """Seconds to wait before somebody looks for articles again; 0.0 when they may now."""
    return _lookers.take(network(request.META.get("REMOTE_ADDR", "")))


def wait(request: HttpRequest, email: str) -> float:
    """Seconds to wait before another form is taken; 0.0 when it may come now."""
    asked = _networks.take(network(request.META.get("REMOTE_ADDR", "")))
    return asked or _addresses.take(email.strip().lower()[:254])
