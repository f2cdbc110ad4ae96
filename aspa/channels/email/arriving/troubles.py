"""What is wrong with a mailbox, in an admin's words."""

from __future__ import annotations

import imaplib
import socket
import ssl
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from imap_tools.errors import MailboxFolderSelectError, MailboxLoginError, MailboxStarttlsError

from aspa.channels.email import oauth, reaching
from aspa.channels.email.arriving.keeping import TryLater

if TYPE_CHECKING:
    from aspa.channels.email.settings import Settings


def words(problem: Exception, mine: Settings) -> str:
    """One sentence about a failure while connecting to the mailbox or reading it."""
    place = {"host": mine.imap_host, "port": mine.imap_port, "user": mine.imap_user}
    if isinstance(problem, (oauth.Refused, oauth.Unreachable)):
        return str(problem)
    if isinstance(problem, TryLater):
        return _("Aspa can't store mail just now: the disk is full or the database is away.")
    if isinstance(problem, MailboxLoginError):
        return _("%(host)s doesn't accept the user name and password of %(user)s.") % place
    if isinstance(problem, MailboxFolderSelectError):
        return _("A folder can't be opened: %(words)s") % {"words": _said(problem.command_result)}
    if isinstance(problem, reaching.NotAllowed):
        return reaching.words(mine.imap_host)
    if isinstance(problem, socket.gaierror):
        return _("There is no server called %(host)s.") % place
    if isinstance(problem, ssl.SSLCertVerificationError):
        return _("The certificate of %(host)s isn't valid: %(words)s") % {**place, "words": problem.verify_message}
    if isinstance(problem, (ssl.SSLError, MailboxStarttlsError)):
        return _("%(host)s doesn't speak that encryption on port %(port)s.") % place
    if isinstance(problem, TimeoutError):
        return _("%(host)s doesn't answer on port %(port)s.") % place
    if isinstance(problem, ConnectionRefusedError):
        return _("%(host)s takes no connections on port %(port)s.") % place
    if isinstance(problem, imaplib.IMAP4.error) and not isinstance(problem, imaplib.IMAP4.abort) and mine.oauth:
        return _("%(host)s doesn't accept the sign-in of %(user)s.") % place
    if isinstance(problem, (OSError, imaplib.IMAP4.abort)):
        return _("The connection to %(host)s was cut.") % place
    return f"{type(problem).__name__}: {problem}"[:200]


def _said(answer: tuple[object, ...]) -> str:
    """What the server said, of an answer like ("NO", [b"..."])."""
    data = answer[1] if len(answer) > 1 else ""
    said = data[-1] if isinstance(data, list) and data else data
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
