"""An installation of its own that a test starts, kills and starts again: real processes, real data."""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import os
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg

from testing.console import Console
from testing.copies import People, with_cast
from testing.programs import ROOT, environment_of
from testing.services import ServiceFailed, free_port

START_SECONDS = 120
STOP_SECONDS = 20


@dataclasses.dataclass
class Installation:
    """Its processes answer on `ports`; the first one is `url`'s."""

    home: Path
    database_url: str
    redis_url: str = ""
    more: dict[str, str] = dataclasses.field(default_factory=dict)
    ports: list[int] = dataclasses.field(default_factory=lambda: [free_port()])
    processes: list[subprocess.Popen[bytes]] = dataclasses.field(default_factory=list)
    console: Console | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports[0]}"

    @property
    def environment(self) -> dict[str, str]:
        return environment_of(self.home, self.database_url, self.redis_url, ASPA_URL=self.url, **self.more)

    def run(self, code: str, *arguments: str) -> str:
        """Run Python code in the installation and give what it printed. Raises ServiceFailed with its words."""
        self.console = self.console or Console(self.environment)
        return self.console.run(code, *arguments)

    def start(self) -> None:
        """Start a server on each port, and a worker where the servers leave that work to one."""
        for port in self.ports:
            self._start("serve", "--host", "127.0.0.1", "--port", str(port))
        if self.redis_url:
            self._start("worker")
        for port in self.ports:
            wait_for(port, self.processes, self.home / "server.log")

    def _start(self, *command: str) -> None:
        with (self.home / "server.log").open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", "aspa.cli", *command],
                    env=self.environment, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                )
            )  # fmt: skip

    @property
    def log(self) -> str:
        return (self.home / "server.log").read_text(errors="replace")

    def kill(self) -> None:
        """End every process at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def close(self) -> None:
        """End all of it."""
        self.stop()
        if self.console:
            self.console.close()

    def _end(self, how: signal.Signals) -> None:
        for process in self.processes:
            process.send_signal(how)
        for process in self.processes:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database says, asked past Aspa."""
        if self.database_url.startswith("sqlite"):
            with contextlib.closing(sqlite3.connect(self.database_url.removeprefix("sqlite:///"))) as lite:
                return lite.execute(query).fetchall()
        with psycopg.connect(self.database_url) as post:
            return post.execute(query.encode()).fetchall()


def wait_for(port: int, processes: Sequence[subprocess.Popen[bytes]], log: Path) -> None:
    """Return when a server answers HTTP on the port. Raises ServiceFailed with its log when one of them has ended."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and all(process.poll() is None for process in processes):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.02)
        finally:
            connection.close()
    raise ServiceFailed(f"The server did not answer: {log.read_text(errors='replace')[-3000:]}")


@contextlib.contextmanager
def installation(
    home: Path, *, processes: int = 1, more: dict[str, str] | None = None
) -> Iterator[tuple[Installation, People]]:
    """A running installation on the databases that this test run is about; its processes end with the block."""
    address, people = with_cast(f"aspa_{uuid.uuid4().hex[:12]}", home)
    redis_url = "" if address.startswith("sqlite") else os.environ["ASPA_REDIS_URL"]
    made = Installation(home, address, redis_url, more or {}, [free_port() for _ in range(processes)])
    try:
        made.start()
        yield made, people
    finally:
        made.close()
