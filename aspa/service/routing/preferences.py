"""How single customers are served, as far as somebody outside routing says it: segments do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple


class Preference(NamedTuple):
    """As if they had come so many minutes earlier, and by that team first; `segment` is the name of who they belong to."""

    ahead: int = 0
    team: int | None = None
    segment: str = ""


# By contact; those of whom nothing is said are left out.
Said = Callable[[Collection[int]], Mapping[int, Preference]]

_said: list[Said] = []
NONE = Preference()


def register(said: Said) -> None:
    _said.append(said)


def of(contact_ids: Collection[int]) -> Mapping[int, Preference]:
    """By contact; of several the one that is farthest ahead."""
    found: dict[int, Preference] = {}
    for said in _said:
        for contact, one in said(contact_ids).items():
            found[contact] = max(found.get(contact, NONE), one, key=lambda preference: preference.ahead)
    return found
