"""Sending by SMTP: TLS that is checked, every refusal told as what it is.

The server takes a letter at the moment in which it reads the end of its text (RFC 5321 4.1.1.4): a connection that
breaks before that has sent nothing, so it is tried again. One that breaks after it, before the answer, has perhaps
sent it; then nobody tries by themselves, and the agent is told.
"""

from __future__ import annotations

import base64
import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.core.mail.utils import DNS_NAME
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aspa.channels.email import oauth, reaching
from aspa.channels.email.sending import kept
from aspa.channels.email.sending.handing import LineDown, Refused, Taken, Unknown
from aspa.channels.email.sending.headers import wire_address

if TYPE_CHECKING:
    from aspa.channels.email.sending.handing import Parcel
    from aspa.channels.email.settings import Settings

# Seconds. To connect and for each answer; for the last one servers may look for viruses (RFC 5321 4.5.3.2.6 says 600,
# but a worker waits meanwhile).
ANSWER = 60.0
LAST_ANSWER = 300.0
CHUNK = 256 * 1024
_PERIOD = re.compile(rb"(?m)^\.")
_CODE = re.compile(r"\s*\d\.\d{1,3}\.\d{1,3}\s+")
# What isn't about this letter though it answers its first command: the account may not send as this address.
TOO_LARGE = 552

BROKEN_OFF = gettext_lazy("%(host)s broke off before it said whether it took the letter. It may have been sent.")


def send(parcel: Parcel, settings: Settings, inbox_id: int) -> Taken:
    """Hand a letter over. Raises Refused, LineDown or Unknown.

    By the connection that the last letter left open, if there is one. Such a one may have died meanwhile; as long as
    nothing of the letter was given that is no failure, and a new one is opened.
    """
    if waiting := kept.take(inbox_id, settings):
        try:
            refused = _envelope(waiting.server, parcel, settings)
        except LineDown:
            waiting.server.close()
        except BaseException:
            waiting.server.close()
            raise
        else:
            return _hand_over(waiting.server, parcel, settings, inbox_id, refused, letters=waiting.letters + 1)
    server = _signed_in(settings, inbox_id)
    try:
        refused = _envelope(server, parcel, settings)
    except BaseException:
        server.close()
        raise
    return _hand_over(server, parcel, settings, inbox_id, refused, letters=1)


def _hand_over(
    server: smtplib.SMTP, parcel: Parcel, settings: Settings, inbox_id: int, refused: dict[str, str], *, letters: int
) -> Taken:
    """The rest, once the server waits for the text."""
    try:
        _give(server, parcel, settings)
    except BaseException:
        server.close()
        raise
    kept.keep(inbox_id, settings, server, letters)
    return Taken(parcel.mail["Message-ID"].strip("<>"), refused)


@contextlib.contextmanager
def connection(settings: Settings, inbox_id: int) -> Iterator[smtplib.SMTP]:
    """A connection that has signed in, closed at the end. Raises LineDown."""
    server = _signed_in(settings, inbox_id)
    try:
        yield server
    finally:
        kept.leave(server)


