"""Python programs of Aspa, started in the environment of an installation."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from testing.services import ServiceFailed

ROOT = Path(__file__).resolve().parent.parent
# Set by `bin/test`, whose runs share the databases that theirs are copied from: a folder.
MODELS = "ASPA_TEST_MODELS"


def environment_of(home: Path, database_url: str, redis_url: str = "", **more: str) -> dict[str, str]:
    """Ours without the settings of an installation on this machine, with those that lead to this one's data."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("ASPA_")}
    return {
        **ours,
        "DJANGO_SETTINGS_MODULE": "aspa.config.settings",
        "ASPA_HOME": str(home),
        "ASPA_DATABASE_URL": database_url,
        "ASPA_REDIS_URL": redis_url,
        "ASPA_SECRET_KEY": "only-for-the-tests-" + "x" * 40,
        "ASPA_ENCRYPTION_KEYS": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
        "ASPA_EMAIL_URL": f"filemail:///{home / 'mail'}",
        "ASPA_LOG_LEVEL": "WARNING",
        "PYTHONUNBUFFERED": "1",
        # The tests' own (`testing.dictionaries`); what is measured has the real ones.
        **{name: os.environ[name] for name in ("ASPA_DICTIONARIES",) if name in os.environ},
        **more,
    }


def run_program(environment: dict[str, str], *arguments: str) -> str:
    """Run a Python program and give what it printed. Raises ServiceFailed with its words."""
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ServiceFailed(f"{arguments} failed: {(done.stderr or done.stdout)[-3000:]}")
    return done.stdout
