"""Django's backend for PostgreSQL, with a pool that a lost server empties at once (`ENGINE = "aspa.kit.postgres"`), and
with statements that the server plans once for a connection (docs/decisions/0026).

psycopg's own check at the pool's door waits after each dead connection that it finds: 1 s, 2 s, 4 s, … With five of
them in the pool somebody's request failed after 30 s although the server had long been back.
"""

from __future__ import annotations

import select
from typing import Any

from django.db.backends.postgresql import base
from psycopg import OperationalError
from psycopg_pool import ConnectionPool

# A statement is prepared when a connection runs it for the third time, and so many of them are kept.
REPEATED, PREPARED = 2, 500


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        """Django's, which has psycopg prepare nothing."""
        return {**super().get_connection_params(), "prepare_threshold": REPEATED}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection that lives. Where the first one is dead, all that lie beside it are asked and replaced."""
        connection = super().get_new_connection(conn_params)
        pool: ConnectionPool[Any] | None = self.pool  # type: ignore[attr-defined]
        if pool is None or _lives(connection):
            return connection
        pool.putconn(connection)
        pool.check()
        return super().get_new_connection(conn_params)

    def _configure_connection(self, connection: Any) -> bool:
        connection.prepared_max = PREPARED
        # Compiling takes longer than our short statements run, and PostgreSQL (Debian's, say) does it where its guess
        # of their cost is high. Not asked for at the connection's start: poolers take no options there.
        connection.execute("SET jit = off")
        super()._configure_connection(connection)  # type: ignore[misc]
        return True


def _lives(connection: Any) -> bool:
    """An idle connection has nothing to say until its server has gone: then the end can be read from it."""
    said = select.poll()
    said.register(connection.pgconn.socket, select.POLLIN)
    if not said.poll(0):
        return True
    try:
        ConnectionPool.check_connection(connection)
    except OperationalError:
        return False
    return True