def _signed_in(settings: Settings, inbox_id: int) -> smtplib.SMTP:
    try:
        server = _connect(settings)
    except (OSError, smtplib.SMTPException) as error:
        raise LineDown(_reached(settings, error)) from error
    try:
        try:
            _sign_in(server, settings, inbox_id)
        except smtplib.SMTPAuthenticationError as error:
            if settings.oauth:
                oauth.forget(inbox_id)
            raise LineDown(
                _("%(host)s doesn't accept the user name and password: %(words)s")
                % {"host": settings.smtp_host, "words": _words(error.smtp_error)}
            ) from error
        except (oauth.Refused, oauth.Unreachable) as error:
            raise LineDown(str(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            raise LineDown(_reached(settings, error)) from error
    except BaseException:
        server.close()
        raise
    return server


def tls_context() -> ssl.SSLContext:
    return ssl.create_default_context()


def _connect(settings: Settings) -> smtplib.SMTP:
    host, port, name = settings.smtp_host, settings.smtp_port, DNS_NAME.get_fqdn()
    if settings.smtp_security == "tls":
        return reaching.SmtpTls(host, port, local_hostname=name, timeout=ANSWER, context=tls_context())
    server = reaching.Smtp(host, port, local_hostname=name, timeout=ANSWER)
    if settings.smtp_security == "starttls":
        try:
            server.starttls(context=tls_context())
        except BaseException:
            server.close()
            raise
    return server


def _sign_in(server: smtplib.SMTP, settings: Settings, inbox_id: int) -> None:
    server.ehlo_or_helo_if_needed()
    if settings.oauth:
        # https://developers.google.com/workspace/gmail/imap/xoauth2-protocol; a refusal is a challenge to be answered
        # with nothing.
        word = f"user={settings.smtp_user or settings.address}\x01auth=Bearer {oauth.access_token(inbox_id)}\x01\x01"
        server.auth("XOAUTH2", lambda challenge=None: word if challenge is None else "")
    elif (settings.smtp_user + settings.smtp_password).isascii():
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
    else:
        # The standard library can't say a password with an ä (RFC 4616 has it in UTF-8).
        plain = base64.b64encode(f"\0{settings.smtp_user}\0{settings.smtp_password}".encode())
        code, said = server.docmd("AUTH", f"PLAIN {plain.decode()}")
        if code not in (235, 503):
            raise smtplib.SMTPAuthenticationError(code, said)


def _envelope(server: smtplib.SMTP, parcel: Parcel, settings: Settings) -> dict[str, str]:
    """Say who writes and to whom; returns the copies' addresses that are refused, with why."""
    # As at first, whatever the letter before this one needed.
    server.command_encoding = "ascii"
    if server.sock is not None:
        server.sock.settimeout(ANSWER)
    sender = wire_address(parcel.sender)
    recipients = [wire_address(address) for address in parcel.recipients.all]
    try:
        _answered(server.mail(sender, _options(server, parcel, [sender, *recipients])), "sender", settings)
        _answered(server.rcpt(recipients[0]), "recipient", settings, address=parcel.recipients.to[0])
        refused = {}
        for address, known in zip(recipients[1:], parcel.recipients.all[1:], strict=True):
            code, words = server.rcpt(address)
            if code not in (250, 251):
                refused[known] = _words(words)
        _answered(server.docmd("DATA"), "data", settings)
    except (OSError, smtplib.SMTPException) as error:
        raise LineDown(_reached(settings, error)) from error
    return refused


def _options(server: smtplib.SMTP, parcel: Parcel, addresses: list[str]) -> list[str]:
    options = []
    if server.has_extn("size"):
        options.append(f"size={len(parcel.mail.as_bytes())}")
    if not all(address.isascii() for address in addresses):
        if not server.has_extn("smtputf8"):
            raise Refused(
                _("The mail server can't write to addresses with letters like ä before the @."), permanent=True
            )
        options += ["SMTPUTF8", "BODY=8BITMIME"]
        server.command_encoding = "utf-8"
    return options


def _answered(answer: tuple[int, bytes], step: str, settings: Settings, address: str = "") -> None:
    """Raises what an answer means that isn't yes."""
    code, said = answer
    if code == 354 if step == "data" else 200 <= code < 300:
        return
    words = _words(said)
    # 421: the server closes the line. The first command's refusals are about us, not about this letter.
    if code == 421 or (step == "sender" and code != TOO_LARGE):
        raise LineDown(_("The mail server refuses to send for us: %(words)s") % {"words": f"{code} {words}"})
    if step == "text" and code < 400:
        raise Unknown(BROKEN_OFF % {"host": settings.smtp_host})
    if step == "recipient":
        text = _("%(address)s was refused: %(words)s") % {"address": address, "words": words}
    else:
        text = _("The mail server refused the letter: %(words)s") % {"words": words}
    raise Refused(text, permanent=code >= 500)


def _give(server: smtplib.SMTP, parcel: Parcel, settings: Settings) -> None:
    text = _PERIOD.sub(b"..", parcel.mail.as_bytes())
    if not text.endswith(b"\r\n"):
        text += b"\r\n"
    try:
        for start in range(0, len(text), CHUNK):
            server.send(text[start : start + CHUNK])
    except (OSError, smtplib.SMTPException) as error:
        raise LineDown(_reached(settings, error)) from error
    parcel.whole_is_given()
    try:
        if server.sock is not None:
            server.sock.settimeout(LAST_ANSWER)
        server.send(b".\r\n")
        answer = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise Unknown(BROKEN_OFF % {"host": settings.smtp_host}) from error
    _answered(answer, "text", settings)


def _reached(settings: Settings, error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPServerDisconnected) and isinstance(error.__context__, OSError):
        error = error.__context__
    values = {"host": settings.smtp_host, "port": settings.smtp_port, "words": _words(error)}
    if isinstance(error, reaching.NotAllowed):
        return reaching.words(settings.smtp_host)
    if isinstance(error, socket.gaierror):
        return _("There is no server called %(host)s.") % values
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("The certificate of %(host)s isn't valid: %(words)s") % {**values, "words": error.verify_message}
    if isinstance(error, ssl.SSLError):
        return _("%(host)s doesn't speak that encryption on port %(port)s.") % values
    if isinstance(error, TimeoutError):
        return _("%(host)s doesn't answer on port %(port)s.") % values
    if isinstance(error, ConnectionRefusedError):
        return _("%(host)s takes no connections on port %(port)s.") % values
    return _("The connection to %(host)s failed: %(words)s") % values


def _words(said: object) -> str:
    """What a server said, on one line, without the status code that people don't read."""
    if isinstance(said, smtplib.SMTPResponseException):
        said = said.smtp_error
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(_CODE.sub(" ", f" {line}").strip() for line in text.splitlines()).strip()[:200]
