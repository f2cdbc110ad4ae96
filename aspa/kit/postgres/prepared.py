"""Statements that PostgreSQL plans once for a connection and not each time: for those of the busiest moments alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection


def prepared(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run it with these values for its `%s` and give its rows. The statement has to be the same text each time.

    Raises Django's database errors. Django's own cursor writes the values into the text, which is then planned anew.
    """
    connection.ensure_connection()
    bare: Any = psycopg.Cursor(connection.connection)
    with connection.make_debug_cursor(bare) if connection.queries_logged else connection.make_cursor(bare) as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
