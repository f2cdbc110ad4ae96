"""`aspa demo`: a web shop with Aspa in it, filled with a few weeks of life, on free ports of this machine."""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aspa.demo.shop.app import Chat

HOST = "127.0.0.1"
PORT, SHOP_PORT = 8000, 8080
# Says that a folder is a demo's, so that nothing else is ever emptied.
MARK = ".aspa-demo"
# They say nothing of anybody, and take a minute to make (`service/search/words`).
DICTIONARIES = "dictionaries"


def main(argv: Sequence[str]) -> int:
    """Run the demo until Ctrl-C. Gives the exit code: 0, 1 for a problem."""
    asked = parser().parse_args(argv)
    try:
        port, shop_port = free_port(asked.port, PORT), free_port(asked.shop_port, SHOP_PORT)
        home = fresh_home(asked.home, keep=asked.keep)
    except DemoProblem as problem:
        print(f"aspa demo: {problem}", file=sys.stderr)
        return 1
    aspa, shop = f"http://localhost:{port}", f"http://localhost:{shop_port}"
    settle_environment(home, aspa)
    fill(f"localhost:{shop_port}")
    close_post = open_post(home / "mail")
    stop_shop = open_shop(aspa, shop_port)
    threading.Thread(target=tell_where, args=[port, aspa, shop, home], daemon=True).start()
    try:
        return serve(port)
    finally:
        stop_shop()
        close_post()


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


def free_port(asked: int | None, usual: int) -> int:
    """The port asked for, else the usual one when it is free, else any. Raises DemoProblem when it is taken."""
    for port in [usual, 0] if asked is None else [asked]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
                return int(probe.getsockname()[1])
            except (OSError, OverflowError):
                continue
    raise DemoProblem(f"port {asked} is taken; choose another, or leave it out to get a free one.")


def fresh_home(home: Path, *, keep: bool) -> Path:
    """The data folder, empty unless kept. Raises DemoProblem for a folder that holds something else than a demo."""
    home = home.resolve()
    if home.exists() and not (home / MARK).exists() and any(home.iterdir()):
        raise DemoProblem(f"{home} holds something that isn't a demo; choose another --home.")
    if home.exists() and not keep:
        for one in home.iterdir():
            if not one.is_dir():
                one.unlink()
            elif one.name != DICTIONARIES:
                shutil.rmtree(one)
    home.mkdir(parents=True, exist_ok=True)
    (home / MARK).touch()
    return home


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
    from django.db import connection

    from aspa.core.inboxes.models import Inbox
    from aspa.demo.sink import Sink

    controller = Controller(Sink(folder), hostname=HOST, port=free_port(None, 0))
    controller.start()
    # At every start: whatever the folder held before, its mail goes nowhere else.
    ours = {"outgoing": "smtp", "smtp_host": HOST, "smtp_port": controller.port, "smtp_security": "none"}
    for inbox in Inbox.objects.filter(channel="email"):
        inbox.settings |= ours | {"incoming": "none", "smtp_user": "", "oauth": ""}
        inbox.save(update_fields=["settings"])
    connection.close()
    return controller.stop


def open_shop(aspa: str, port: int) -> Callable[[], None]:
    """Serve the shop beside Aspa, in a thread of its own. Gives what stops it."""
    import uvicorn

    from aspa.demo.shop.app import ShopWindow

    config = uvicorn.Config(
        ShopWindow(aspa, chats()).app,
        host=HOST,
        port=port,
        log_config=None,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="shop", daemon=True)
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


def serve(port: int) -> int:
    """The same server as `aspa serve`, until it is stopped."""
    from aspa import cli

    return cli.main(["serve", "--host", HOST, "--port", str(port)])


def tell_where(port: int, aspa: str, shop: str, home: Path) -> None:
    """Say where everything is, once the server answers."""
    while not answers(port):
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


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0
