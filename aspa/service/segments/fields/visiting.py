"""Which of the brand's pages the customer has looked at, where they agreed to it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from aspa.service.segments.fields.kinds import Field, Last, Several
from aspa.service.visits.models import Visit

GROUP = _("Page visits")


def fields(brand: int) -> Iterator[Field]:
    visits = Visit.objects.filter(brand=brand, contact__isnull=False)
    yield Last(key="last_visit", name=_("Last visit"), group=GROUP, rows=visits, at="at")
    yield Several(key="page", name=_("Has seen a page (address)"), group=GROUP, rows=visits, path="url__icontains")
    yield Several(key="product", name=_("Has seen a product"), group=GROUP, rows=visits, path="product__icontains")
