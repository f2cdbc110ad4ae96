"""The `aspa` command. What goes wrong is said in one sentence; a traceback is a fault of ours."""

from __future__ import annotations

import argparse
import contextlib
import getpass
import ipaddress
import os
import re
import resource
import secrets
import signal
import socket
import sys
import traceback
from collections.abc import Iterator, Sequence
from threading import Event
from typing import TYPE_CHECKING

from aspa import __version__

if TYPE_CHECKING:
    from aspa.core.people.models import Agent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aspa.config.settings")

DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 8000
BACKLOG = 4096
GRACE_SECONDS = 10
# Proxies keep their connections for about a minute; we must not be the first to let go.
KEEP_ALIVE_SECONDS = 75
# The longest frame a client may send on a socket; messages and files come by POST.
SOCKET_FRAME_BYTES = 64 * 1024
PASSWORD_BYTES = 15


class Problem(Exception):
    """Something the person at the keyboard can do something about; the text is one sentence."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code: 0, 1 for a problem, 2 for a wrong command line."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["demo"]:
        # The demo chooses its own settings, so it must come before they are read.
        from aspa.demo.run import main as demo

        return int(demo(arguments[1:]) or 0)
    asked = parser().parse_args(arguments)
    try:
        prepare()
        return int(asked.run(asked) or 0)
    except Problem as problem:
        print(f"aspa: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """The command line."""
    whole = argparse.ArgumentParser(prog="aspa", description="Customer service, on your own machine.")
    whole.add_argument("--version", action="version", version=f"aspa {__version__}")
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")

    command = commands.add_parser("serve", help="answer visitors and agents")
    command.add_argument("--host", help=f"address to listen on (ASPA_HOST, else {DEFAULT_HOST})")
    command.add_argument("--port", type=int, help=f"port to listen on (ASPA_PORT, else {DEFAULT_PORT})")
    command.add_argument("--processes", type=int, default=1, help="how many; more than 1 needs PostgreSQL and Redis")
    command.set_defaults(run=serve)

    command = commands.add_parser("worker", help="do the work behind the answers (with PostgreSQL and Redis)")
    command.set_defaults(run=worker)

    commands.add_parser("demo", help="a web shop with Aspa in it, to look around", add_help=False)

    command = commands.add_parser("migrate", help="bring the database up to date")
    command.set_defaults(run=migrate)

    command = commands.add_parser("createadmin", help="make an agent who may do everything")
    command.add_argument("email")
    command.add_argument("--name", help="as colleagues see it (else asked, or made of the address)")
    command.add_argument("--generate", action="store_true", help="make a password and print it, without asking")
    command.set_defaults(run=createadmin)

    command = commands.add_parser("erase-again", help="after a restore: erase whom the list names once more")
    command.add_argument("file", nargs="?", help="the list (erased.txt in ASPA_HOME)")
    command.set_defaults(run=erase_again)

    command = commands.add_parser(
        "compact", help="write the SQLite database anew, so that nothing erased is left in it"
    )
    command.set_defaults(run=compact)

    command = commands.add_parser(
        "reindex", help="have the help site's search make its index anew; it answers meanwhile"
    )
    command.set_defaults(run=reindex)

    command = commands.add_parser("doctor", help="look whether everything is in order")
    command.set_defaults(run=doctor)
    return whole


def prepare() -> None:
    """Read the settings and make the data folder."""
    import django
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        settings.ASPA_HOME.mkdir(parents=True, exist_ok=True)
        django.setup()
    except (ImproperlyConfigured, ValueError) as problem:
        raise Problem(f"{setting_at_fault(problem)} can't be used: {plainly(problem)}.") from problem
    except OSError as problem:
        advice = "set ASPA_HOME to a folder where this account may write, or run the command as the account that may."
        raise Problem(f"the data folder can't be used ({problem}); {advice}") from problem


def setting_at_fault(problem: Exception) -> str:
    """The name of the setting that was being read when the problem came up."""
    lines = [frame.line or "" for frame in traceback.extract_tb(problem.__traceback__)]
    names = [found.group() for line in lines if (found := re.search(r"ASPA_[A-Z_]+", line))]
    return names[-1] if names else "a setting"


def plainly(problem: Exception) -> str:
    """What is wrong with a setting's value, without Python's words for it."""
    found = re.fullmatch(r"(?:invalid literal for int|could not convert string to float)[^:]*: (.*)", str(problem))
    return f"it must be a number, not {found[1]}" if found else str(problem).strip().rstrip(".")


def serve(asked: argparse.Namespace) -> None:
    """Answer until a signal stops it; sockets are closed in order so that clients come back at once."""
    from aspa.config import background

    if asked.processes < 1:
        raise Problem("--processes must be at least 1.")
    if asked.processes > 1 and not background.several_processes_may_share():
        raise Problem(
            "several processes need PostgreSQL (ASPA_DATABASE_URL) and Redis (ASPA_REDIS_URL); "
            "with what is set now everything runs in one."
        )
    require_migrations()
    require_keys()
    host, port = listen_address(asked)
    with listening(host, port) as listener:
        answer(listener, asked.processes)


def answer(listener: socket.socket, processes: int = 1) -> None:
    """Answer who comes to the listener until a signal stops it. Raises Problem when the server can't start."""
    import uvicorn
    from django.conf import settings
    from django.db import connections
    from uvicorn.supervisors import Multiprocess

    # The server's processes and threads open their own.
    connections.close_all()
    config = uvicorn.Config(
        "aspa.config.asgi:application",
        workers=processes,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        # Compression would cost each idle socket far more memory than its few bytes are worth.
        ws_per_message_deflate=False,
        ws_max_size=SOCKET_FRAME_BYTES,
        backlog=BACKLOG,
        lifespan="on",
        proxy_headers=True,
        forwarded_allow_ips=believed(settings.ASPA_TRUSTED_PROXIES),
        server_header=False,
        access_log=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        log_config=None,
    )
    allow_many_connections()
    with stopped_by_signal():
        host, port = listener.getsockname()[:2]
        print(f"Aspa {__version__} answers on http://{f'[{host}]' if ':' in host else host}:{port}", flush=True)
        if processes > 1:
            Multiprocess(config, sockets=[listener]).run()
            return
        server = uvicorn.Server(config)
        server.run(sockets=[listener])
        if not server.started:
            raise Problem("the server did not start; the lines above say why.")


