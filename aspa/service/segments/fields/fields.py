"""Every field that conditions can ask of a brand's customers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from aspa.service.segments.fields import agreeing, buying, conversing, custom, person, reviewing, visiting
from aspa.service.segments.fields.kinds import Field

SOURCES: tuple[Callable[[int], Iterator[Field]], ...] = (
    person.fields,
    agreeing.fields,
    custom.fields,
    conversing.fields,
    buying.fields,
    visiting.fields,
    reviewing.fields,
)


def of(brand: int) -> dict[str, Field]:
    """By key, in the order in which they are offered."""
    return {field.key: field for source in SOURCES for field in source(brand)}
