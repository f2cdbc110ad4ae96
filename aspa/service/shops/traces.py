"""Where a person stands in what shops and admins handed over and nobody has tied to them: found by their addresses."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from aspa.core.people.models import Identity
from aspa.kit import clock
from aspa.service.shops.models import Delivery, Import, RefusedRow

KINDS = (Identity.Kind.EMAIL, Identity.Kind.PHONE, Identity.Kind.SHOP)
# A shorter one stands in many others' data as well.
LEAST_LENGTH = 6
BLOCK = 1024 * 1024


def deliveries(contact_ids: list[int]) -> QuerySet[Delivery]:
    """Those that tell of these contacts, and of those that weren't understood the ones that have their addresses."""
    open_ = Delivery.objects.filter(contact=None, state__in=(Delivery.State.NEW, Delivery.State.FAILED))
    loose = open_.filter(_has("body", _values(contact_ids))).values("pk")
    return Delivery.objects.filter(Q(contact__in=contact_ids) | Q(pk__in=loose)).exclude(body="")


def refused_rows(contact_ids: list[int]) -> QuerySet[RefusedRow]:
    return RefusedRow.objects.filter(_has("cells", _values(contact_ids)))


def imports(contact_ids: list[int]) -> QuerySet[Import]:
    """Those whose file is still here and has their addresses."""
    values = [value.lower().encode() for value in _values(contact_ids)]
    waiting = Import.objects.exclude(file="") if values else Import.objects.none()
    return Import.objects.filter(pk__in=[one.pk for one in waiting if _stands_in(one, values)])


def throw_away_files(contact_ids: list[int], limit: int) -> int:
    """The whole file: nobody can tell which of its rows are the person's and which somebody else's."""
    found = list(imports(contact_ids)[:limit])
    for one in found:
        one.file.delete(save=False)
        one.name, one.ended_at = "", clock.now()
        one.state = Import.State.DONE
        one.save(update_fields=["file", "name", "state", "ended_at"])
    return len(found)


def _values(contact_ids: list[int]) -> list[str]:
    found = Identity.objects.filter(contact__in=contact_ids, kind__in=KINDS).values_list("value", flat=True)
    return [value for value in found if len(value) >= LEAST_LENGTH]


def _has(field: str, values: Iterable[str]) -> Q:
    """Also as JSON writes letters that aren't English."""
    written = {form for value in values for form in (value, json.dumps(value)[1:-1])}
    whole = Q(pk__in=[])
    for form in written:
        whole |= Q(**{f"{field}__icontains": form})
    return whole


def _stands_in(one: Import, values: list[Any]) -> bool:
    """Read in blocks that overlap, so that nothing stands between two of them."""
    try:
        with one.file.open("rb") as file:
            before = b""
            while block := file.read(BLOCK):
                # UTF-16 has a zero beside each English letter.
                here = (before + block).replace(b"\0", b"").lower()
                if any(value in here for value in values):
                    return True
                before = block[-1024:]
    except OSError:
        return False
    return False
