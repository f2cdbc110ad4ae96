"""Which kinds of content a brand's help site has. Questions and answers are always there; the others are switched on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from aspa.service.knowledge.models import Kind, Switch
from aspa.service.search import content

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from aspa.core.inboxes.models import Brand


def is_on(brand_id: int, kind: str) -> bool:
    return kind in on(brand_id)


def on(brand_id: int) -> frozenset[str]:
    """The kinds that the brand has."""
    return frozenset({Kind.FAQ.value, *_switched(brand_id)})


def of_kinds_on(brand_id: int, field: str) -> Q:
    """The condition that the field's kind is one of them, within the query itself: most pages ask several."""
    return Q(**{field: Kind.FAQ}) | Q(**{f"{field}__in": _switched(brand_id)})


@transaction.atomic
def set_on(brand: Brand, kind: str, is_on: bool) -> None:
    """Raises ValueError for what can't be switched."""
    if kind not in Switch.Kind.values:
        raise ValueError(f"{kind} can’t be switched.")
    switch = Switch.objects.filter(brand=brand, kind=kind).first()
    if (switch is not None and switch.is_on) == is_on:
        return
    # Saved one by one: the audit log tells who did it.
    switch = switch or Switch(brand=brand, kind=kind)
    switch.is_on = is_on
    switch.save()
    content.touch_all()


def _switched(brand_id: int) -> QuerySet[Switch, str]:
    return Switch.objects.filter(brand=brand_id, is_on=True).values_list("kind", flat=True)
