"""What every test shares. The environment is settled before this by testing/environment.py."""

from __future__ import annotations

from collections.abc import Generator

import pytest

# Ada, Ben, Cy and Dee are at hand in every test.
pytest_plugins = ["tests.cast"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything under tests/browser is a browser test; nobody has to remember the mark."""
    for item in items:
        if "/tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """A test that keeps connections from the ones after it fails itself, not they."""
    # Django's settings are to be read after the environment is settled, and by nothing that needs no database.
    from testing.leaks import lent_connections

    yield
    lent = lent_connections()
    assert not lent, f"{item.nodeid} left {lent} connections out of the pool; the thread that opens one has to close it"
