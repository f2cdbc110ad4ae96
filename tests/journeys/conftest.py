from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Rate limits and other short-lived memories don't cross from test to test."""
    cache.clear()