def believed(proxies: list[str]) -> list[str]:
    """Those of IPv4 also as a server that listens on "::" names them: ::ffff:127.0.0.1."""
    mapped = []
    for proxy in proxies:
        with contextlib.suppress(ValueError):
            network = ipaddress.IPv4Network(proxy, strict=False)
            mapped.append(f"::ffff:{network.network_address}/{96 + network.prefixlen}")
    return [*proxies, *mapped]


def allow_many_connections() -> None:
    """Each visitor is an open file; the usual soft limit of 1,024 would turn the next ones away."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def listen_address(asked: argparse.Namespace) -> tuple[str, int]:
    """Where to listen: the command line's word before the environment's."""
    host = asked.host or os.environ.get("ASPA_HOST") or DEFAULT_HOST
    given = asked.port if asked.port is not None else os.environ.get("ASPA_PORT") or DEFAULT_PORT
    try:
        port = int(given)
    except ValueError:
        raise Problem(f"ASPA_PORT must be a number, not {given!r}.") from None
    if not 0 <= port <= 65535:
        raise Problem(f"there is no port {port}.")
    return host, port


@contextlib.contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A listening socket, shared by all processes."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # From now on clients wait for the application instead of being turned away.
        listener.listen(BACKLOG)
    except OSError as problem:
        listener.close()
        advice = "Stop what listens there (aspa itself, perhaps), or choose another address by ASPA_HOST and ASPA_PORT."
        raise Problem(f"can't listen on {host}:{port}: {problem.strerror or problem}. {advice}") from problem
    listener.set_inheritable(True)
    with listener:
        yield listener


@contextlib.contextmanager
def stopped_by_signal() -> Iterator[None]:
    """Let SIGTERM and Ctrl-C end the block in order: uvicorn sends itself the signal again once it has stopped."""

    def leave(*_: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    yield


def worker(asked: argparse.Namespace) -> None:
    """Do tasks and follow the journal until a signal stops it."""
    from aspa.channels.email.arriving.smtpd import ListenError
    from aspa.config import background

    if not background.several_processes_may_share():
        raise Problem(
            "a worker of its own needs PostgreSQL (ASPA_DATABASE_URL) and Redis (ASPA_REDIS_URL); "
            "with what is set now aspa serve does the work itself."
        )
    require_migrations()
    require_keys()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    print(f"Aspa {__version__} is at work", flush=True)
    try:
        finish = background.start()
    except ListenError as problem:
        raise Problem(f"{problem}.") from problem
    stop.wait()
    finish()


def require_migrations() -> None:
    """Raises Problem unless the database is reachable and up to date."""
    from django.db import DatabaseError

    from aspa.config.doctor import first_line, pending_migrations, what_to_check

    try:
        missing = pending_migrations()
    except DatabaseError as problem:
        raise Problem(f"the database can't be used: {first_line(problem)}. {what_to_check()}.") from problem
    if missing:
        raise Problem("the database needs `aspa migrate`.")


def require_keys() -> None:
    """Raises Problem when the database was written with other keys: no page would come without its secrets."""
    from aspa.config.doctor import WITHOUT_KEYS, keys_open_database

    if not keys_open_database():
        raise Problem(f"the keys are not those that the database was written with. {WITHOUT_KEYS}")


def migrate(asked: argparse.Namespace) -> None:
    """Bring the database up to date; an empty one becomes a new installation's."""
    from django.core.management import CommandError
    from django.db import DatabaseError, transaction

    from aspa.config.doctor import first_line, reach_database, what_to_check
    from aspa.core.conversations import events
    from aspa.kit import fresh
    from aspa.service.search.messages import following as index
    from aspa.service.sla import following as sla

    try:
        reach_database()
    except DatabaseError as problem:
        raise Problem(f"the database can't be used: {first_line(problem)}. {what_to_check()}.") from problem
    try:
        fresh.migrate()
        # The data may come from a backup of another server.
        with transaction.atomic():
            if events.rebase():
                sla.rebase()
        index.drop_what_is_ahead()
    except (DatabaseError, CommandError) as problem:
        raise Problem(
            f"the database could not be brought up to date: {first_line(problem)}. {what_to_check()}."
        ) from problem


