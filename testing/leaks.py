"""What a test must not leave behind. The root conftest.py asks after each one.

A thread that ends without closing its connection to PostgreSQL keeps it out of the pool for good; some tests (or
hours) later nobody gets one any more.
"""

from __future__ import annotations

import time

from django.db import connection

# The pool's own threads may be replacing a connection that was lost, or making another.
PATIENCE = 5.0


def lent_connections() -> int:
    """How many connections are out of the pool beside this thread's own; 0 on SQLite, which has no pool."""
    deadline = time.monotonic() + PATIENCE
    while (lent := _lent_now()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return lent


def _lent_now() -> int:
    if connection.vendor != "postgresql" or connection.alias not in connection._connection_pools:  # type: ignore[attr-defined]
        return 0
    stats = connection.pool.get_stats()  # type: ignore[attr-defined]
    own = connection.connection is not None
    return int(stats["pool_size"] - stats["pool_available"] - own)
