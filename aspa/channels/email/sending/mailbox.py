"""The inbox's own mailbox by IMAP, where copies of what is sent are put."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator
from typing import TYPE_CHECKING

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted

if TYPE_CHECKING:
    from aspa.channels.email.settings import Settings
    from aspa.core.inboxes.models import Inbox

SECONDS = 60.0


@contextlib.contextmanager
def signed_in(inbox: Inbox, settings: Settings) -> Iterator[BaseMailBox]:
    """Raises OSError, imap_tools.MailboxLoginError and imaplib's errors."""
    mailbox = _connect(settings)
    try:
        mailbox.login(settings.imap_user, settings.imap_password, initial_folder=None)
        yield mailbox
    finally:
        with contextlib.suppress(Exception):
            mailbox.logout()


def _connect(settings: Settings) -> BaseMailBox:
    host, port = settings.imap_host, settings.imap_port
    if settings.imap_security == "tls":
        return MailBox(host, port, timeout=SECONDS, ssl_context=ssl.create_default_context())
    if settings.imap_security == "starttls":
        return MailBoxStartTls(host, port, timeout=SECONDS, ssl_context=ssl.create_default_context())
    return MailBoxUnencrypted(host, port, timeout=SECONDS)
