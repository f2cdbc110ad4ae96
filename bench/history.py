"""An installation with years behind it, made by bulk SQL and kept between runs in the system's temporary folder.

Of `n` conversations about 3 % are open and most of the others ended; every hundredth has 50 messages, the others four
or five, so that there are five for each. The journal stays empty: no page of the desk reads it, and a server would
first follow millions of old events.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import pwd
import re
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.seed import Seed
from bench.server import ROOT, Place, prepared
from testing import services
from testing.programs import run_program

if TYPE_CHECKING:
    import psycopg

LONG = 100  # each so many-th conversation is a long one
LONG_MESSAGES = 50
SECONDS_BETWEEN = 60

FILLED = ("people_contact", "people_identity", "conversations_conversation", "conversations_message")
LABELLED = "conversations_conversation_labels"

# {numbers}: a table of the conversations' numbers from 1; {time}(x): a moment from seconds since 1970; {now}: seconds.
# `plan` says which messages each conversation has.
STATEMENTS = (
    """INSERT INTO people_contact (id, brand_id, name, language, tier, custom, created_at)
       SELECT 1000 + n, {brand}, 'Asiakas ' || n, 'fi', '', '{{}}', {time_now} FROM numbers WHERE n <= {contacts}""",
    """INSERT INTO people_identity (id, brand_id, contact_id, kind, value, verified_how, created_at)
       SELECT 1000 + n, {brand}, 1000 + n, 'email', 'asiakas' || n || '@example.fi', '', {time_now}
       FROM numbers WHERE n <= {contacts}""",
    """CREATE TABLE plan AS
       SELECT n AS id, size, sum(size) OVER (ORDER BY n) - size AS before, at,
              CASE WHEN draw < 30 THEN 'open' WHEN draw < 45 THEN 'waiting' WHEN draw < 50 THEN 'snoozed' ELSE 'closed'
              END AS status,
              CASE (n / 7) % 3 WHEN 0 THEN {owner} WHEN 1 THEN {agent} END AS assignee, {inbox} + n % 3 AS inbox
       FROM (SELECT n, (n * 7919) % 1000 AS draw, {now} - ({size} - n) * {between} AS at,
                    CASE WHEN n % {long} = 0 THEN {long_messages} WHEN n % 11 < 7 THEN 5 ELSE 4 END AS size
             FROM numbers) AS numbered""",
    """INSERT INTO conversations_conversation (id, brand_id, inbox_id, contact_id, subject, language, status,
              closed_how, closed_reason, closed_at, priority, assignee_id, team_id, snoozed_until, waiting_since,
              created_at,
              last_activity_at, preview, preview_kind, last_message_id, last_incoming_id, contact_read_id,
              agent_read_id, context)
       SELECT id, {brand}, inbox, 1001 + id % {contacts}, 'Tilaus ' || id, 'fi', status,
              CASE WHEN status = 'closed' THEN 'customer' ELSE '' END, '',
              CASE WHEN status = 'closed' THEN {time_at} END, 0, assignee, {team},
              CASE WHEN status = 'snoozed' THEN {time_snoozed} END, CASE WHEN status = 'open' THEN {time_at} END,
              {time_begun}, {time_at}, 'Kiitos avusta! Paketti tuli perille tänään, tilaus ' || id, 'incoming',
              before + size, before + size, before + size, 0, '{{}}'
       FROM plan ORDER BY id""",
    """INSERT INTO conversations_message (id, conversation_id, inbox_id, kind, is_public, agent_id, contact_id, text,
              html, code, data, has_attachments, created_at, state, state_reason, external_id, client_id)
       SELECT before + n, id, inbox, CASE WHEN n % 10 = 0 THEN 'note' WHEN n % 2 = 0 THEN 'reply' ELSE 'incoming' END,
              n % 10 <> 0, CASE WHEN n % 2 = 0 THEN {agent} END, CASE WHEN n % 2 = 1 THEN 1001 + id % {contacts} END,
              'Hei! Tilauksen ' || id || ' paketti numero ' || n || ' on matkalla ja tulee noutopisteeseen huomenna. '
              || 'Saat siitä tekstiviestin, ja voit vastata tähän, jos jokin jäi epäselväksi.', '',
              '', '{{}}', false, {time_message}, CASE WHEN n % 2 = 0 THEN 'sent' ELSE 'stored' END, '',
              'bench:' || (100000000 + before + n), NULL
       FROM plan JOIN fifty ON fifty.n <= plan.size ORDER BY before, n""",
    f"INSERT INTO {LABELLED} (conversation_id, label_id) SELECT id, {{label}} FROM plan WHERE id % 9 = 0",
    "DROP TABLE plan",
)


@contextlib.contextmanager
def history(database: str, conversations: int) -> Iterator[tuple[Place, Seed]]:
    """The installation with so many conversations; made when it is not there yet (a few minutes for a million)."""
    folder = kept_folder(database, conversations)
    made = folder / "seed.json"
    # After a week its sessions near their end.
    if not made.exists() or made.stat().st_mtime < time.time() - 7 * 24 * 3600:
        for former in folder.parent.glob(f"{database}-{conversations}-*"):
            shutil.rmtree(former)
        folder.mkdir(mode=0o755, parents=True)
        print(f"making {conversations:,} conversations on {database} in {folder}", file=sys.stderr, flush=True)
        started = time.monotonic()
        with data(database, folder, durable=False) as at:
            run_program(at.environment, "-m", "aspa.cli", "migrate")
            seed = prepared(at)
            fill(at, seed, conversations)
        made.write_text(json.dumps(dataclasses.asdict(seed)), encoding="utf-8")
        print(f"made in {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    with data(database, folder, durable=True) as at:
        yield at, Seed(**json.loads(made.read_text(encoding="utf-8")))


def kept_folder(database: str, conversations: int) -> Path:
    """Where that data is kept; another place once the tables or this file have changed."""
    sources = [*sorted((ROOT / "aspa").rglob("migrations/*.py")), Path(__file__), Path(__file__).with_name("seed.py")]
    state = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"aspa-bench-kept-{os.geteuid()}" / f"{database}-{conversations}-{state}"


@contextlib.contextmanager
def data(database: str, folder: Path, *, durable: bool) -> Iterator[Place]:
    """The place in the folder, with its PostgreSQL running."""
    if database == "SQLite":
        yield Place(folder, f"sqlite:///{folder / 'aspa.sqlite3'}")
        return
    with kept_postgres(folder, durable=durable) as database_url, services.valkey() as redis_url:
        yield Place(folder, database_url, redis_url)


@contextlib.contextmanager
def kept_postgres(folder: Path, *, durable: bool) -> Iterator[str]:
    """A PostgreSQL whose data stays in the folder."""
    user = services.UNPRIVILEGED if os.geteuid() == 0 else None
    cluster = folder / "postgres"
    switch = "on" if durable else "off"
    settings = {
        "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": "200", "timezone": "UTC",
        "shared_buffers": "128MB", "maintenance_work_mem": "512MB", "max_wal_size": "8GB", "fsync": switch,
        "synchronous_commit": switch, "full_page_writes": switch,
    }  # fmt: skip
    with services.scratch_folder("aspa-postgres-", user) as scratch:
        programs = services.postgres_programs()
        if user:
            programs = services.readable_by_all(programs, scratch)
        fresh = not cluster.exists()
        if fresh:
            cluster.mkdir()
            if user:
                account = pwd.getpwnam(user)
                os.chown(cluster, account.pw_uid, account.pw_gid)
            services.make_cluster(programs, cluster / "data", user)

        def command(port: int) -> list[str]:
            pairs = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
            return [str(programs / "postgres"), "-D", str(cluster / "data"), f"--port={port}", *pairs]

        log = scratch / "log"
        answers = services.postgres_answers
        with services.server(command, log, user=user, stop=signal.SIGINT, answers=answers) as port:
            url = f"postgres://postgres@127.0.0.1:{port}"
            if fresh:
                services.create_database(f"{url}/postgres", "aspa")
            yield f"{url}/aspa"


def fill(at: Place, seed: Seed, conversations: int) -> None:
    """Put the history into the seeded database."""
    if at.database_url.startswith("sqlite"):
        fill_sqlite(at, seed, conversations)
    else:
        fill_postgres(at, seed, conversations)


def values(seed: Seed, conversations: int, *, moment: str) -> dict[str, Any]:
    """What the statements' braces stand for. moment: how the database writes a time, with {} for the seconds."""
    times = {
        "now": "{now}",
        "at": "at",
        "begun": "at - 3000",
        "snoozed": "at + 86400000",
        "message": "at - 60 * (size - n)",
    }
    now = int(time.time())
    return {
        "now": now,
        "size": conversations,
        "contacts": max(1, conversations // 4),
        "between": SECONDS_BETWEEN,
        "long": LONG,
        "long_messages": LONG_MESSAGES,
        "brand": seed.brand_id,
        "inbox": seed.inbox_id,
        "team": seed.team_id,
        "label": seed.label_id,
        "owner": seed.owner_id,
        "agent": seed.agent_id,
        **{f"time_{name}": moment.format(seconds.format(now=now)) for name, seconds in times.items()},
    }


def fill_sqlite(at: Place, seed: Seed, conversations: int) -> None:
    connection = sqlite3.connect(at.database_url.removeprefix("sqlite:///"), isolation_level=None)
    try:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-500000", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        marks = ",".join("?" * len(FILLED))
        indexes = connection.execute(
            f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({marks})",
            FILLED,
        ).fetchall()
        connection.execute("BEGIN")
        # Building an index once is several times faster than keeping it up to date.
        for name, _ in indexes:
            connection.execute(f'DROP INDEX "{name}"')
        for table, size in (("numbers", conversations), ("fifty", LONG_MESSAGES)):
            connection.execute(f"CREATE TEMP TABLE {table} (n INTEGER PRIMARY KEY)")
            up = f"WITH RECURSIVE up(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM up WHERE n < {size})"
            connection.execute(f"INSERT INTO {table} {up} SELECT n FROM up")
        filling = values(seed, conversations, moment="strftime('%Y-%m-%d %H:%M:%S', {}, 'unixepoch')")
        for statement in STATEMENTS:
            connection.execute(statement.format(**filling))
        for _, sql in indexes:
            connection.execute(sql)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()


def fill_postgres(at: Place, seed: Seed, conversations: int) -> None:
    import psycopg

    with psycopg.connect(at.database_url, autocommit=True) as session:
        execute(session, "SET maintenance_work_mem = '1GB'")
        # Without the foreign keys' triggers, a check for each row and key.
        execute(session, "SET session_replication_role = replica")
        indexes = session.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = ANY(%s)"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            [list(FILLED)],
        ).fetchall()
        for name, _ in indexes:
            execute(session, f'DROP INDEX "{name}"')
        for table, size in (("numbers", conversations), ("fifty", LONG_MESSAGES)):
            execute(session, f"CREATE TEMP TABLE {table} AS SELECT n FROM generate_series(1::bigint, {size}) AS n")
        execute(session, "ANALYZE fifty")
        filling = values(seed, conversations, moment="to_timestamp({})")
        for statement in STATEMENTS:
            execute(session, re.sub(r"^CREATE TABLE", "CREATE UNLOGGED TABLE", statement.format(**filling)))
        for _, sql in indexes:
            execute(session, sql)
        for table in FILLED:
            execute(session, f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
        # What the autovacuum does by itself while data grows slowly.
        execute(session, "VACUUM ANALYZE")
        execute(session, "CHECKPOINT")


def execute(session: psycopg.Connection[Any], statement: str) -> None:
    session.execute(statement.encode())
