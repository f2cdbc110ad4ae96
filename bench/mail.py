"""Mail becoming conversations: five hundred mixed mails through LMTP and through IMAP, and one of 50 MB."""

from __future__ import annotations

import contextlib
import dataclasses
import email
import email.policy
import itertools
import json
import smtplib
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from bench.letters import CUSTOMERS, Corpus, corpus, large
from bench.report import Figure, Missed, Promise, typical
from bench.run import Run
from bench.server import Place, Server, place, running
from testing.mail import PASSWORD, Dovecot, dovecot
from testing.programs import run_program
from testing.services import free_port

ADDRESS = "support@bench.example"
MAILS = 500
SENDERS = 8
LARGE = 49_000_000  # bytes
DEADLINE = 120  # seconds
HANDLED = "SELECT count(*) FROM email_arrival WHERE state <> 'new'"
# Receipts that one customer gets in a day (`aspa/service/receipts`).
MOST = 4

_seeds = itertools.count(1)


def measure(run: Run) -> list[Figure]:
    return [figure for database in run.databases for figure in on(database, run)]


def on(database: str, run: Run) -> list[Figure]:
    rates: dict[str, list[float]] = {"LMTP": [], "IMAP": [], "floor": []}
    with place(database) as made, place(database) as beside, dovecot() as mailserver, sink() as letters_go_to:
        # One process does everything, as it does where there is no Redis.
        at = dataclasses.replace(made, redis_url="")
        seed(at, mailserver, letters_go_to)
        with serving(at) as (server, lmtp):
            meet_customers(at, lmtp)
            meet_mailbox(at, mailserver)
            for _ in range(run.times):
                rates["floor"].append(floor(beside, corpus(MAILS, to=ADDRESS, seed=next(_seeds)).mails))
                rates["LMTP"].append(by_lmtp(at, lmtp))
                rates["IMAP"].append(by_imap(at, mailserver))
            megabytes = memory(at, lmtp, server)
    bare = typical(rates["floor"])
    return [
        *(
            Figure(f"mails through {way}, {database}", typical(rates[way]), "/s", Promise(at_least=150), bare)
            for way in ("LMTP", "IMAP")
        ),
        Figure(f"memory for a mail of 49 MB, {database}", megabytes, "MB", Promise(at_most=400)),
    ]


@contextlib.contextmanager
def serving(at: Place) -> Iterator[tuple[Server, int]]:
    """`aspa serve` with a receiver of mail, and that one's port."""
    port, lmtp = free_port(), free_port()
    command = [sys.executable, "-m", "aspa.cli", "serve", "--host", "127.0.0.1", "--port", str(port)]
    more = {"ASPA_URL": f"http://127.0.0.1:{port}", "ASPA_LMTP_LISTEN": f"127.0.0.1:{lmtp}"}
    more["ASPA_PRIVATE_HOSTS"] = "127.0.0.1"
    with running(command, {**at.environment, **more}, port, at.home / "serve.log") as server:
        yield server, lmtp


@contextlib.contextmanager
def sink() -> Iterator[int]:
    """A mail server that takes our letters and forgets them; gives its port."""
    controller = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def meet_customers(at: Place, lmtp: int) -> None:
    """Every customer writes until they have had their receipts of the day."""
    greetings = corpus(CUSTOMERS * MOST, to=ADDRESS, seed=next(_seeds), answers=False).mails
    send(lmtp, greetings)
    wait_for(at, "SELECT count(*) FROM conversations_message WHERE code = 'receipt' AND state = 'sent'", len(greetings))


def by_lmtp(at: Place, port: int) -> float:
    """Mails a second, from the first word to the server until the last one is handled."""
    mails = corpus(MAILS, to=ADDRESS, seed=next(_seeds))
    return timed(at, mails, lambda: send(port, mails.mails))


def by_imap(at: Place, mailserver: Dovecot) -> float:
    """Mails a second, from their coming into the mailbox, all at once, until the last one is handled."""
    mails = corpus(MAILS, to=ADDRESS, seed=next(_seeds))
    with mailserver.client("bench") as client:
        client.delete("Stage")
        mailserver.append("bench", *mails.mails, folder="Stage")
        client.select("Stage")
        return timed(at, mails, lambda: client.uid("COPY", "1:*", "INBOX"))


def timed(at: Place, mails: Corpus, bring: Callable[[], Any]) -> float:
    """Raises Missed unless every mail is a message once, and every answer in the conversation that it answers."""
    handled, messages, conversations = counts(at)
    started = time.perf_counter()
    bring()
    wait(at, handled + len(mails.mails))
    took = time.perf_counter() - started
    _, more_messages, more_conversations = counts(at)
    made = (more_messages - messages, more_conversations - conversations)
    if made != (len(mails.mails), mails.conversations):
        raise Missed(f"Of {len(mails.mails)} mails {made[0]} became messages, in {made[1]} conversations.")
    return len(mails.mails) / took


