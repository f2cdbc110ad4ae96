"""What runs soon after something was published, and comes round by itself."""

from __future__ import annotations

import time

from aspa.kit.tasks import periodic, task
from aspa.service.search import gaps, indexing, rebuilding
from aspa.service.search.messages import tidying
from aspa.service.search.models import Dirty, State
from aspa.service.search.words import dictionaries

# Then other tasks have their turn.
ENOUGH = 10.0  # seconds


@periodic("* * * * *")
@task(retries=0)
def keep_up() -> None:
    """Index what has changed, and go on with what is being made anew."""
    if not dictionaries.are_read() and _has_work():
        # Before a transaction begins: they may take a minute to make, and on SQLite nobody else could write meanwhile.
        dictionaries.read_soon().join()
    until = time.monotonic() + ENOUGH
    while indexing.drain() or rebuilding.build_some():
        if time.monotonic() > until:
            keep_up.enqueue()
            break


def _has_work() -> bool:
    return Dirty.objects.exists() or State.objects.filter(building__isnull=False).exists()


@periodic("41 3 * * *")
@task(retries=0)
def forget_questions() -> None:
    gaps.forget()


@periodic("50 3 * * *")
@task(retries=2, backoff=600)
def tidy_index_of_messages() -> None:
    tidying.tidy_if_removed()
