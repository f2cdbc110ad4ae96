"""Places in somebody's JSON: "order.id", "items[].sku", "lines[0].name"; a text in quotes stands for itself.

Several with " + " between are put together with blanks: "first_name + last_name".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_STEP = re.compile(r"([^.\[\]]+)|\[(\d*)\]")
_WHOLE = re.compile(r"(?:[^.\[\]]+|\[\d*\])(?:\.[^.\[\]]+|\[\d*\])*")
_AND = re.compile(r"\s+\+\s+")
MOST_PATHS = 400


def is_path(text: str) -> bool:
    return all(_constant(part) is not None or _WHOLE.fullmatch(part) for part in _AND.split(text))


def find(value: Any, path: str) -> Iterator[Any]:
    """What stands at that place; [] stands for each of a list, so there may be several. Nothing where there is none.

    Of a list with a single item some systems (PrestaShop) write the item alone: [] stands for that, too.
    """
    constant = _constant(path)
    if constant is not None:
        yield constant
        return
    yield from _walk(value, _STEP.findall(path))


def text_at(value: Any, path: str) -> str:
    """What stands there as text, of several with commas between; a list or an object is no text."""
    if not path:
        return ""
    return " ".join(filter(None, (", ".join(filter(None, map(_text, find(value, part)))) for part in _AND.split(path))))


def paths_in(value: Any, before: str = "") -> Iterator[str]:
    """The places of all texts and numbers in an example, of a list those in its first item."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from paths_in(one, f"{before}.{name}" if before else str(name))
    elif isinstance(value, list):
        yield f"{before}[]"
        if value:
            yield from paths_in(value[0], f"{before}[]")
    else:
        yield before


def _constant(path: str) -> str | None:
    return path[1:-1] if len(path) > 1 and path[0] == path[-1] == '"' else None


def _walk(value: Any, steps: list[tuple[str, str]]) -> Iterator[Any]:
    if not steps:
        yield value
        return
    (name, place), *rest = steps
    if name:
        if isinstance(value, dict) and name in value:
            yield from _walk(value[name], rest)
    elif isinstance(value, list):
        chosen = value if place == "" else value[int(place) : int(place) + 1]
        for one in chosen:
            yield from _walk(one, rest)
    elif isinstance(value, dict) and place in ("", "0"):
        yield from _walk(value, rest)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else ""
