"""Which tiers customers have. No index knows, and there may be a million customers: what was found is kept."""

from __future__ import annotations

import datetime as dt

from aspa.core.people.models import Contact
from aspa.kit import clock
from aspa.kit.tasks import task
from aspa.service.sla.models import KnownTiers

# More of them help nobody who writes a policy.
MOST = 20
# So old what was found may be; then it is looked for again, after whoever asked has been answered.
OLD = dt.timedelta(hours=1)


def known() -> list[str]:
    """In the order of the alphabet, as they were an hour ago or when somebody last asked."""
    kept = KnownTiers.objects.first()
    if kept is None:
        return look()
    if clock.now() - kept.looked_at > OLD:
        look_again.enqueue()
    return list(kept.names)


def look() -> list[str]:
    """Look through all customers, and keep what is found."""
    found = Contact.objects.exclude(tier="").order_by().values_list("tier", flat=True).distinct()[:MOST]
    names = sorted(set(found))
    KnownTiers.objects.update_or_create(pk=1, defaults={"names": names, "looked_at": clock.now()})
    return names


@task(retries=0)
def look_again() -> None:
    look()
