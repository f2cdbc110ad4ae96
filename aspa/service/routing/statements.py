"""Plain statements for what is read at every decision, on either database."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from typing import Any

from django.db import connection

# "… is one of these", of values as `several` gives them.
AMONG = {"postgresql": "= ANY(%s)", "sqlite": "IN (SELECT value FROM json_each(%s))"}


def rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """What it finds."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def several(values: Collection[Any]) -> Any:
    """Any number of values as one."""
    return list(values) if connection.vendor == "postgresql" else json.dumps(list(values))


def aware(moment: dt.datetime | None) -> dt.datetime | None:
    """SQLite keeps moments in UTC without saying so."""
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=dt.UTC)
