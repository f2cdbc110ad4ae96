from __future__ import annotations

import pytest
from django.core.cache import caches


@pytest.fixture(autouse=True)
def no_limits_left() -> None:
    """Rate limits and other short-lived memories don't cross from test to test."""
    for cache in caches.all(initialized_only=True):
        cache.clear()
