"""Connections to Redis that all requests share.

Under ASGI Django makes its cache anew for each request, and with it a pool of connections: every session would be read
over a connection opened for it alone, which takes longer than the reading.
"""

from __future__ import annotations

from threading import Lock
from typing import Any

from redis import ConnectionPool


class SharedPool(ConnectionPool):
    """One for each address in a process, whoever asks (`OPTIONS: {"pool_class": "aspa.kit.redis_pool.SharedPool"}`)."""

    @classmethod
    def from_url(cls, url: str, **options: Any) -> SharedPool:
        with _making:
            if url not in _pools:
                _pools[url] = super().from_url(url, **options)
            return _pools[url]


_pools: dict[str, SharedPool] = {}
_making = Lock()
