"""What is erased on SQLite must go from the file as well, not only from the tables.

A deleted row's bytes stay in the file until they are written over, and earlier versions of a changed row may lie
anywhere in it. Erasing overwrites what it deletes at once, and the log beside the database is emptied; the rest goes
when the database is written anew, which happens in the night after an erasure (docs/decisions/0019-erasing.md).
PostgreSQL does it by itself (autovacuum).
"""

from __future__ import annotations

import datetime as dt
import logging
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connection

from aspa.kit import clock
from aspa.service.privacy.models import Erasure, Removal

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

# Writers wait while it is written anew: of a larger one a person does it, at a quiet time (`aspa compact`).
LARGEST = 1024 * 1024 * 1024  # bytes


@contextmanager
def overwriting() -> Iterator[None]:
    """Within, SQLite writes zeros over what is deleted or changed."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete")
        (before,) = cursor.fetchone()
        cursor.execute("PRAGMA secure_delete=ON")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA secure_delete={int(before):d}")


def empty_the_log() -> None:
    """Move the write-ahead log into the database and cut it to nothing, as far as nobody reads in it just now."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def is_large() -> bool:
    name = Path(str(connection.settings_dict["NAME"]))
    return name.exists() and name.stat().st_size > LARGEST


def compact() -> None:
    """Write the database anew, so that no trace is left between the rows. Writers wait meanwhile."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
    empty_the_log()


def compact_if_erased() -> None:
    """In the night: when something of a person was removed since the last one, and the database isn't too large."""
    since = clock.now() - dt.timedelta(hours=26)
    if not (Erasure.objects.filter(done_at__gte=since).exists() or Removal.objects.filter(at__gte=since).exists()):
        return
    if is_large():
        logger.warning("The database is large: run `aspa compact` at a quiet time to overwrite what was erased.")
        return
    compact()
