"""What every test shares. The environment is settled before this by testing/environment.py."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import environ
import hypothesis
import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from pytest_django.plugin import DjangoDbBlocker

from testing.environment import TEST_HOME

ROOT = Path(__file__).resolve().parent

# The files and folders with the longest tests.
LONGEST = (
    "tests/simulation",
    "aspa/service/shops/tests/test_killed.py",
    "aspa/config/tests/test_fresh.py",
    "tests/live",
)

# How long an example takes says more of the machine than of us.
hypothesis.settings.register_profile("patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("patient")

# Ada, Ben, Cy and Dee are at hand in every test.
pytest_plugins = ["tests.cast", "tests.journal"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Everything under tests/browser is a browser test; nobody has to remember the mark.

    What asks no database says the same on each, and is said once, on SQLite. The longest come first: otherwise one
    process would be left with them at the end while the other has nothing to do.
    """
    for item in items:
        if "/tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
    if os.environ.get("ASPA_DATABASE_URL", "").startswith("postgres"):
        spared = [item for item in items if not asks_database(item)]
        config.hook.pytest_deselected(items=spared)
        items[:] = [item for item in items if asks_database(item)]
    items.sort(key=turn)


def turn(item: pytest.Item) -> int:
    """The lower, the earlier."""
    belongs = enumerate(item.path.is_relative_to(ROOT / path) for path in LONGEST)
    return next((number for number, is_it in belongs if is_it), len(LONGEST))


def asks_database(item: pytest.Item) -> bool:
    """Tests of the whole, in tests/, and the kit's make installations and connections of their own."""
    if item.get_closest_marker("once"):
        return False
    if any(item.path.is_relative_to(ROOT / folder) for folder in ("aspa/kit", "tests")):
        return True
    fixtures = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or not {"db", "transactional_db"}.isdisjoint(fixtures)


@pytest.fixture(scope="session", autouse=True)
def quick_hashing() -> None:
    """A password's hash takes a tenth of a second on purpose; the tests guess nobody's."""
    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1


@pytest.fixture(scope="session", autouse=True)
def mail_servers_at_any_port() -> None:
    """Those of the tests are in our own network and listen where there is room."""
    from aspa.channels.email import reaching

    reaching.PORTS = frozenset(range(1, 65536))


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """What a process remembers for some seconds by an inbox's number: the next test's inbox has the same number.

    A clock that a test moves keeps it alive for longer than that.
    """
    for name in (
        "aspa.service.hours.calendars",
        "aspa.service.knowledge.views",
        "aspa.service.receipts.measuring",
        "aspa.service.search.vocabulary",
    ):
        if module := sys.modules.get(name):
            module.forget()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker, testrun_uid: str, worker_id: str) -> Iterator[None]:
    """The database of this process's tests, copied instead of made by all the migrations anew."""
    from django.db import connection
    from django.test import TransactionTestCase

    from testing.copies import with_tables
    from testing.emptying import empty

    address = with_tables(f"test_{testrun_uid[:12]}_{worker_id}", Path(os.environ[TEST_HOME]))
    connection.settings_dict["NAME"] = environ.Env.db_url_config(address)["NAME"]
    if connection.vendor == "sqlite":
        # It needn't survive a power cut, as the installations do that tests start.
        options = connection.settings_dict["OPTIONS"]
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    TransactionTestCase._fixture_teardown = lambda _test: empty()  # type: ignore[method-assign]
    yield
    with django_db_blocker.unblock():
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()  # type: ignore[attr-defined]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """A test that keeps connections from the ones after it fails itself, not they."""
    # Django's settings are to be read after the environment is settled, and by nothing that needs no database.
    from testing.leaks import lent_connections

    yield
    lent = lent_connections()
    assert not lent, f"{item.nodeid} left {lent} connections out of the pool; the thread that opens one has to close it"
