"""Page visits among a customer's moments."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aspa.service.timeline import sources
from aspa.service.visits.models import Visit

if TYPE_CHECKING:
    from collections.abc import Sequence


class Visits(sources.Source):
    key = "visits"
    name = _("Page visits")
    icon = "eye"
    model = Visit

    def entries(self, asked: sources.Asked) -> Sequence[sources.Entry]:
        rows = Visit.objects.filter(contact=asked.contact)
        if asked.words:
            words = asked.words
            rows = rows.filter(Q(title__icontains=words) | Q(product__icontains=words) | Q(url__icontains=words))
        return [
            sources.Entry(at=visit.at, pk=visit.pk, title=titled(visit), text=place(visit), url=visit.url)
            for visit in asked.older(rows, at="at")
        ]


def titled(visit: Visit) -> str:
    return visit.product or visit.title or place(visit)


def place(visit: Visit) -> str:
    """The address as people read it."""
    parts = urlsplit(visit.url)
    return f"{parts.hostname or ''}{unquote(parts.path)}".rstrip("/")
