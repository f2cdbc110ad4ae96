"""What a server that goes away leaves behind in the pool."""

import time
from threading import Thread

import psycopg
import pytest
from django.db import connection

from testing import leaks

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server to lose.")


@pytest.mark.django_db(transaction=True)
def test_a_restarted_server_costs_nobody_a_wait_however_full_the_pool_was() -> None:
    pool = connection.pool  # type: ignore[attr-defined]
    connection.ensure_connection()
    lent = [pool.getconn() for _ in range(8)]
    for one in lent:
        pool.putconn(one)
    connection.close()
    _lose_every_connection()

    started = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")

    # One after the other they would cost 1 s, 2 s, 4 s, …, 64 s.
    assert time.monotonic() - started < 30
    assert pool.get_stats()["connections_lost"] >= 7


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_nobody_gave_back_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaks, "PATIENCE", 0.5)
    forgotten = []

    def forget() -> None:
        connection.ensure_connection()
        forgotten.append(connection.connection)

    thread = Thread(target=forget)
    thread.start()
    thread.join()

    assert leaks.lent_connections() == 1
    forgotten[0]._pool.putconn(forgotten[0])
    assert leaks.lent_connections() == 0


@pytest.mark.django_db
def test_the_server_compiles_nothing_for_us() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)


def _lose_every_connection() -> None:
    """Returns when they are gone: to end one is only a signal to its process."""
    ours = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as outside:
        outside.execute(f"SELECT pg_terminate_backend(pid) {ours}")
        while outside.execute(f"SELECT 1 {ours}").fetchone():
            time.sleep(0.01)
