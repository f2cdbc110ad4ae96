"""How a code reaches the address that is to be proved: a courier for each kind of identity.

E-mail is here; a channel that carries text messages registers its own:

    couriers.register(Identity.Kind.PHONE, send)   # send(challenge, code), raises when it should be tried again
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from aspa.core.people.models import Identity

if TYPE_CHECKING:
    from aspa.service.verification.models import Challenge

Courier = Callable[["Challenge", str], None]

_couriers: dict[str, Courier] = {}


def register(kind: str, courier: Courier) -> None:
    """Registering another one for the same kind is a mistake and raises ValueError."""
    if _couriers.get(kind, courier) is not courier:
        raise ValueError(f"Two couriers want to carry codes to {kind!r}.")
    _couriers[kind] = courier


def reaches(kind: str) -> bool:
    return kind in _couriers


def carry(challenge: Challenge, code: str) -> None:
    """Raises what the courier raises: then the code hasn't gone."""
    _couriers[challenge.kind](challenge, code)


def masked(kind: str, value: str) -> str:
    """Enough of it to be known by who has it: what stands in a conversation is read by others too."""
    if kind == Identity.Kind.EMAIL:
        name, _at, domain = value.rpartition("@")
        return f"{name[:1]}…@{domain}"
    return f"…{value[-3:]}"
