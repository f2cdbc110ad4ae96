"""Whether a shop knows us: asked when an admin wants to know, and once a day by itself."""

from __future__ import annotations

from aspa.kit import clock
from aspa.service.commerce.models import Source
from aspa.service.shops.connector import Later, Never, connector_for, connectors
from aspa.service.shops.models import Connection


def check(source: Source) -> str:
    """Ask the shop now and keep what is wrong, which is given, too; empty when nothing is."""
    problem = ""
    try:
        if not connector_for(source).check(source):
            return ""
    except (Later, Never) as failure:
        problem = str(failure)
    seen = {"checked_at": clock.now(), "problem": problem[:300]}
    Connection.objects.update_or_create(source=source, defaults=seen)
    return problem


def check_all() -> None:
    """A key that has run out shows before somebody misses an order."""
    for source in Source.objects.filter(is_active=True, kind__in=[one.key for one in connectors()]):
        check(source)
