"""Mail servers for the tests: a whole one (aiosmtpd), and one that does as a script says."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import email
import email.policy
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from aspa.channels.email.sending import kept

PASSWORD = "kesä-2026"
DIES = "dies in the text"


class Peer:
    """Takes mail for everybody. `refusing` answers RCPT for an address; `answers` are given to the next texts first."""

    def __init__(self) -> None:
        self.port = 0
        self.taken: list[Envelope] = []
        self.sessions: list[Session] = []
        self.refusing: dict[str, str] = {}
        self.answers: list[str] = []
        self.signed_in: list[str] = []

    @property
    def mails(self) -> list[EmailMessage]:
        return [parsed(one.content) for one in self.taken]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refusing:
            return self.refusing[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answers:
            return self.answers.pop(0)
        if session not in self.sessions:
            self.sessions.append(session)
        self.taken.append(envelope)
        return "250 Taken"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.signed_in.append(mechanism)
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        word = base64.b64decode(args[1])
        self.signed_in.append("XOAUTH2")
        if word == b"user=support@villa.example\x01auth=Bearer token-7\x01\x01":
            return AuthResult(success=True)
        assert await server.challenge_auth('{"status": "401"}') == b""
        return AuthResult(success=False, handled=False)


def parsed(content: Any) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)  # type: ignore[arg-type,return-value]


@contextmanager
def serving(
    peer: Peer, *, tls: str = "none", certificate: Path | None = None, auth: bool = False, **more: Any
) -> Iterator[Peer]:
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    controller = Controller(
        peer,
        hostname="127.0.0.1",
        port=free_port(),
        ssl_context=context if tls == "tls" else None,
        tls_context=context if tls == "starttls" else None,
        require_starttls=tls == "starttls",
        auth_required=auth,
        auth_require_tls=False,
        authenticator=peer.authenticate if auth else None,
        **{"enable_SMTPUTF8": False, **more},
    )
    peer.port = controller.port
    controller.start()
    try:
        yield peer
    finally:
        kept.leave_all()
        controller.stop()


class Script:
    """Plays one part of a script for each connection: what it answers to each line.

    None hangs up, "" says nothing any more, DIES hangs up in the middle of the text.
    """

    def __init__(self, *parts: list[str | None]) -> None:
        self.parts = list(parts)
        self.texts: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._let_go = threading.Event()

    def __enter__(self) -> Script:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        kept.leave_all()
        self._let_go.set()
        self._listener.close()
        with socket.socket() as knock:
            knock.settimeout(1)
            knock.connect_ex(("127.0.0.1", self.port))
        self._thread.join(10)

    def _serve(self) -> None:
        for part in self.parts:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            with contextlib.suppress(ConnectionError), connection, connection.makefile("rb") as lines:
                self._play(part, connection, lines)

    def _play(self, part: list[str | None], connection: socket.socket, lines: Any) -> None:
        for number, answer in enumerate(part):
            in_text = number > 0 and (part[number - 1] or "").startswith("354")
            if in_text and answer != DIES:
                self.texts.append(b"".join(iter(lines.readline, b".\r\n")))
            elif number:
                lines.read(1000) if answer == DIES else lines.readline()
            if answer in (None, DIES):
                return
            if answer == "":
                self._let_go.wait(20)
                return
            connection.sendall(answer.encode() + b"\r\n")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def make_certificate(path: Path) -> Path:
    """A key and a certificate of its own for 127.0.0.1, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
