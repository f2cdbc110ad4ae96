"""Who writes too fast is asked to wait, and what came too fast is held: the one in this process, the other for all."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from aspa.kit import clock
from aspa.kit.rates import Buckets
from aspa.service.moderation.models import Item

if TYPE_CHECKING:
    from aspa.core.people.models import Contact

# A household or an office behind one address; then one in half a minute.
_networks = Buckets(1 / 30, 12)
# One person in a lively talk.
_people = Buckets(1 / 60, 6)

WINDOW = dt.timedelta(minutes=10)
# Of one person within the window; more than this is held.
MOST_OF_ONE = 5
# Of all a brand's newcomers together: many new accounts that write a little each are a flood as well.
MOST_OF_NEWCOMERS = 25


def wait(network: str, contact: Contact | None) -> float:
    """Seconds to wait before anything more is taken from there; 0.0 when it may come now."""
    asked = _networks.take(network)
    return asked or (_people.take(str(contact.pk)) if contact is not None else 0.0)


def words() -> str:
    """What the one is told who has to wait."""
    return _("That was a lot at once. What you wrote is still here: wait a minute and send it again.")


def is_flood(contact: Contact, brand_id: int, *, is_newcomer: bool) -> bool:
    since = clock.now() - WINDOW
    if _is_more(MOST_OF_ONE, contact=contact.pk, at__gt=since):
        return True
    return is_newcomer and _is_more(MOST_OF_NEWCOMERS, brand=brand_id, at__gt=since, by_newcomer=True)


def _is_more(most: int, **rows: object) -> bool:
    """Whether there are as many as that; no more of them are read."""
    return len(Item.objects.filter(**rows).values_list("pk", flat=True)[:most]) >= most
