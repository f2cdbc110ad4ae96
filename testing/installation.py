"""An installation of its own that a test starts, kills and starts again: real processes, real data.

python -m testing.installation     (in its environment) puts the tests' cast into it and prints `People` as JSON
"""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import json
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

from testing.services import ServiceFailed, create_database, free_port

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
STOP_SECONDS = 20


@dataclasses.dataclass(frozen=True)
class People:
    """What tests need of the cast: the shop's and the other brand's chat, and the session cookies."""

    inbox: str
    other_inbox: str
    ada: str
    ben: str
    cy: str
    identity_secret: str
    slug: str


@dataclasses.dataclass
class Installation:
    """Its processes answer on `ports`; the first one is `url`'s."""

    home: Path
    database_url: str
    redis_url: str = ""
    more: dict[str, str] = dataclasses.field(default_factory=dict)
    ports: list[int] = dataclasses.field(default_factory=lambda: [free_port()])
    processes: list[subprocess.Popen[bytes]] = dataclasses.field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports[0]}"

    @property
    def environment(self) -> dict[str, str]:
        return environment_of(self.home, self.database_url, self.redis_url, ASPA_URL=self.url, **self.more)

    def run(self, *arguments: str) -> str:
        """Run a Python program in the installation and give what it printed. Raises ServiceFailed with its words."""
        return run_program(self.environment, *arguments)

    def prepare(self) -> People:
        """Tables and the cast."""
        self.run("-m", "aspa.cli", "migrate")
        return People(**json.loads(self.run("-m", "testing.installation")))

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
        "ASPA_EMAIL_URL": f"filemail://{home / 'mail'}",
        "ASPA_LOG_LEVEL": "WARNING",
        "PYTHONUNBUFFERED": "1",
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
    given = os.environ.get("ASPA_DATABASE_URL", "")
    if given.startswith("postgres"):
        server, _slash, _name = given.rpartition("/")
        name = f"aspa_{uuid.uuid4().hex[:12]}"
        create_database(f"{server}/postgres", name)
        database_url, redis_url = f"{server}/{name}", os.environ["ASPA_REDIS_URL"]
    else:
        database_url, redis_url = f"sqlite:///{home / 'aspa.sqlite3'}", ""
    made = Installation(home, database_url, redis_url, more or {}, [free_port() for _ in range(processes)])
    try:
        people = made.prepare()
        made.start()
        yield made, people
    finally:
        made.stop()


def gather() -> People:
    """Put the cast into this environment's database and sign the agents in."""
    from django.conf import settings
    from django.test import Client

    from tests.cast import gather as gather_cast

    cast = gather_cast()
    cast.brand.domains = ["shop.example", "localhost", "127.0.0.1"]
    cast.brand.save()

    def cookie(agent: Any) -> str:
        client = Client()
        client.force_login(agent, backend="allauth.account.auth_backends.AuthenticationBackend")
        return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"

    return People(
        cast.inbox.public_id, cast.other_inbox.public_id, cookie(cast.ada), cookie(cast.ben), cookie(cast.cy),
        cast.brand.identity_secret, cast.brand.slug,
    )  # fmt: skip


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(dataclasses.asdict(gather())))
