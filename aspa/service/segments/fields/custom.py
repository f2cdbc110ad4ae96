"""The brand's own fields, as `Contact.custom` holds them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, FloatField, Func
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext_lazy as _

from aspa.service.segments.fields.kinds import Date, Field, Flag, Number, Text
from aspa.service.timeline.models import Field as Custom

GROUP = _("Custom fields")
# In keys, before the field's own.
PREFIX = "custom."


def fields(brand: int) -> Iterator[Field]:
    for one in Custom.objects.filter(brand=brand):
        told: dict[str, Any] = {"key": f"{PREFIX}{one.key}", "name": one.label, "group": GROUP}
        # The key is a parameter of the query, as every value is.
        words = KeyTextTransform(one.key, "custom")
        match one.kind:
            case Custom.Kind.NUMBER:
                yield Number(**told, of=NumberAt(one.key))
            case Custom.Kind.DATE:
                yield Date(**told, of=words)
            case Custom.Kind.YES_NO:
                yield Flag(**told, of=words)
            case Custom.Kind.CHOICE:
                yield Text(**told, of=words, choices=tuple((choice, choice) for choice in one.choices))
            case _:
                yield Text(**told, of=words)


class NumberAt(Func):
    """The number at a key of `custom`; null where something else is, left from when the field was of another kind."""

    output_field = FloatField()

    def __init__(self, key: str) -> None:
        super().__init__(F("custom"))
        self.key = key

    def as_sqlite(self, compiler: Any, connection: Any, **_more: Any) -> tuple[str, list[Any]]:
        column, values = compiler.compile(self.source_expressions[0])
        path = f'$."{self.key}"'
        found = f"CASE WHEN json_type({column}, %s) IN ('integer', 'real') THEN json_extract({column}, %s) END"
        return found, [*values, path, *values, path]

    def as_postgresql(self, compiler: Any, connection: Any, **_more: Any) -> tuple[str, list[Any]]:
        column, values = compiler.compile(self.source_expressions[0])
        found = f"CASE WHEN jsonb_typeof({column} -> %s) = 'number' THEN ({column} ->> %s)::double precision END"
        return found, [*values, self.key, *values, self.key]
