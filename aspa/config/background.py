"""The work behind the answers: tasks, and the subscribers of the journal.

`aspa serve` runs it in its own process, unless the installation stands on PostgreSQL and Redis:
there `aspa worker` does, in as many processes as are wanted.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from threading import Event, Thread

from django.conf import settings
from django.db import close_old_connections, connection

from aspa.channels.email.arriving import running
from aspa.config.subscribers import SUBSCRIBERS
from aspa.core.conversations import subscriptions
from aspa.kit.bus import bus
from aspa.kit.tasks import worker
from aspa.service.search.messages.following import keep_following

logger = logging.getLogger(__name__)

# How long the subscribers wait before they look again, in seconds; a look is two reads by index.
PAUSE = 0.5
# But so many times as long as their last look took.
REST = 20
# And so many times as long even when somebody waits for them.
AT_LEAST = 2
# How long they wait when one has more to read.
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
    threads.append(Thread(target=follow, args=[SUBSCRIBERS, stop], name="journal", daemon=True))
    # On its own: what it writes isn't what the others' transaction is about, nor in the same database on SQLite.
    threads.append(Thread(target=keep_following, args=[stop], name="index", daemon=True))
    if several_processes_may_share():
        # Nothing else here listens to what other processes tell.
        threads.append(Thread(target=hear, args=[stop], name="bus", daemon=True))
    for thread in threads:
        thread.start()

    def finish() -> None:
        finish_mail()
        stop.set()
        subscriptions.hurry()
        for thread in threads:
            thread.join(PATIENCE)

    return finish


def hear(stop: Event) -> None:
    """Let other processes hurry the subscribers, until stop is set."""
    end = bus.subscribe(subscriptions.HURRY, lambda _payload: subscriptions.hurried.set())
    asyncio.run(_hear(stop))
    end()


async def _hear(stop: Event) -> None:
    listening = asyncio.create_task(bus.run())
    await asyncio.to_thread(stop.wait)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


def follow(handlers: Mapping[str, subscriptions.Handler], stop: Event) -> None:
    """Hand the subscribers their events until stop is set. Whose batch fails is left out until its next try."""
    again_at: dict[str, float] = {}
    while not stop.is_set():
        due = {name: handler for name, handler in handlers.items() if again_at.get(name, 0) <= time.monotonic()}
        begun = time.monotonic()
        subscriptions.hurried.clear()
        passed = subscriptions.run_all(due)
        took = time.monotonic() - begun
        for name, error in passed.failed.items():
            again_at[name] = time.monotonic() + pause_after_failure(name, error)
        if connection.vendor != "sqlite":
            # Back to the pool. SQLite's takes longer to open than a look at the journal, and one here is no burden.
            close_old_connections()
        # Those that have caught up pause too: while customers write without a break they would otherwise take a lock
        # and a commit for every few events, each of which the customers' own commits wait for on SQLite. Those that
        # are behind leave them a gap, since SQLite lets nobody queue for its lock.
        rest = GAP if passed.more else max(PAUSE, REST * took)
        least = min(rest, max(GAP, AT_LEAST * took))
        stop.wait(least)
        subscriptions.hurried.wait(rest - least)
    connection.close()


def pause_after_failure(name: str, error: Exception) -> float:
    """How long to wait, in seconds, after noting the failure (which a lost database prevents)."""
    try:
        return subscriptions.note_failure(name, error)
    except Exception:
        logger.exception("Subscriber %s can't reach the database", name)
        connection.close()
        return 5.0
