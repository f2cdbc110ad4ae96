"""`bin/test`: every check there is, one after the other; the closing table says which failed.

`python -m testing`          everything
`python -m testing quick`    what needs no servers and no browser
`python -m testing PATH ...` pytest with these arguments, on SQLite and on PostgreSQL with Valkey
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from testing.browser import BrowserMissing, chromium
from testing.services import ServiceFailed, ServiceMissing, postgres, valkey

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
TOOLS = Path(sys.executable).parent

# What was skipped and what took long is told, so that neither creeps in unseen.
PYTEST = [PYTHON, "-m", "pytest", "-rs", "--durations=10", "--durations-min=2"]
TWO_AT_ONCE = ["-n", "2", "--dist", "loadfile"]


@dataclass(frozen=True)
class Check:
    """One command. servers: run it on PostgreSQL and Valkey instead of SQLite and memory."""

    name: str
    command: list[str]
    seconds: int
    servers: bool = False
    browser: bool = False
    quick: bool = True


CHECKS = [
    Check("ruff: faults", [str(TOOLS / "ruff"), "check", "."], 60),
    Check("ruff: format", [str(TOOLS / "ruff"), "format", "--check", "."], 60),
    Check("types", [str(TOOLS / "mypy")], 300),
    Check("rings", [str(TOOLS / "lint-imports")], 120),
    Check("templates", [str(TOOLS / "djlint"), "aspa", "--lint", "--quiet"], 120),
    Check("migrations", [PYTHON, "-m", "django", "makemigrations", "--check", "--dry-run"], 60),
    Check("translations", [PYTHON, "-m", "tools.translate", "--check"], 60),
    Check("tests on SQLite", [*PYTEST, *TWO_AT_ONCE, "-m", "not browser"], 900),
    Check(
        "tests on PostgreSQL and Valkey",
        [*PYTEST, *TWO_AT_ONCE, "-m", "not browser"],
        900,
        servers=True,
        quick=False,
    ),
    Check("tests in a browser", [*PYTEST, "-m", "browser", "tests/browser"], 1200, browser=True, quick=False),
]


def chosen(arguments: list[str]) -> list[Check]:
    """The checks that the command line asks for."""
    if not arguments:
        return CHECKS
    if arguments == ["quick"]:
        return [check for check in CHECKS if check.quick]
    if arguments[0] in ("-h", "--help", "quick"):
        sys.exit(__doc__)
    given = [*PYTEST, *arguments]
    if all(argument.startswith(("tests/browser", "-")) for argument in arguments):
        return [Check("these, in a browser", given, 1200, browser=True)]
    return [
        Check("these, on SQLite", given, 1200),
        Check("these, on PostgreSQL and Valkey", given, 1200, servers=True),
    ]


@dataclass
class Run:
    """What happened: each check with its verdict and seconds."""

    home: str
    results: list[tuple[str, str, float]] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether anything failed."""
        return any(verdict != "passed" for _, verdict, _ in self.results)

    def perform(self, check: Check, more: dict[str, str]) -> None:
        """Run a check, its words going straight to the terminal."""
        print(f"\n== {check.name}", flush=True)
        started = time.monotonic()
        verdict = "passed" if run_within(check, {**environment(self.home), **more}) else "FAILED"
        self.results.append((check.name, verdict, time.monotonic() - started))

    def missing(self, check: Check, reason: str) -> None:
        """Note a check that could not be run at all."""
        print(f"\n== {check.name}\n{reason}", flush=True)
        self.results.append((check.name, "NOT RUN", 0))

    def table(self) -> str:
        """The closing table."""
        lines = [f"{verdict:>8}  {seconds:6.1f} s  {name}" for name, verdict, seconds in self.results]
        return "\n".join(lines)


def environment(home: str) -> dict[str, str]:
    """Ours without the settings of an installation: the checks see only what they are given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASPA_")}
    if "ASPA_TEST_CHROMIUM" in os.environ:
        kept["ASPA_TEST_CHROMIUM"] = os.environ["ASPA_TEST_CHROMIUM"]
    return {**kept, "ASPA_HOME": home, "DJANGO_SETTINGS_MODULE": "aspa.config.settings", "PYTHONUNBUFFERED": "1"}


def run_within(check: Check, variables: dict[str, str]) -> bool:
    """Whether the command ended well within its time; what it started ends with it."""
    process = subprocess.Popen(check.command, cwd=ROOT, env=variables, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        return process.wait(check.seconds) == 0
    except subprocess.TimeoutExpired:
        print(f"{check.name}: not ready after {check.seconds} s", flush=True)
        return False
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)


@contextlib.contextmanager
def servers() -> Iterator[dict[str, str]]:
    """PostgreSQL, and a Valkey for each of two workers, as the settings that choose them."""
    with postgres() as database_url, valkey() as first, valkey() as second:
        yield {"ASPA_DATABASE_URL": database_url, "ASPA_REDIS_URL": f"{first},{second}"}


@contextlib.contextmanager
def nothing() -> Iterator[dict[str, str]]:
    """SQLite and memory need no settings."""
    yield {}


def main(arguments: list[str]) -> int:
    """Run what was asked for; 0 when all of it passed."""
    # A stop from outside unwinds the blocks that end the servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    checks = chosen(arguments)
    with tempfile.TemporaryDirectory(prefix="aspa-checks-", ignore_cleanup_errors=True) as home:
        run = Run(home)
        for check in checks:
            try:
                if check.browser:
                    chromium()
                with servers() if check.servers else nothing() as more:
                    run.perform(check, more)
            except (BrowserMissing, ServiceMissing, ServiceFailed) as problem:
                run.missing(check, str(problem))
    print(f"\n{run.table()}", flush=True)
    return 1 if run.failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
