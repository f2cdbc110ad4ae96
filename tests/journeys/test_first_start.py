"""From nothing to an answering server with the `aspa` command, as on a machine of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from testing.services import free_port

# Several starts of the command, each a few seconds on a busy machine.
pytestmark = [pytest.mark.timeout(300), pytest.mark.once]

ASPA = [str(Path(sys.executable).parent / "aspa")]


@pytest.fixture
def installation(tmp_path: Path) -> dict[str, str]:
    """The environment of a new installation on SQLite."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("ASPA_", "DJANGO_"))}
    return {**plain, "ASPA_HOME": str(tmp_path / "home"), "ASPA_PORT": str(free_port()), "PYTHONUNBUFFERED": "1"}


def aspa(installation: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run([*ASPA, *arguments], env=installation, capture_output=True, text=True, timeout=120)


def answer(installation: dict[str, str]) -> int:
    """The status of the front page, once the server answers."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{installation['ASPA_PORT']}/", timeout=10) as page:
                return page.status
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            time.sleep(0.1)
    raise AssertionError("no answer")


def test_a_new_installation_starts_and_stops(installation: dict[str, str]) -> None:
    refused = aspa(installation, "serve")
    assert refused.returncode == 1
    assert refused.stderr == "aspa: the database needs `aspa migrate`.\n"

    assert aspa(installation, "migrate").returncode == 0
    secrets = secrets_of(installation)
    assert secrets
    assert "may now sign in" in aspa(installation, "createadmin", "maija@example.fi", "--generate").stdout
    seen = aspa(installation, "doctor")
    assert seen.returncode == 0, seen.stdout
    assert "SQLite, journal wal, synchronous FULL" in seen.stdout

    server = subprocess.Popen([*ASPA, "serve"], env=installation, stderr=subprocess.DEVNULL)
    try:
        assert answer(installation) == 200
        second = aspa(installation, "serve")
        assert second.returncode == 1
        assert "can't listen" in second.stderr
        server.send_signal(signal.SIGTERM)
        assert server.wait(60) == 0
    finally:
        server.kill()
        server.wait()
    assert secrets_of(installation) == secrets, "they are made once"


def secrets_of(installation: dict[str, str]) -> dict[str, str]:
    """By name; only the owner may read them."""
    folder = Path(installation["ASPA_HOME"]) / "secrets"
    assert all(file.stat().st_mode & 0o077 == 0 for file in folder.iterdir())
    return {file.name: file.read_text() for file in folder.iterdir()}
