"""A segment's rule as data: groups of conditions, each a field, what is asked of it and a value.

Stored as {"join": "all" | "any", "parts": [part, …]}; a part is such a group or {"field", "op", "value"}.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Enough for what people can still read.
MOST_CONDITIONS, MOST_GROUPS, LONGEST = 40, 8, 200

JOINS = {"all": _("all of these"), "any": _("any of these")}
# What can be asked of each kind of field.
OPS: dict[str, dict[str, str | Promise]] = {
    "text": {
        "is": _("is"),
        "is_not": _("is not"),
        "has": _("contains"),
        "known": _("is known"),
        "unknown": _("isn’t known"),
    },
    "choice": {"is": _("is"), "is_not": _("is not")},
    "several": {"any": _("includes"), "none": _("doesn’t include")},
    "number": {"at_least": _("is at least"), "at_most": _("is at most")},
    "date": {"since": _("is that day or later"), "until": _("is that day or earlier")},
    "moment": {
        "within": _("at most (days) ago"),
        "over": _("over (days) ago"),
        "never": _("never"),
    },
    "fact": {"yes": _("yes"), "no": _("no")},
}
# These ask nothing more.
NEED_NO_VALUE = frozenset({"known", "unknown", "never", "yes", "no"})


@dataclasses.dataclass(frozen=True, slots=True)
class Condition:
    """`value` as it was written; the field that it is asked of reads it."""

    field: str
    op: str
    value: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Whether all of its parts have to hold, or any will do. Nothing holds of a group without parts."""

    every: bool = True
    parts: tuple[Group | Condition, ...] = ()

    def conditions(self) -> Iterator[Condition]:
        for part in self.parts:
            if isinstance(part, Group):
                yield from part.conditions()
            else:
                yield part


def read(data: Any, *, depth: int = 0) -> Group:
    """From what is stored or came from outside. Raises ValueError for anything else."""
    if not isinstance(data, Mapping) or data.get("join") not in JOINS or not isinstance(data.get("parts"), list):
        raise ValueError("That is not a group of conditions.")
    if depth > 1:
        raise ValueError("Groups stand in groups once.")
    parts = tuple(_part(part, depth) for part in data["parts"])
    group = Group(data["join"] == "all", parts)
    groups = sum(isinstance(part, Group) for part in parts)
    if groups > MOST_GROUPS or sum(1 for _one in group.conditions()) > MOST_CONDITIONS:
        raise ValueError("Nobody can read so many conditions.")
    return group


def write(group: Group) -> dict[str, Any]:
    """The reverse of `read`."""
    return {
        "join": "all" if group.every else "any",
        "parts": [write(part) if isinstance(part, Group) else dataclasses.asdict(part) for part in group.parts],
    }


def _part(data: Any, depth: int) -> Group | Condition:
    if isinstance(data, Mapping) and "parts" in data:
        return read(data, depth=depth + 1)
    if not isinstance(data, Mapping) or set(data) - {"field", "op", "value"}:
        raise ValueError("That is not a condition.")
    values = [data.get(name, "") for name in ("field", "op", "value")]
    if not all(isinstance(value, str) and len(value) <= LONGEST for value in values):
        raise ValueError("That is not a condition.")
    return Condition(*values)
