"""The webhooks in a shop that lead here: set up when it is connected, mended when they are missing, taken down on request.

All of it in a task, since it is a question to the shop for each of them.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from aspa.kit import clock
from aspa.kit.tasks import task
from aspa.service.commerce.models import Source
from aspa.service.shops.connector import Connector, Later, Never, NotUnderstood, connector_for
from aspa.service.shops.models import Connection

if TYPE_CHECKING:
    from collections.abc import Collection

# A shop that is busy or away is asked again after this, for so long.
PAUSE, PATIENCE = dt.timedelta(minutes=1), dt.timedelta(hours=1)


def want(source: Source, *, anew: bool = False) -> None:
    """Have the shop post to us, from soon on. `anew`: with webhooks that replace those that are there."""
    _ask(source, wanted=True, anew=anew)


def give_up(source: Source) -> None:
    """Have the webhooks removed, also those that a human has made for our door."""
    _ask(source, wanted=False, anew=False)


def keep_up(source: Source) -> None:
    """What was saved of the source may concern them: its key, its address, whether it is in use."""
    if Connection.objects.filter(source=source, hooks_wanted=True).exists():
        want(source)


def is_under_way(connection: Connection) -> bool:
    """Whether somebody is at it, as far as an admin wants to wait for."""
    asked, done = connection.hooks_asked_at, connection.hooks_at
    return asked is not None and (done is None or done < asked) and clock.now() - asked < PAUSE


def mend_all() -> None:
    """Shops give up on webhooks that failed for a while: those that are gone come back. Run every day."""
    for connection in Connection.objects.filter(hooks_wanted=True, source__is_active=True).select_related("source"):
        want(connection.source)


@task(retries=2)
def renew(source_id: int, anew: bool) -> None:
    """Make it as it is wanted now; what the shop refuses is noted for an admin."""
    source = Source.objects.get(pk=source_id)
    connection = Connection.objects.get(source=source)
    wanted = connection.hooks_wanted and source.is_active
    shop = connector_for(source)
    problem, topics = "", dict[str, str]()
    try:
        stay = _remove(shop, source, [] if anew or not wanted else shop.topics)
        if wanted:
            topics = {topic: "" if topic in stay else _add(shop, source, topic) for topic in shop.topics}
    except Later as failure:
        problem = str(failure)
        _try_again(connection, failure)
    except (Never, NotUnderstood) as failure:
        problem = str(failure)
    Connection.objects.filter(source=source).update(hooks=topics, hooks_problem=problem[:300], hooks_at=clock.now())


def _ask(source: Source, *, wanted: bool, anew: bool) -> None:
    with transaction.atomic():
        asked = {"hooks_wanted": wanted, "hooks_asked_at": clock.now()}
        Connection.objects.update_or_create(source=source, defaults=asked)
        renew.enqueue(source_id=source.pk, anew=anew)


def _remove(shop: Connector, source: Source, staying: Collection[str]) -> set[str]:
    """Remove what leads here, but one for each of the topics that stay; gives those that are there and work."""
    there: set[str] = set()
    for hook in shop.hooks(source):
        if hook.topic in staying and hook.topic not in there and hook.is_on:
            there.add(hook.topic)
        else:
            shop.remove_hook(source, hook)
    return there


def _add(shop: Connector, source: Source, topic: str) -> str:
    """What is wrong with it; a key that may not hear of one thing may well hear of another."""
    try:
        shop.add_hook(source, topic)
    except Never as refusal:
        return str(refusal)[:200]
    return ""


def _try_again(connection: Connection, failure: Later) -> None:
    now = clock.now()
    if connection.hooks_asked_at is not None and now - connection.hooks_asked_at < PATIENCE:
        later = now + max(PAUSE, dt.timedelta(seconds=failure.after))
        renew.enqueue_at(later, source_id=connection.source_id, anew=False)
