"""Mail in the background: the receiver, the mailboxes, and the one who makes messages of what they bring."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from django.db import close_old_connections, connection

from aspa.channels.email.arriving import imap, keeping, smtpd, taking
from aspa.kit.turns import Turns

logger = logging.getLogger(__name__)

# How long to wait for mail that another process keeps, in seconds; a look is one read by index.
PAUSE = 1.0
# After a failure, growing from the first to the last.
FIRST_PAUSE, LAST_PAUSE = 1.0, 60.0
# How long a stop waits for what is being done. What is cut off is done again later.
PATIENCE = 15


def start() -> Callable[[], None]:
    """Start it in threads of this process. Gives what stops it. Raises smtpd.ListenError."""
    stop, turns = Event(), Turns()
    receiver = smtpd.Listening()
    threads = [
        Thread(target=handle, args=[stop, turns], name="mail", daemon=True),
        Thread(target=imap.look_after, args=[stop, turns], name="mailboxes", daemon=True),
    ]
    receiver.start()
    for thread in threads:
        thread.start()

    def finish() -> None:
        receiver.stop()
        stop.set()
        keeping.NEWS.set()
        for thread in threads:
            thread.join(PATIENCE)
        turns.close()

    return finish


def handle(stop: Event, turns: Turns) -> None:
    """Make messages of kept mail until stop is set. One process at a time, so that mail keeps its order."""
    pause = FIRST_PAUSE
    while not stop.is_set():
        keeping.NEWS.clear()
        try:
            while turns.take("mail") and not stop.is_set() and taking.take():
                close_old_connections()
            pause = FIRST_PAUSE
        except Exception as problem:
            level = logging.WARNING if isinstance(problem, taking.Later) else logging.ERROR
            logger.log(level, "Mail waits for %s s", pause, exc_info=True)
            connection.close()
            stop.wait(pause)
            pause = min(pause * 2, LAST_PAUSE)
            continue
        close_old_connections()
        keeping.NEWS.wait(PAUSE)
    connection.close()
