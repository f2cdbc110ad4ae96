"""`aspa demo`: a web shop with Aspa in it, filled with a few weeks of life, on free ports of this machine."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import http.client
import os
import shutil
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aspa.demo.shop.app import Chat

HOST = "127.0.0.1"
PORT, SHOP_PORT = 8000, 8080
GIVE_UP_SECONDS = 10
# Says that a folder is a demo's, so that nothing else is ever emptied.
MARK = ".aspa-demo"
# They say nothing of anybody, and take a minute to make (`service/search/words`).
DICTIONARIES = "dictionaries"


def main(argv: Sequence[str]) -> int:
    """Run the demo until Ctrl-C. Gives the exit code: 0, 1 for a problem, 130 when it was stopped before it was there."""
    asked = parser().parse_args(argv)
    try:
        with (
            claimed(asked.home.resolve()) as home,
            listening(asked.port, PORT, "--port") as desk,
            listening(asked.shop_port, SHOP_PORT, "--shop-port") as shop,
        ):
            return run(home, desk, shop, keep=asked.keep)
    except DemoProblem as problem:
        print(f"aspa demo: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


class DemoProblem(Exception):
    """One sentence for the person at the keyboard."""


def parser() -> argparse.ArgumentParser:
    command = argparse.ArgumentParser(
        prog="aspa demo", description="A web shop with Aspa in it, to look around. Nothing leaves this machine."
    )
    command.add_argument("--port", type=int, help=f"Aspa's port (else {PORT}, or another free one)")
    command.add_argument("--shop-port", type=int, help=f"the shop's port (else {SHOP_PORT}, or another free one)")
    command.add_argument("--home", type=Path, default=Path("var/demo"), help="the folder for its data (var/demo)")
    command.add_argument("--keep", action="store_true", help="go on with what is in the folder, not from the beginning")
    return command


@contextlib.contextmanager
def claimed(home: Path) -> Iterator[Path]:
    """The folder as ours alone. Raises DemoProblem when a demo runs in it, or when it holds something else."""
    if home.is_dir() and not (home / MARK).exists() and any(home.iterdir()):
        raise DemoProblem(f"{home} holds something that isn't a demo; choose another --home.")
    try:
        home.mkdir(parents=True, exist_ok=True)
        mark = (home / MARK).open("a")
    except OSError as problem:
        raise DemoProblem(f"{home} can't be used ({problem.strerror}); choose another --home.") from problem
    with mark:
        try:
            # The system lets go of it with the process, however that ends.
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DemoProblem(
                f"a demo runs in {home} already; look at that one, stop it, or give this one a folder with --home."
            ) from None
        yield home


@contextlib.contextmanager
def listening(asked: int | None, usual: int, option: str) -> Iterator[socket.socket]:
    """A listening socket on the port asked for, else on the usual one when it is free, else on any.

    It listens from now on, so that nobody takes the port while the demo is being made.
    Raises DemoProblem when the port asked for is taken.
    """
    for port in [usual, 0] if asked is None else [asked]:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen()
        except (OSError, OverflowError):
            listener.close()
            continue
        with listener:
            yield listener
        return
    raise DemoProblem(f"port {asked} can't be had; choose another {option}, or leave it out to get a free one.")


def run(home: Path, desk: socket.socket, shop: socket.socket, *, keep: bool) -> int:
    """Make the demo in its folder, serve it, and give the exit code. Raises DemoProblem."""
    from django.db import DatabaseError

    aspa_address, shop_address = address_of(desk), address_of(shop)
    settle_environment(home, aspa_address)
    try:
        if not keep:
            empty(home)
        fill(shop_address.removeprefix("http://"))
        close_post = open_post(home / "mail")
    except (OSError, DatabaseError) as problem:
        raise DemoProblem(f"the demo could not be made in {home}: {problem}") from problem
    stop_shop = open_shop(aspa_address, shop)
    threading.Thread(target=tell_where, args=[aspa_address, shop_address, home], daemon=True).start()
    try:
        return serve(desk)
    finally:
        stop_shop()
        close_post()


def address_of(listener: socket.socket) -> str:
    """Where a browser on this machine finds it."""
    return f"http://localhost:{listener.getsockname()[1]}"


def empty(home: Path) -> None:
    """Leave of the folder what makes it a demo's, and the dictionaries."""
    for one in home.iterdir():
        if one.is_dir() and one.name != DICTIONARIES:
            shutil.rmtree(one)
        elif one.is_file() and one.name != MARK:
            one.unlink()


def settle_environment(home: Path, aspa: str) -> None:
    """The demo's own settings alone: an installation's are never touched, whatever the environment says."""
    for name in [name for name in os.environ if name.startswith("ASPA_") and name != "ASPA_LOG_LEVEL"]:
        del os.environ[name]
    os.environ["ASPA_HOME"], os.environ["ASPA_URL"] = str(home), aspa
    os.environ["ASPA_EMAIL_URL"] = f"filemail:///{home / 'mail'}"
    os.environ.setdefault("ASPA_LOG_LEVEL", "WARNING")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aspa.config.settings")


