"""Empties the database after a test that committed.

Django's own way empties every table and then makes its content types and permissions anew, for each such test; here the
few tables that the test wrote into are emptied and those that the migrations filled are left as they are.
"""

from __future__ import annotations

import functools

from django.db import connection, transaction

FILLED_BY_MIGRATIONS = {"auth_permission", "django_content_type", "django_migrations"}


def empty() -> None:
    """Leave the database as the migrations did."""
    with connection.cursor() as cursor:
        cursor.execute(written_into())
        written = [name for (name,) in cursor.fetchall()]
    if not written:
        return
    with connection.constraint_checks_disabled(), transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # No order of deleting pleases every foreign key.
            cursor.execute("SET LOCAL session_replication_role = replica")
        for name in written:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")


@functools.cache
def written_into() -> str:
    """A query for the names of the tables that hold anything."""
    # All of them: the task queue's on PostgreSQL are no models of ours.
    names = set(connection.introspection.table_names()) - _kept_by_triggers()
    return " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(name)})"
        for name in sorted(names - FILLED_BY_MIGRATIONS)
    )


def _kept_by_triggers() -> set[str]:
    """SQLite's full-text tables and what they are stored in: they follow the tables whose words they hold."""
    if connection.vendor != "sqlite":
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pragma_table_list WHERE type IN ('virtual', 'shadow')")
        return {name for (name,) in cursor.fetchall()}
