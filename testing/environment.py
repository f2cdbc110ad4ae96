"""A pytest plugin that settles the environment before Django's settings are read.

Tests never touch the data of an installation on the same machine: they get a folder and keys of
their own. ASPA_DATABASE_URL and ASPA_REDIS_URL are left as they are: they choose what is tested.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

# Set by this plugin alone, so that the workers of one run share the folder.
TEST_HOME = "ASPA_TEST_HOME"
KEPT = {TEST_HOME, "ASPA_DATABASE_URL", "ASPA_REDIS_URL", "ASPA_TEST_CHROMIUM"}


def settle() -> None:
    """Drop the caller's own ASPA_ settings and put the tests' in their place."""
    for name in [name for name in os.environ if name.startswith("ASPA_") and name not in KEPT]:
        del os.environ[name]
    if TEST_HOME not in os.environ:
        os.environ[TEST_HOME] = tempfile.mkdtemp(prefix="aspa-test-")
        atexit.register(shutil.rmtree, os.environ[TEST_HOME], ignore_errors=True)
    os.environ["ASPA_HOME"] = os.environ[TEST_HOME]
    os.environ["ASPA_SECRET_KEY"] = "only-for-the-tests-" + "x" * 40
    os.environ["ASPA_ENCRYPTION_KEYS"] = "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk="
    os.environ["ASPA_EMAIL_URL"] = "memorymail://"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aspa.config.settings")


settle()
