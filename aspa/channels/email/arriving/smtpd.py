"""Our own receiver: SMTP for a direct MX or a mail server before us, LMTP for a local one.

A mail is acknowledged when it is durable. Whom it is for is asked of the inboxes; anybody else is refused at RCPT.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from email.utils import formatdate
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings

from aspa.channels.email.arriving import ours
from aspa.channels.email.arriving.group import Group
from aspa.channels.email.arriving.keeping import Coming, TryLater
from aspa.channels.email.arriving.spool import BLOCK, Spool
from aspa.kit.rates import Buckets

logger = logging.getLogger(__name__)

# How long the addresses of our inboxes are remembered, in seconds; and how long when the database can't be asked.
FRESH, STALE = 5, 600
MOST_RECIPIENTS = 100
MOST_CONNECTIONS = 200
# From one address of the network, unless it is this machine's own.
MOST_FROM_ONE = 20
MAILS_PER_SECOND, MAILS_AT_ONCE = 5, 200
QUIET_SECONDS = 300.0
LATER = "451 4.3.0 Not now, please try again later"


class Doors:
    """What all connections of this process share. Used in the receiver's event loop alone."""

    def __init__(self) -> None:
        self.group = Group()
        self.connections: Counter[str] = Counter()
        self.rates = Buckets(MAILS_PER_SECOND, MAILS_AT_ONCE)
        self._ours: ours.Ours | None = None
        self._read_at = 0.0

    async def inbox_id(self, address: str) -> int | None:
        """Whose address it is, None for nobody's. Raises TryLater when that can't be found out."""
        age = time.monotonic() - self._read_at
        if self._ours is None or age > FRESH:
            try:
                self._ours, self._read_at = await self.group.read(ours.known), time.monotonic()
            except Exception as problem:
                if self._ours is None or age > STALE:
                    raise TryLater(type(problem).__name__) from problem
        return self._ours.inbox_id(address)


