"""Reading JSON that others wrote: each value is looked at as it is taken, and a fault names its place."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from aspa.kit import text as texts
from aspa.service.commerce import money
from aspa.service.shops.connector import NotUnderstood


def read(body: str) -> Any:
    """The JSON value in the text. Raises NotUnderstood."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotUnderstood(_("This isn't JSON.")) from error


class Payload:
    """A JSON object at `place`. Its methods raise NotUnderstood for what isn't of their kind; null is as if it weren't there."""

    def __init__(self, raw: Any, place: str = "") -> None:
        if not isinstance(raw, dict):
            raise NotUnderstood(_("%(place)s should be an object.") % {"place": place or "JSON"})
        self._raw: dict[str, Any] = raw
        self._place = f"{place}." if place else ""

    def text(self, name: str) -> str:
        """Words or a number, cleaned; empty when it isn't there."""
        value = self._raw.get(name)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise NotUnderstood(_("%(place)s should be text.") % self._at(name))
        return texts.clean(str(value))

    def needed(self, name: str) -> str:
        """As `text`, but it has to be there."""
        value = self.text(name)
        if not value:
            raise NotUnderstood(_("%(place)s is missing.") % self._at(name))
        return value

    def amount(self, name: str, currency: str) -> int:
        """In minor units; 0 when it isn't there."""
        value = self.text(name)
        try:
            return money.minor(value or "0", currency)
        except ValueError:
            raise NotUnderstood(_("%(place)s should be an amount.") % self._at(name)) from None

    def moment(self, name: str) -> dt.datetime | None:
        """Of ISO 8601; without an offset it is UTC."""
        value = self.text(name)
        if not value:
            return None
        try:
            found = parse_datetime(value)
        except ValueError:
            found = None
        if found is None:
            raise NotUnderstood(_("%(place)s should be a moment.") % self._at(name))
        return found if found.tzinfo else found.replace(tzinfo=dt.UTC)

    def within(self, name: str) -> Payload:
        """The object of that name; an empty one when it isn't there. WordPress writes an empty object as []."""
        value = self._raw.get(name)
        return Payload({} if value is None or value == [] else value, f"{self._place}{name}")

    def each(self, name: str) -> Iterator[Payload]:
        """The objects of the list of that name."""
        value = self._raw.get(name)
        if value is None:
            return
        if not isinstance(value, list):
            raise NotUnderstood(_("%(place)s should be a list.") % self._at(name))
        for number, one in enumerate(value):
            yield Payload(one, f"{self._place}{name}[{number}]")

    def _at(self, name: str) -> dict[str, str]:
        return {"place": f"{self._place}{name}"}

    @property
    def names(self) -> set[str]:
        return set(self._raw)


def joined(*parts: str) -> str:
    """What there is of a name, with blanks between."""
    return " ".join(part for part in parts if part)
