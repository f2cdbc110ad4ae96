"""What comes round by itself."""

from __future__ import annotations

import datetime as dt
import logging

from aspa.kit import clock
from aspa.kit.tasks import periodic, task
from aspa.service.knowledge import links, media, publishing, views

log = logging.getLogger(__name__)


@periodic("* * * * *")
@task(retries=0)
def publish_scheduled() -> None:
    """Publish what is due. What can't be any more (another article has taken its address) goes back to the drafts."""
    for version in publishing.due(clock.now()):
        try:
            publishing.publish(version, by=None)
        except publishing.NotReady as problem:
            log.warning("Version %s couldn't be published at its time: %s", version.pk, problem)
            publishing.unschedule(version)


@task(retries=2, backoff=10)
def add_views(opened: list[tuple[int, int]], day: str) -> None:
    """`opened`: (version, how often)."""
    views.add(dict(opened), dt.date.fromisoformat(day))


@periodic("20 3 * * *")
@task(retries=0)
def forget_old_views() -> None:
    views.forget_old()


@periodic("30 3 * * *")
@task(retries=2, backoff=300)
def remove_unused_media() -> None:
    media.remove_unused()


@task(retries=1)
def look_at_links(addresses: list[str]) -> None:
    links.look_at(addresses)
