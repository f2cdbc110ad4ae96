"""What runs soon after something was published, and comes round by itself."""

from __future__ import annotations

import time

from aspa.kit.tasks import periodic, task
from aspa.service.search import gaps, indexing, rebuilding
from aspa.service.search.messages import tidying

# Then other tasks have their turn.
ENOUGH = 10.0  # seconds


@periodic("* * * * *")
@task(retries=0)
def keep_up() -> None:
    """Index what has changed, and go on with what is being made anew."""
    until = time.monotonic() + ENOUGH
    while indexing.drain() or rebuilding.build_some():
        if time.monotonic() > until:
            keep_up.enqueue()
            break


@periodic("41 3 * * *")
@task(retries=0)
def forget_questions() -> None:
    gaps.forget()


@periodic("50 3 * * *")
@task(retries=2, backoff=600)
def tidy_index_of_messages() -> None:
    tidying.tidy_if_removed()
