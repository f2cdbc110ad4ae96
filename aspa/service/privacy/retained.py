"""What may be removed by age: each app names its kinds in `holdings.py`, brands set the rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Rows that grow old together."""

    key: str
    title: _StrOrPromise
    rows: Callable[[], QuerySet[Any]]
    age: str
    brand: str
    channel: str
    remove: Callable[[list[Any]], object] | None
    least_days: int
    is_walked: bool


kinds: dict[str, Kind] = {}


def retain(
    key: str,
    title: _StrOrPromise,
    *,
    rows: Callable[[], QuerySet[Any]],
    age: str,
    brand: str,
    channel: str = "",
    remove: Callable[[list[Any]], object] | None = None,
    least_days: int = 1,
    is_walked: bool = False,
) -> None:
    """Name a kind of rows that a brand's rule may remove when they are old.

    rows: those that may go at all (carts still in use aren't among them). age: the DateTimeField (a path) that tells.
    brand: the path to the brand. channel: the path to the inbox's channel, "" when rules for it know no channels.
    remove: takes primary keys, at most a batch, in a transaction of its own; by default rows and their files
    are deleted. Brand and age must be in one index: a rule looks every night. is_walked: they aren't, or it is much work to
    tell which rows may go; then all rows are walked through by their keys, some at a time. (An index of the age alone won't
    do: each batch would pass again over what another brand keeps for longer.)
    """
    kinds[key] = Kind(
        key=key,
        title=title,
        rows=rows,
        age=age,
        brand=brand,
        channel=channel,
        remove=remove,
        least_days=least_days,
        is_walked=is_walked,
    )
