"""`bin/test`: every check there is; the closing table says which failed.

`python -m testing`          everything
`python -m testing quick`    what needs no servers and no browser
`python -m testing PATH ...` pytest with these arguments, on SQLite and on PostgreSQL with Valkey

One follows the other, but the browser's run beside them from the start: they mostly wait. What they have to say is
shown at the end.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from testing.browser import BrowserMissing, chromium
from testing.services import ServiceFailed, ServiceMissing, postgres, valkey

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
TOOLS = Path(sys.executable).parent

# What was skipped and what took long is told, so that neither creeps in unseen.
PYTEST = [PYTHON, "-m", "pytest", "-rs", "--durations=10", "--durations-min=2"]
# In the order of conftest.py: the longest files first.
TWO_AT_ONCE = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]


@dataclass(frozen=True)
class Check:
    """One command. servers: run it on PostgreSQL and Valkey instead of SQLite and memory; beside: beside the others."""

    name: str
    command: list[str]
    seconds: int
    servers: bool = False
    browser: bool = False
    quick: bool = True
    beside: bool = False


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
    Check(
        "tests in a browser",
        [*PYTEST, "-m", "browser", "tests/browser"],
        1200,
        browser=True,
        quick=False,
        beside=True,
    ),
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


class Run:
    """A check that is run: its verdict and seconds are known after `perform()`."""

    def __init__(self, check: Check, home: str, output: IO[bytes] | None = None) -> None:
        """home: a data folder; output: where its words go, if not to the terminal."""
        self.check, self.home, self.output = check, home, output
        self.verdict, self.seconds = "NOT RUN", 0.0
        self._process: subprocess.Popen[bytes] | None = None

    def perform(self) -> None:
        """Run it to its end. What can't be run at all says why."""
        started = time.monotonic()
        try:
            if self.check.browser:
                chromium()
            with servers() if self.check.servers else nothing() as more:
                self.verdict = "passed" if self._passes(more) else "FAILED"
        except (BrowserMissing, ServiceMissing, ServiceFailed) as problem:
            self._say(str(problem))
        self.seconds = time.monotonic() - started

    def end(self) -> None:
        """Stop it, and all that it started."""
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGTERM)

    def _passes(self, more: dict[str, str]) -> bool:
        self._process = subprocess.Popen(
            self.check.command, cwd=ROOT, env={**environment(self.home), **more},
            stdin=subprocess.DEVNULL, stdout=self.output, stderr=self.output, start_new_session=True,
        )  # fmt: skip
        try:
            return self._process.wait(self.check.seconds) == 0
        except subprocess.TimeoutExpired:
            self._say(f"{self.check.name}: not ready after {self.check.seconds} s")
            return False
        finally:
            self.end()

    def _say(self, words: str) -> None:
        if self.output:
            self.output.write(f"{words}\n".encode())
        else:
            print(words, flush=True)


@contextlib.contextmanager
def beside(run: Run) -> Iterator[threading.Thread]:
    """Run it while the block does something else."""
    thread = threading.Thread(target=run.perform, daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        run.end()


def environment(home: str) -> dict[str, str]:
    """Ours without the settings of an installation: the checks see only what they are given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASPA_")}
    if "ASPA_TEST_CHROMIUM" in os.environ:
        kept["ASPA_TEST_CHROMIUM"] = os.environ["ASPA_TEST_CHROMIUM"]
    return {**kept, "ASPA_HOME": home, "DJANGO_SETTINGS_MODULE": "aspa.config.settings", "PYTHONUNBUFFERED": "1"}


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
    started = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="aspa-checks-", ignore_cleanup_errors=True) as home,
        contextlib.ExitStack() as until_the_end,
    ):
        runs = [Run(check, home) for check in chosen(arguments)]
        going = {}
        for run in runs:
            if run.check.beside:
                run.output = until_the_end.enter_context(tempfile.TemporaryFile())
                going[run] = until_the_end.enter_context(beside(run))
        for run in sorted(runs, key=lambda run: run in going):
            print(f"\n== {run.check.name}", flush=True)
            if run in going:
                going[run].join()
                print(words_of(run), flush=True)
            else:
                run.perform()
    print("\n".join(["", *(f"{run.verdict:>8}  {run.seconds:6.1f} s  {run.check.name}" for run in runs)]))
    print(f"{'':8}  {time.monotonic() - started:6.1f} s  together", flush=True)
    return 1 if any(run.verdict != "passed" for run in runs) else 0


def words_of(run: Run) -> str:
    """What it wrote, in the meantime."""
    assert run.output
    run.output.seek(0)
    return run.output.read().decode(errors="replace")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
