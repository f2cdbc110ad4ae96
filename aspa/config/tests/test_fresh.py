"""An empty database gets the same tables at once as by all the migrations."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import psycopg
import pytest

from testing.copies import created, with_tables
from testing.programs import environment_of, run_program

# Between two migrations Django makes every model anew. More than half of that time goes into making each field from its
# own arguments and into asking again and again which models are swapped; copies and what was answered are the same.
IN_TURN = """
import copy, django; django.setup()
from django.apps import apps
from django.core import management
from django.db.models import Field
answers, ask = {}, apps.get_swappable_settings_name
apps.get_swappable_settings_name = lambda name: answers[name] if name in answers else answers.setdefault(name, ask(name))
Field.clone = copy.deepcopy
management.call_command("migrate")
"""
# Names, and what they are; the order of columns is another where a migration added some.
ON_POSTGRESQL = (
    """SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, is_nullable,
              column_default, is_identity, identity_generation
       FROM information_schema.columns WHERE table_schema = 'public'""",
    """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
       FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT app, name FROM django_migrations",
)
ON_SQLITE = (
    """SELECT tables.name, columns.name, columns.type, columns."notnull", columns.dflt_value, columns.pk
       FROM sqlite_master AS tables JOIN pragma_table_xinfo(tables.name) AS columns WHERE tables.type = 'table'""",
    """SELECT tables.name, keys."table", keys."from", keys."to", keys.on_delete
       FROM sqlite_master AS tables JOIN pragma_foreign_key_list(tables.name) AS keys WHERE tables.type = 'table'""",
    "SELECT tbl_name, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL",
    "SELECT app, name FROM django_migrations",
)
CONSTRAINT = re.compile(r'CONSTRAINT "(\w+)" (CHECK|UNIQUE)')


@pytest.mark.django_db
@pytest.mark.timeout(240)
def test_both_ways_end_in_the_same_tables(tmp_path: Path) -> None:
    # What all tests begin with was made at once.
    at_once = found_in(with_tables("fresh_at_once", tmp_path))
    in_turn = found_in(made_in_turn(tmp_path))
    assert at_once == in_turn
    assert len(at_once) > 1000


def made_in_turn(home: Path) -> str:
    address = created("fresh_in_turn", home)
    run_program(environment_of(home, address), "-c", IN_TURN)
    return address


def found_in(address: str) -> set[tuple[object, ...]]:
    return on_sqlite(address) if address.startswith("sqlite") else on_postgresql(address)


def on_postgresql(address: str) -> set[tuple[object, ...]]:
    with psycopg.connect(address) as connection:
        return {row for query in ON_POSTGRESQL for row in connection.execute(query)}


def on_sqlite(address: str) -> set[tuple[object, ...]]:
    connection = sqlite3.connect(address.removeprefix("sqlite:///"))
    try:
        rows = {row for query in ON_SQLITE for row in connection.execute(query)}
        tables = list(
            connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL")
        )
    finally:
        connection.close()
    return rows | {(table, *constraint) for table, sql in tables for constraint in CONSTRAINT.findall(sql)}