def fill(shop_host: str) -> None:
    """Bring the database up to date and, when it is empty, tell the demo's history into it."""
    import django

    django.setup()
    from django.db import connection

    from aspa.core.inboxes.models import Brand
    from aspa.demo import cast, history
    from aspa.kit import fresh

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # If the power goes now the demo is simply begun again; the server's own connections are careful.
            cursor.execute("PRAGMA synchronous=OFF")
    fresh.migrate(verbosity=0)
    if Brand.objects.exists():
        Brand.objects.update(domains=[shop_host])
    else:
        history.tell(cast.gather(shop_host))
    connection.close()


def open_post(folder: Path) -> Callable[[], None]:
    """Take what the demo's mail inboxes send, as files: nothing leaves this machine. Gives what stops it."""
    from aiosmtpd.controller import Controller
    from django.conf import settings
    from django.db import connection

    from aspa.core.inboxes.models import Inbox
    from aspa.demo.sink import Sink

    with listening(None, 0, "") as free:
        port = free.getsockname()[1]
    controller = Controller(Sink(folder), hostname=HOST, port=port)
    controller.start()
    settings.ASPA_PRIVATE_HOSTS.append(f"{HOST}:{controller.port}")
    # At every start: whatever the folder held before, its mail goes nowhere else.
    ours = {"outgoing": "smtp", "smtp_host": HOST, "smtp_port": controller.port, "smtp_security": "none"}
    for inbox in Inbox.objects.filter(channel="email"):
        inbox.settings |= ours | {"incoming": "none", "smtp_user": "", "oauth": ""}
        inbox.save(update_fields=["settings"])
    connection.close()
    return controller.stop


def open_shop(aspa: str, listener: socket.socket) -> Callable[[], None]:
    """Serve the shop beside Aspa, in a thread of its own. Gives what stops it."""
    import uvicorn

    from aspa.demo.shop.app import ShopWindow

    config = uvicorn.Config(
        ShopWindow(aspa, chats()).app,
        log_config=None,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=[[listener]], name="shop", daemon=True)
    thread.start()

    def stop() -> None:
        server.should_exit = True
        thread.join(5)

    return stop


def chats() -> dict[str, Chat]:
    """What each shop is told of its chat, by the shop's key."""
    from django.db import connection

    from aspa.core.inboxes.models import Inbox
    from aspa.demo.cast import BRANDS
    from aspa.demo.shop.app import Chat

    keys = {fields["slug"]: key for key, fields in BRANDS.items()}
    forms = dict(Inbox.objects.filter(channel="form").order_by("-pk").values_list("brand__slug", "public_id"))
    found = {
        keys[inbox.brand.slug]: Chat(
            inbox.public_id, inbox.brand.slug, inbox.brand.identity_secret, forms.get(inbox.brand.slug, "")
        )
        for inbox in Inbox.objects.filter(channel="webchat", brand__slug__in=keys)
        .select_related("brand")
        .order_by("-pk")
    }
    connection.close()
    return found


def serve(listener: socket.socket) -> int:
    """The same server as `aspa serve`, until it is stopped. Gives the exit code."""
    from aspa import cli

    try:
        cli.answer(listener)
    except cli.Problem as problem:
        raise DemoProblem(str(problem)) from problem
    return 0


def tell_where(aspa: str, shop: str, home: Path) -> None:
    """Say where everything is, once both answer."""
    while not (answers(aspa) and answers(shop)):
        time.sleep(0.05)
    from aspa.demo.cast import AGENTS, PASSWORD, email

    def row(*fields: Any) -> str:
        return "    {:<28}{}".format(*fields)

    people = [row(email(key), f"{name}, {title.lower()}") for key, (name, title, *_rest) in AGENTS.items()]
    lines = [
        "",
        "  Aspa's demo is running.",
        "",
        "  Be a customer (write in the chat at the lower right corner):",
        row("Villa & Vakka", f"{shop}/"),
        row("Pyöräpaja Kaisla", f"{shop}/kaisla/"),
        row("The help site", f"{aspa}/help/villa-vakka/fi/"),
        "",
        "  Be an agent, in another window:",
        row("The desk", f"{aspa}/"),
        row("Password for everybody", PASSWORD),
        *people,
        "",
        f"  Letters that would be sent are kept in {home / 'mail'}.",
        "  Ctrl-C ends everything.",
        "",
    ]
    print("\n".join(lines), flush=True)


def answers(address: str) -> bool:
    """Whether a page comes from there."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=GIVE_UP_SECONDS)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
