"""What comes round by itself, and what follows an order at once."""

from __future__ import annotations

from collections.abc import Collection

from aspa.kit.tasks import periodic, task
from aspa.service.carts import buying, landing


def look_soon(contact_ids: Collection[int]) -> None:
    """These contacts have ordered: where they were offered a cart, its result is known in a moment."""
    if buying.is_awaited(contact_ids):
        look_at_offers.enqueue()


@task(retries=2)
def look_at_offers() -> None:
    buying.look_at_offers()


@periodic("* * * * *")
@task(retries=0)
def look_at_carts() -> None:
    buying.sweep()


@periodic("29 * * * *")
@task(retries=0)
def forget_waiting_carts() -> None:
    landing.sweep()
