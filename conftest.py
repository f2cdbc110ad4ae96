"""What every test shares. The environment is settled before this by testing/environment.py."""

from __future__ import annotations

import pytest

# Ada, Ben, Cy and Dee are at hand in every test.
pytest_plugins = ["tests.cast"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything under tests/browser is a browser test; nobody has to remember the mark."""
    for item in items:
        if "/tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
