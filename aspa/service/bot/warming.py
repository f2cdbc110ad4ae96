"""What the first answer would have to wait for, read beforehand: code, dictionaries, the lexicons. Only where a bot is on.

The journal's first stretch after a start, or after a bot is switched on, begins it: whoever runs the subscribers runs
the tasks as well. A process of its own for each; nothing of the database is read.
"""

from __future__ import annotations

import logging
from threading import Lock, Thread

logger = logging.getLogger(__name__)

_starting = Lock()
_reader: Thread | None = None


def begin() -> Thread:
    """In a thread of its own, once in the process's life. Costs nothing from then on."""
    global _reader
    with _starting:
        if _reader is None:
            _reader = Thread(target=_warm, name="bot warms up", daemon=True)
            _reader.start()
        return _reader


def _warm() -> None:
    try:
        from aspa.service.bot import talking, wishes  # noqa: F401 (it loads all that an answer takes)
        from aspa.service.search.words import dictionaries, normaliser

        dictionaries.read_soon().join()
        wishes.asks_for_person("palautus")
        normaliser.asked("Kauanko toimitus kestää?")
    except Exception:
        logger.exception("The bot couldn't be warmed up; its first answer takes longer")
