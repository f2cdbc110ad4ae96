"""A check of `bin/test`, and a run of it: which command, on which servers, for how long at most, and what came of it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from testing.browser import BrowserMissing, chromium
from testing.programs import MODELS, ROOT
from testing.services import ServiceFailed, ServiceMissing, postgres, valkey

# pytest's exit code when tests were run to the end and some failed; the others speak of worse.
TESTS_FAILED = 1
NO_TESTS = 5
# What fails in more tests than these is broken, not unlucky.
FEW = 10


@dataclass(frozen=True)
class Check:
    """One command.

    seconds: at most; servers: run it on PostgreSQL and Valkey instead of SQLite and memory; beside: beside the others;
    again: the pytest command that, followed by their ids, runs tests of it that failed once more (docs/decisions/0018).
    """

    name: str
    command: list[str]
    seconds: int
    servers: bool = False
    browser: bool = False
    quick: bool = True
    beside: bool = False
    again: tuple[str, ...] = ()


class Run:
    """A check that is run: its verdict and seconds are known after `perform()`; `busy`: seconds of a processor."""

    def __init__(self, check: Check, home: Path, output: IO[bytes] | None = None) -> None:
        """home: a data folder; output: where its words go, if not to the terminal."""
        self.check, self.home, self.output = check, home, output
        self.verdict, self.seconds, self.busy = "NOT RUN", 0.0, 0.0
        self.only_alone: list[str] = []
        self._code = 0
        self._process: subprocess.Popen[bytes] | None = None

    def perform(self) -> None:
        """Run it to its end. What can't be run at all says why."""
        self._run(self.check.command)

    def failed(self) -> list[str]:
        """The tests that are worth another try: they failed, and they are few."""
        failed = sorted(json.loads(self._failures.read_text())) if self._failures.exists() else []
        unlucky = self.check.again and self._code == TESTS_FAILED and len(failed) <= FEW
        return failed if unlucky else []

    def repeat(self) -> None:
        """Run the tests that failed once more; nothing else should run meanwhile. Passed, they count as such."""
        tests = self.failed()
        # Whoever looks on shall see it at once; what was kept back has been shown.
        self.output = None
        self._run([*self.check.again, *tests])
        if self.verdict == "passed":
            self.only_alone = tests

    def end(self) -> None:
        """Stop it, and all that it started."""
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGTERM)

    def _run(self, command: list[str]) -> None:
        started = time.monotonic()
        self.verdict = "NOT RUN"
        try:
            if self.check.browser:
                chromium()
            with servers() if self.check.servers else nothing() as more:
                self.verdict = "passed" if self._passes(command, more) else "FAILED"
        except (BrowserMissing, ServiceMissing, ServiceFailed) as problem:
            self._say(str(problem))
        self.seconds += time.monotonic() - started

    def _passes(self, command: list[str], more: dict[str, str]) -> bool:
        kept = ["-o", f"cache_dir={self._cache}"] if self.check.again else []
        self._process = subprocess.Popen(
            [*command, *kept], cwd=ROOT, env={**environment(self.home), **more},
            stdin=subprocess.DEVNULL, stdout=self.output, stderr=self.output, start_new_session=True,
        )  # fmt: skip
        try:
            self._code = self._wait(self._process)
        except TimeoutError:
            self._say(f"{self.check.name}: not ready after {self.check.seconds} s")
            self._code = -signal.SIGTERM
        finally:
            self.end()
        # What asks no database is tested once, on SQLite.
        return self._code == 0 or (self.check.servers and self._code == NO_TESTS)

    def _wait(self, process: subprocess.Popen[bytes]) -> int:
        """Its exit code. Raises TimeoutError. Popen's own wait wouldn't tell how much it has worked."""
        deadline = time.monotonic() + self.check.seconds
        while time.monotonic() < deadline:
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
            if ended:
                self.busy += used.ru_utime + used.ru_stime
                process.returncode = os.waitstatus_to_exitcode(status)
                return process.returncode
            time.sleep(0.05)
        raise TimeoutError

    @property
    def _cache(self) -> Path:
        """Its own: others that run meanwhile would overwrite which tests failed."""
        return self.home / "cache" / self.check.name.replace(" ", "-")

    @property
    def _failures(self) -> Path:
        """Where pytest writes the ids of those that failed, as the keys of a JSON object."""
        return self._cache / "v" / "cache" / "lastfailed"

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


def environment(home: Path) -> dict[str, str]:
    """Ours without the settings of an installation: the checks see only what they are given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASPA_")}
    if "ASPA_TEST_CHROMIUM" in os.environ:
        kept["ASPA_TEST_CHROMIUM"] = os.environ["ASPA_TEST_CHROMIUM"]
    # Compiling what all of them import takes longer than some of them.
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    ours = {"ASPA_HOME": str(home), MODELS: str(home), "DJANGO_SETTINGS_MODULE": "aspa.config.settings"}
    return {**kept, **ours, "PYTHONUNBUFFERED": "1"}


@contextlib.contextmanager
def servers() -> Iterator[dict[str, str]]:
    """PostgreSQL, and a Valkey for each of two workers, as the settings that choose them."""
    with postgres() as database_url, valkey() as first, valkey() as second:
        yield {"ASPA_DATABASE_URL": database_url, "ASPA_REDIS_URL": f"{first},{second}"}


@contextlib.contextmanager
def nothing() -> Iterator[dict[str, str]]:
    """SQLite and memory need no settings."""
    yield {}
