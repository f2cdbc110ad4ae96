"""What customers publish: whoever shows it registers here how moderation reaches it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.utils.functional import Promise

    from aspa.service.moderation.states import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One of them as staff sees it. `text`: plain, as it was written. `about`: in a line, what it stands under.

    `url`: the path of its public page. `pictures`: addresses that staff may load. `stars`: of a review.
    """

    title: str
    text: str
    url: str = ""
    pictures: tuple[str, ...] = ()
    about: str = ""
    stars: int = 0


class Kind(Protocol):
    """`key`: at most 20 characters; `icon`: a Lucide name."""

    key: str
    icon: str

    @property
    def name(self) -> str | Promise: ...

    def becomes(self, key: int, state: State) -> None:
        """Write it to the thing's own row, and tell the search. In the caller's transaction; safe to do twice."""

    def shown(self, keys: Collection[int]) -> dict[int, Shown]:
        """These, by key, in a query or two; those that are gone are left out."""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known. Registering a key twice is a mistake and raises ValueError."""
    if kind.key in _kinds and type(_kinds[kind.key]) is not type(kind):
        raise ValueError(f"Two kinds of what customers publish call themselves {kind.key!r}.")
    _kinds[kind.key] = kind


def kind_of(key: str) -> Kind:
    """Raises LookupError for one that nobody registered."""
    try:
        return _kinds[key]
    except KeyError:
        raise LookupError(f"Nobody publishes {key!r}.") from None


def kinds() -> list[Kind]:
    return [_kinds[key] for key in sorted(_kinds)]
