"""A pytest plugin that settles the environment before Django's settings are read.

Tests never touch the data of an installation on the same machine: they get a folder and keys of
their own. ASPA_DATABASE_URL and ASPA_REDIS_URL are left as they are: they choose what is tested.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile

from testing import dictionaries
from testing.programs import MODELS

# Set by this plugin alone, for the workers of one run.
TEST_HOME = "ASPA_TEST_HOME"
ALL_REDIS = "ASPA_TEST_REDIS_URLS"
KEPT = {TEST_HOME, ALL_REDIS, MODELS, "ASPA_DATABASE_URL", "ASPA_REDIS_URL", "ASPA_TEST_CHROMIUM"}


def settle() -> None:
    """Drop the caller's own ASPA_ settings and put the tests' in their place."""
    for name in [name for name in os.environ if name.startswith("ASPA_") and name not in KEPT]:
        del os.environ[name]
    if TEST_HOME not in os.environ:
        os.environ[TEST_HOME] = tempfile.mkdtemp(prefix="aspa-test-")
        atexit.register(shutil.rmtree, os.environ[TEST_HOME], ignore_errors=True)
    os.environ["ASPA_HOME"] = os.environ[TEST_HOME]
    os.environ["ASPA_DICTIONARIES"] = str(dictionaries.made())
    os.environ["ASPA_SECRET_KEY"] = "only-for-the-tests-" + "x" * 40
    os.environ["ASPA_ENCRYPTION_KEYS"] = "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk="
    os.environ["ASPA_EMAIL_URL"] = "memorymail://"
    choose_redis(os.environ.get("PYTEST_XDIST_WORKER", "gw0"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aspa.config.settings")
    # The tests start our programs dozens of times; compiling them each time would take longer than running them.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def choose_redis(worker: str) -> None:
    """Give each worker a server of its own: channels are shared by all databases of one server.

    ASPA_REDIS_URL may name several addresses, separated by commas; worker: `gw0`, `gw1`, …
    """
    addresses = os.environ.get(ALL_REDIS) or os.environ.get("ASPA_REDIS_URL", "")
    if addresses:
        # The workers inherit our environment, so the list stays where it was.
        os.environ[ALL_REDIS] = addresses
        choices = addresses.split(",")
        os.environ["ASPA_REDIS_URL"] = choices[int(worker.removeprefix("gw")) % len(choices)]


settle()
