"""Connections to the mail servers that the settings name.

A company's own mail server is often beside Aspa, so hosts of one's own network may be named, but only the ports at which
mail servers listen: whoever may change an inbox's settings isn't meant to look around in the network (docs/decisions/0038).
The address is looked at when the connection is made, as `aspa.kit.outside` does.
"""

from __future__ import annotations

import imaplib
import ipaddress
import smtplib
import socket
import ssl
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from imap_tools import MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import MailboxStarttlsError
from imap_tools.utils import check_command_status

from aspa.kit import outside

# SMTP, IMAP, and both with TLS; 2525 is what stands in for 25 where that is closed.
PORTS = frozenset({25, 143, 465, 587, 993, 2525})


class NotAllowed(OSError):
    """A host of our own network, at a port where no mail server is expected."""


def connected(host: str, port: int, timeout: float | None) -> socket.socket:
    """Raises NotAllowed, and OSError for what can't be reached."""
    problem: OSError | None = None
    for address in _addresses(host, port):
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as failure:
            problem = failure
    raise problem or socket.gaierror(f"{host} has no address.")


def words(host: str) -> str:
    """What an admin is told of NotAllowed."""
    told = _(
        "%(host)s is in Aspa's own network, where mail servers are reached at their usual ports. Another one has to be named "
        "in ASPA_PRIVATE_HOSTS."
    )
    return told % {"host": host}


class Smtp(smtplib.SMTP):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return connected(host, port, timeout)


class SmtpTls(smtplib.SMTP_SSL, Smtp):
    """Its parent asks the next one in line for the socket, and encrypts it."""


class Imap(imaplib.IMAP4):
    def _create_socket(self, timeout: float | None) -> socket.socket:
        return connected(self.host, self.port, timeout)


class ImapTls(imaplib.IMAP4_SSL):
    def _create_socket(self, timeout: float | None) -> ssl.SSLSocket:
        plain = connected(self.host, self.port, timeout)
        return self.ssl_context.wrap_socket(plain, server_hostname=self.host)


class Plain(MailBoxUnencrypted):
    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return Imap(self._host, self._port, self._timeout)


class Encrypted(MailBox):
    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return ImapTls(self._host, self._port, ssl_context=self._ssl_context, timeout=self._timeout)


class StartTls(MailBoxStartTls):
    def _get_mailbox_client(self) -> imaplib.IMAP4:
        client = Imap(self._host, self._port, self._timeout)
        check_command_status(client.starttls(self._ssl_context), MailboxStarttlsError)
        return client


def _addresses(host: str, port: int) -> list[str]:
    """Those that the name has now. Raises NotAllowed, and socket.gaierror for a name without any."""
    try:
        found: list[Any] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as problem:
        raise socket.gaierror(f"{host} is no name.") from problem
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    named = {host, f"{host}:{port}"} & set(settings.ASPA_PRIVATE_HOSTS)
    if not named and port not in PORTS and not all(_is_public(one) for one in addresses):
        raise NotAllowed(f"{host} is in our own network, and {port} is no mail server's port.")
    return addresses


def _is_public(address: str) -> bool:
    return outside.is_public(ipaddress.ip_address(address.partition("%")[0]))
