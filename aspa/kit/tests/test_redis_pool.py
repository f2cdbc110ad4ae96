"""Requests share their connections to Redis, though each makes the cache anew."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.cache import caches

pytestmark = pytest.mark.skipif(not settings.ASPA_REDIS_URL, reason="The cache is in memory.")


def connection_of_a_request() -> int:
    """The server's number of it; the next request finds nothing left of the one before."""
    cache = caches.create_connection("default")
    number: int = cache._cache.get_client(write=True).client_id()  # type: ignore[attr-defined]
    return number


def test_another_request_opens_no_connection_of_its_own() -> None:
    assert connection_of_a_request() == connection_of_a_request()