def send(port: int, mails: list[bytes]) -> None:
    """As a mail server does: some connections at once, each mail acknowledged before the next."""
    waiting = iter(mails)
    lock, problems = threading.Lock(), []

    def deliver() -> None:
        try:
            with smtplib.LMTP("127.0.0.1", port) as client:
                while True:
                    with lock:
                        mail = next(waiting, None)
                    if mail is None:
                        return
                    client.sendmail("customer@home.example", [ADDRESS], mail)
        except (smtplib.SMTPException, OSError) as problem:
            problems.append(problem)

    senders = [threading.Thread(target=deliver) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    if problems:
        raise Missed(f"A mail was not taken: {problems[0]}")


def meet_mailbox(at: Place, mailserver: Dovecot) -> None:
    """The server takes the mailbox's mail from when it has met it."""
    mailserver.append("bench", b"From: a@home.example\r\nSubject: first\r\n\r\nHello\r\n", folder="Stage")
    wait_for(at, "SELECT count(*) FROM email_folder", 1)


def memory(at: Place, port: int, server: Server) -> float:
    """What one very large mail adds to the process at its peak, in MB."""
    before = server.memory
    Path(f"/proc/{server.pid}/clear_refs").write_text("5", encoding="ascii")  # the peak is counted from now
    handled, *_ = counts(at)
    with smtplib.LMTP("127.0.0.1", port) as client:
        client.ehlo()
        client.mail("big@home.example")
        client.rcpt(ADDRESS)
        client.docmd("DATA")
        for piece in large(LARGE, to=ADDRESS):
            client.send(piece)
        client.send(b".\r\n")
        if client.getreply()[0] != 250:
            raise Missed("The large mail was not taken.")
    wait(at, handled + 1)
    status = Path(f"/proc/{server.pid}/status").read_text(encoding="ascii")
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) * 1024 / 1e6
    return peak - before


def floor(at: Place, mails: list[bytes]) -> float:
    """Mails a second that are parsed by the standard library and inserted durably, one by one. Nothing else."""
    insert = store(at)
    started = time.perf_counter()
    for number, raw in enumerate(mails):
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        for part in mail.walk():
            if not part.is_multipart():
                part.get_payload(decode=True)
        insert((number, str(mail["Message-ID"]), str(mail["From"]), str(mail["Subject"]), raw))
    return len(mails) / (time.perf_counter() - started)


def store(at: Place) -> Callable[[tuple[Any, ...]], object]:
    """A table of its own, and what inserts a row and commits it."""
    make = "CREATE TABLE IF NOT EXISTS floor_mail (number integer, id text, sender text, subject text, raw {})"
    if at.database_url.startswith("sqlite"):
        lite = sqlite3.connect(at.database_url.removeprefix("sqlite:///"), isolation_level=None)
        lite.execute("PRAGMA journal_mode=WAL")
        lite.execute("PRAGMA synchronous=FULL")
        lite.execute(make.format("blob"))
        return lambda row: lite.execute("INSERT INTO floor_mail VALUES (?, ?, ?, ?, ?)", row)
    import psycopg

    session = psycopg.connect(at.database_url, autocommit=True)
    session.execute(make.format("bytea").encode())
    return lambda row: session.execute("INSERT INTO floor_mail VALUES (%s, %s, %s, %s, %s)", row)


def counts(at: Place) -> tuple[int, int, int]:
    """Mails that are handled, messages from customers, conversations."""
    (handled,) = query(at, HANDLED)
    (messages,) = query(at, "SELECT count(*) FROM conversations_message WHERE kind = 'incoming'")
    (conversations,) = query(at, "SELECT count(*) FROM conversations_conversation")
    return handled, messages, conversations


def wait(at: Place, handled: int) -> None:
    wait_for(at, HANDLED, handled)


def wait_for(at: Place, words: str, count: int) -> None:
    """Raises Missed when the query doesn't give that count in time."""
    deadline = time.monotonic() + DEADLINE
    while (found := query(at, words)[0]) < count:
        if time.monotonic() > deadline:
            raise Missed(f"{found} of {count}: {words}")
        time.sleep(0.02)


def query(at: Place, words: str) -> tuple[int, ...]:
    if at.database_url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(at.database_url.removeprefix("sqlite:///"), timeout=20)) as lite:
            return tuple(lite.execute(words).fetchone())
    import psycopg

    with psycopg.connect(at.database_url) as session:
        return tuple(session.execute(words.encode()).fetchone() or ())


def seed(at: Place, mailserver: Dovecot, letters_go_to: int) -> None:
    """Two inboxes: one by our own receiver, one fetched from the mail server."""
    out = {"smtp_host": "127.0.0.1", "smtp_port": letters_go_to, "smtp_security": "none"}
    fetched = {
        **out,
        "address": "fetched@bench.example",
        "incoming": "imap",
        "imap_host": "127.0.0.1",
        "imap_port": mailserver.port,
        "imap_security": "none",
        "imap_user": "bench",
        "imap_password": PASSWORD,
        "trusted_servers": ["mx.bench.example"],
    }
    received = {**out, "address": ADDRESS, "incoming": "smtp", "trusted_servers": ["mx.bench.example"]}
    run_program(at.environment, "-m", "bench.mail", json.dumps([received, fetched]))


def make_inboxes(settings: list[dict[str, Any]]) -> None:
    from aspa.core.inboxes.models import Brand, Inbox

    brand = Brand.objects.create(name="Bench", slug="bench")
    for one in settings:
        Inbox.objects.create(brand=brand, name=one["address"], channel="email", settings=one)


if __name__ == "__main__":
    import django

    django.setup()
    make_inboxes(json.loads(sys.argv[1]))