class Receiver(SMTP):
    """One connection. The parent speaks the protocol; what is judged and kept is ours."""

    # Of the stream, too: the parent's 1,001 would stop it after every other line, and real mail has longer ones.
    line_length_limit = BLOCK
    answers_each = False

    def __init__(self, doors: Doors, tls: ssl.SSLContext | None) -> None:
        super().__init__(
            self,
            data_size_limit=settings.ASPA_MAIL_BYTES,
            enable_SMTPUTF8=True,
            hostname=urlsplit(settings.ASPA_URL).hostname or "localhost",
            ident="Aspa",
            tls_context=tls,
            timeout=QUIET_SECONDS,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            loop=asyncio.get_running_loop(),
        )
        self._doors = doors
        # The inbox of each recipient that was accepted, by address.
        self._recipients: dict[str, int] = {}

    async def _handle_client(self) -> None:
        peer = self._peer()
        mine = self._doors.connections
        crowded = mine.total() >= MOST_CONNECTIONS or (not _is_local(peer) and mine[peer] >= MOST_FROM_ONE)
        mine[peer] += 1
        try:
            if crowded:
                await self.push("421 4.7.0 Too many connections, please try again later")
                self.transport.close()  # type: ignore[union-attr]
            else:
                await super()._handle_client()
        finally:
            mine[peer] -= 1
            if not mine[peer]:
                del mine[peer]

    def _set_post_data_state(self) -> None:
        super()._set_post_data_state()
        self._recipients = {}

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*(line for line in responses[:-1] if "AUTH" not in line), "250-PIPELINING", "250 ENHANCEDSTATUSCODES"]

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not _is_clean(address):
            return "553 5.1.7 That address can't be right"
        peer = self._peer()
        if not _is_local(peer) and self._doors.rates.take(peer):
            return "450 4.7.1 Too many mails, please slow down"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not _is_clean(address):
            return "553 5.1.3 That address can't be right"
        if len(self._recipients) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            inbox_id = await self._doors.inbox_id(_unicode_domain(address))
        except TryLater:
            return LATER
        if inbox_id is None:
            return "550 5.1.1 There is no such address here"
        self._recipients[address] = inbox_id
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_exception(self, error: Exception) -> str:
        logger.error("The mail receiver failed", exc_info=error)
        return LATER

    async def smtp_DATA(self, arg: str | None) -> None:
        if await self.check_helo_needed():
            return
        if not self._recipients:
            return await self.push("503 5.5.1 Say first whom it is for: RCPT")
        if arg:
            return await self.push("501 5.5.4 Syntax: DATA")
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        recipients = self._recipients
        with Spool(self._trace(), settings.ASPA_MAIL_BYTES) as spool:
            # A large mail may take longer than a pause between commands.
            with self._unhurried():
                await spool.read_from(self._reader)
            status = await self._keep(spool, recipients)
        self._set_post_data_state()
        for _ in recipients if self.answers_each else [None]:
            await self.push(status)

    async def _keep(self, spool: Spool, recipients: dict[str, int]) -> str:
        if spool.is_too_large:
            return "552 5.3.4 The mail is too large"
        if spool.is_broken:
            return "452 4.3.1 No room just now, please try again later"
        assert self.envelope is not None
        mail_from = "" if self.envelope.mail_from in (None, "<>") else self.envelope.mail_from
        peer = "" if self.answers_each else _outside(self._peer())
        by_inbox: defaultdict[int, list[str]] = defaultdict(list)
        for address, inbox_id in recipients.items():
            by_inbox[inbox_id].append(address)
        try:
            await self._doors.group.keep(
                [
                    Coming(
                        inbox_id,
                        f"sha256:{spool.digest}",
                        spool.file,
                        mail_from,
                        tuple(addresses),
                        peer=peer,
                        helo=_word(self.session.host_name) if peer and self.session else "",
                    )
                    for inbox_id, addresses in by_inbox.items()
                ]
            )
        except TryLater as problem:
            logger.error("Mail can't be kept: %s", problem)
            return LATER
        return "250 2.0.0 OK, it is kept"

    def _trace(self) -> bytes:
        """The lines that a receiver writes on top (RFC 5321 4.4)."""
        assert self.session is not None
        assert self.envelope is not None
        sender = "" if self.envelope.mail_from in (None, "<>") else self.envelope.mail_from
        lines = [
            f"Return-Path: <{sender}>",
            f"Received: from {_word(self.session.host_name)} ([{_word(self._peer())}])",
            f"\tby {self.hostname} with {'LMTP' if self.answers_each else 'ESMTP'}; {formatdate(localtime=True)}",
        ]
        return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace")

    def _peer(self) -> str:
        peer: Any = self.session.peer if self.session else None
        return str(peer[0]) if isinstance(peer, tuple) else ""

    @contextlib.contextmanager
    def _unhurried(self) -> Iterator[None]:
        """The time for one mail is an hour, not that of a pause."""
        self._reset_timeout(3600)
        try:
            yield
        finally:
            self._reset_timeout()


class LmtpReceiver(Receiver, LMTP):
    """The same for a mail server on this machine: it wants to know of each recipient (RFC 2033)."""

    answers_each = True


class Listening:
    """The receiver's thread, on the sockets that the settings name. Raises ListenError when one can't be had."""

    def __init__(self) -> None:
        self._tls = Certificate.given()
        self._sockets: list[tuple[socket.socket, type[Receiver]]] = []
        for name, kind in (("ASPA_SMTP_LISTEN", Receiver), ("ASPA_LMTP_LISTEN", LmtpReceiver)):
            if place := getattr(settings, name):
                self._sockets.append((_listening(place, name), kind))
        self._ready = threading.Event()
        self._stop: Callable[[], None] | None = None
        self._thread = threading.Thread(target=self._run, name="mail receiver", daemon=True)

    @property
    def ports(self) -> list[int]:
        return [one.getsockname()[1] for one, _ in self._sockets if one.family != socket.AF_UNIX]

    def start(self) -> None:
        if self._sockets:
            self._thread.start()
            self._ready.wait(10)

    def stop(self, patience: float = 10) -> None:
        """Take no more mail, let what is being received come to its end, and stop."""
        if self._stop is not None:
            self._stop()
            self._thread.join(patience)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        def stop() -> None:
            loop.call_soon_threadsafe(done.set)

        self._stop = stop
        doors = Doors()
        servers = []
        for one, kind in self._sockets:
            make = partial(self._receiver, kind, doors)
            if one.family == socket.AF_UNIX:
                servers.append(await loop.create_unix_server(make, sock=one))
            else:
                servers.append(await loop.create_server(make, sock=one))
        self._ready.set()
        await done.wait()
        for server in servers:
            server.close()
        for _ in range(50):
            if not doors.connections:
                break
            await asyncio.sleep(0.1)
        await doors.group.close()

    def _receiver(self, kind: type[Receiver], doors: Doors) -> Receiver:
        return kind(doors, None if kind.answers_each or self._tls is None else self._tls.context())


