"""The servers under test, as processes of their own with scratch data; each ends with its block."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.report import Missed
from bench.seed import Seed
from testing.installation import wait_for
from testing.programs import ROOT, environment_of, run_program
from testing.services import free_port, postgres, valkey

STOP_SECONDS = 15
# A server at rest works for less than this many seconds in one; it is waited for so long.
AT_REST, REST_SECONDS = 0.05, 600
# The benches measure how fast the doors are, not how they slow a flood.
UNLIMITED = dict.fromkeys(
    (
        "ASPA_CHAT_VISITOR_RATE",
        "ASPA_CHAT_VISITOR_BURST",
        "ASPA_CHAT_ADDRESS_RATE",
        "ASPA_CHAT_ADDRESS_BURST",
        "ASPA_CHAT_ADDRESS_SOCKETS",
        "ASPA_API_RATE",
        "ASPA_API_BURST",
    ),
    "1000000000",
)
# 10,000 sockets and some more.
OPEN_FILES = 16_000


@dataclass(frozen=True)
class Place:
    """Data of an installation: its folder and the settings that lead to it."""

    home: Path
    database_url: str
    redis_url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        # The real ones, made once; the tests have small ones of their own.
        more = {"ASPA_EMAIL_URL": "memorymail://", "ASPA_DICTIONARIES": str(ROOT / "var" / "dictionaries"), **UNLIMITED}
        return environment_of(self.home, self.database_url, self.redis_url, **more)


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    pid: int

    @property
    def memory(self) -> float:
        """Resident memory of the process in MB (10^6 bytes)."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) * 1024 / 1e6

    @property
    def worked(self) -> float:
        """Seconds of a processor that the process has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rest(self) -> None:
        """Wait until it has followed up what came with the data: indexes, segments. Raises Missed after a while."""
        for _ in range(REST_SECONDS):
            before = self.worked
            time.sleep(1)
            if self.worked - before < AT_REST:
                return
        raise Missed("The server doesn't come to rest.")


@contextlib.contextmanager
def place(database: str) -> Iterator[Place]:
    """An empty, migrated installation on "SQLite", or on "PostgreSQL" with Valkey; gone at the end."""
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="aspa-bench-")))
        if database == "SQLite":
            made = Place(home, f"sqlite:///{home / 'aspa.sqlite3'}")
        else:
            made = Place(home, stack.enter_context(postgres(durable=True)), stack.enter_context(valkey()))
        run_program(made.environment, "-m", "aspa.cli", "migrate")
        yield made


def prepared(at: Place, conversations: int = 0) -> Seed:
    """What `bench.seed` makes there."""
    return Seed(**json.loads(run_program(at.environment, "-m", "bench.seed", str(conversations))))


@contextlib.contextmanager
def aspa(at: Place) -> Iterator[Server]:
    """`aspa serve` in the place."""
    port = free_port()
    command = [sys.executable, "-m", "aspa.cli", "serve", "--host", "127.0.0.1", "--port", str(port)]
    more = {"ASPA_URL": f"http://127.0.0.1:{port}"}
    with running(command, {**at.environment, **more}, port, at.home / "serve.log") as server:
        yield server


@contextlib.contextmanager
def floor(at: Place, seed: Seed) -> Iterator[Server]:
    """The floor's server on the same database."""
    port = free_port()
    numbers = [str(seed.inbox_id), str(seed.first_conversation)]
    command = [sys.executable, "-m", "bench.floor", str(port), at.database_url, *numbers]
    with running(command, at.environment, port, at.home / "floor.log") as server:
        yield server


@contextlib.contextmanager
def running(command: list[str], environment: dict[str, str], port: int, log: Path) -> Iterator[Server]:
    """A server process that answers on the port; ended with the block. Raises ServiceFailed when it doesn't start."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=allow_files,
        )
    try:
        wait_for(port, [process], log)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def allow_files() -> None:
    """Raise the number of files that this process may have open, as far as it may."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if most == resource.RLIM_INFINITY else min(OPEN_FILES, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def generate(kind: str, **asked: object) -> dict[str, Any]:
    """Run the load generator as a process of its own and give what it found. Raises Missed."""
    with tempfile.NamedTemporaryFile(prefix="aspa-bench-", suffix=".json") as answer:
        done = subprocess.run(
            [sys.executable, "-m", "bench.load", kind, json.dumps(asked), answer.name],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            preexec_fn=allow_files,
        )
        if done.returncode:
            raise Missed(f"The load generator failed: {done.stderr[-3000:]}")
        found: dict[str, Any] = json.loads(Path(answer.name).read_text(encoding="utf-8"))
        return found
