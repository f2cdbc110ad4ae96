"""The work behind the answers: tasks, and the subscribers of the journal.

`aspa serve` runs it in its own process, unless the installation stands on PostgreSQL and Redis:
there `aspa worker` does, in as many processes as are wanted.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from django.conf import settings
from django.db import close_old_connections, connection

from aspa.channels.email.arriving import running
from aspa.config.subscribers import SUBSCRIBERS
from aspa.core.conversations import subscriptions
from aspa.kit.tasks import worker

logger = logging.getLogger(__name__)

# How long an idle subscriber waits before it looks again, in seconds; a look is one read by index.
PAUSE = 0.5
# How long one waits that has more to read.
GAP = 0.05
# How long a stop waits for what is being done, in seconds. What is cut off is done again later.
PATIENCE = 15


def several_processes_may_share() -> bool:
    """Whether the installation can be more than one process: memory and SQLite tie it to one."""
    return connection.vendor == "postgresql" and bool(settings.ASPA_REDIS_URL)


def start_in_server() -> Callable[[], None]:
    """Start the work beside a server, unless that is the workers' part. Gives what stops it."""
    return (lambda: None) if several_processes_may_share() else start()


def start() -> Callable[[], None]:
    """Start the work in threads of this process. Gives what stops it, once what is being done is done."""
    # First, since it alone can be refused: the addresses where mail is received may be taken.
    finish_mail = running.start()
    stop = Event()
    threads = [Thread(target=worker.run, args=[stop], name="tasks", daemon=True)]
    threads += [
        Thread(target=follow, args=[name, handler, stop], name=f"subscriber {name}", daemon=True)
        for name, handler in SUBSCRIBERS.items()
    ]
    for thread in threads:
        thread.start()

    def finish() -> None:
        finish_mail()
        stop.set()
        for thread in threads:
            thread.join(PATIENCE)

    return finish


def follow(name: str, handler: subscriptions.Handler, stop: Event) -> None:
    """Hand a subscriber its events until stop is set. A batch that fails is tried again later."""
    while not stop.is_set():
        try:
            # One that has caught up pauses too: while customers write without a break it would otherwise take a lock
            # and a commit for every few events, each of which the customers' own commits wait for on SQLite. One that
            # is behind leaves them a gap, since SQLite lets nobody queue for its lock.
            wait = GAP if subscriptions.run_once(name, handler) else PAUSE
        except Exception:
            wait = pause_after_failure(name)
        if connection.vendor != "sqlite":
            # Back to the pool. SQLite's takes longer to open than a look at the journal, and one here is no burden.
            close_old_connections()
        stop.wait(wait)
    connection.close()


def pause_after_failure(name: str) -> float:
    """How long to wait, in seconds, after noting the failure (which a lost database prevents)."""
    try:
        return subscriptions.note_failure(name)
    except Exception:
        logger.exception("Subscriber %s can't reach the database", name)
        connection.close()
        return 5.0