def createadmin(asked: argparse.Namespace) -> None:
    """Make an agent who may do everything; the password is asked for, or made and printed."""
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    from aspa.core.people.models import Agent

    require_migrations()
    email = asked.email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Problem(f"{asked.email!r} is not an e-mail address.") from None
    if Agent.objects.filter(email=email).exists():
        raise Problem(f"{email} is an agent already.")

    asks = sys.stdin.isatty() and not asked.generate
    name = asked.name or (input("Name: ").strip() if asks else "") or email.split("@")[0]
    agent = Agent(email=email, name=name, is_owner=True)
    password = asked_password(agent) if asks else None
    made = password is None
    password = password or secrets.token_urlsafe(PASSWORD_BYTES)
    Agent.objects.create_superuser(email, password, name=name)
    print(f"{name} <{email}> may now sign in and do everything.")
    if made:
        print(f"Password: {password}")


def asked_password(agent: Agent) -> str | None:
    """A password typed twice alike and good enough; None when one is to be made (just Enter)."""
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    while True:
        password = getpass.getpass("Password (Enter makes one): ")
        if not password:
            return None
        try:
            validate_password(password, user=agent)
        except ValidationError as problem:
            print(" ".join(problem.messages))
            continue
        if getpass.getpass("Again: ") == password:
            return password
        print("They differ; once more.")


def erase_again(asked: argparse.Namespace) -> None:
    """Erase whom a backup has brought back, by the list that is kept beside the database."""
    from pathlib import Path

    from aspa.service.privacy import erasing, graves

    require_migrations()
    file = Path(asked.file) if asked.file else graves.file()
    try:
        risen = graves.risen(file.read_text(encoding="ascii"))
    except (OSError, ValueError) as problem:
        raise Problem(f"{file} can't be read as such a list: {problem}") from problem
    for contact in risen:
        erasing.erase_now(contact)
    print(f"Erased once more: {len(risen)}.")


def compact(asked: argparse.Namespace) -> None:
    """Write the database anew; writers wait meanwhile."""
    from django.db import DatabaseError, connection

    from aspa.config.doctor import first_line
    from aspa.service.privacy import compacting

    if connection.vendor != "sqlite":
        raise Problem("PostgreSQL does this by itself (autovacuum).")
    try:
        compacting.compact()
    except DatabaseError as problem:
        raise Problem(f"the database could not be written anew: {first_line(problem)}") from problem
    print("The database is written anew.")


def reindex(asked: argparse.Namespace) -> None:
    """Have the index of what is published made anew by whoever does the tasks."""
    from aspa.service.search import content

    require_migrations()
    content.touch_all()
    print("The index is being made anew.")


def doctor(asked: argparse.Namespace) -> int:
    """Look at everything; 1 when something is wrong."""
    from aspa.config.doctor import report

    return 0 if report(print) else 1


if __name__ == "__main__":
    sys.exit(main())
