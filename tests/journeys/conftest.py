from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def no_limits_left() -> None:
    """Rate limits and other short-lived memories don't cross from test to test."""
    cache.clear()