class Certificate:
    """The receiver's certificate for STARTTLS; read again when its file has changed."""

    def __init__(self, certificate: Path, key: Path | None) -> None:
        self._files = (certificate, key)
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._changed = 0.0
        self.context()

    @classmethod
    def given(cls) -> Certificate | None:
        """Raises ListenError when the settings name one that can't be used."""
        if not settings.ASPA_SMTP_CERTIFICATE:
            return None
        key = Path(settings.ASPA_SMTP_KEY) if settings.ASPA_SMTP_KEY else None
        try:
            return cls(Path(settings.ASPA_SMTP_CERTIFICATE), key)
        except OSError as problem:
            raise ListenError(f"ASPA_SMTP_CERTIFICATE: {problem}") from problem

    def context(self) -> ssl.SSLContext:
        certificate, key = self._files
        changed = certificate.stat().st_mtime
        if changed != self._changed:
            self._context.load_cert_chain(certificate, key)
            self._changed = changed
        return self._context


class ListenError(OSError):
    """A receiver that the settings ask for can't be started; the text says which and why."""


def _listening(place: str, name: str) -> socket.socket:
    """A socket at "host:port", or at the path of a file."""
    try:
        if "/" in place:
            return _listening_at(Path(place))
        host, _, port = place.rpartition(":")
        host = host.strip("[]") or "127.0.0.1"
        listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            # Several workers on one machine share it.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            listener.bind((host, int(port)))
        except BaseException:
            listener.close()
            raise
        return listener
    except (OSError, ValueError, OverflowError) as problem:
        raise ListenError(f"{name}: can't listen on {place}: {problem}") from problem


def _listening_at(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    try:
        if path.is_socket():
            # Left by a process that is gone, or another worker's, who keeps the connections it has.
            path.unlink()
        listener.bind(str(path))
        # The mail server runs as somebody else; the folder says who may come in.
        path.chmod(0o666)
    except BaseException:
        listener.close()
        raise
    return listener


def _is_local(peer: str) -> bool:
    """This machine's own programs, and those at a file's socket, which have no address."""
    return peer in ("", "127.0.0.1", "::1")


def _outside(peer: str) -> str:
    """The address when it is one of the whole internet; empty for this machine's and for those of our own network.

    A mail server in our own network has taken the mail from somebody else: SPF can't be asked about it.
    """
    if _is_local(peer):
        return ""
    try:
        address = ip_address(peer)
    except ValueError:
        return ""
    address = getattr(address, "ipv4_mapped", None) or address
    return str(address) if address.is_global else ""


def _is_clean(address: str) -> bool:
    """Without control characters and half letters, which databases refuse."""
    return address.isprintable() and not any("\ud800" <= letter <= "\udfff" for letter in address)


def _unicode_domain(address: str) -> str:
    local, _, domain = address.rpartition("@")
    with contextlib.suppress(UnicodeError):
        domain = domain.encode("ascii").decode("idna")
    return f"{local}@{domain}"


def _word(said: str | None) -> str:
    return "".join(letter for letter in said or "" if letter.isalnum() or letter in ".-:_")[:200]
