"""Mailboxes fetched by IMAP: each by a thread that waits for news (IDLE) or asks now and then.

What is fetched is kept first; then the mailbox is told (read, deleted), then how far it was read is noted. So a stop at
any moment loses nothing, and what comes twice is known by its number.
"""

from __future__ import annotations

import hashlib
import imaplib
import logging
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING

from django.conf import settings as django_settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.utils.translation import gettext as _
from imap_tools import BaseMailBox

from aspa.channels.email import lines, oauth, reaching, settings
from aspa.channels.email.arriving import keeping
from aspa.channels.email.arriving.fetching import Refused, fetch, sizes
from aspa.channels.email.arriving.keeping import Coming
from aspa.channels.email.arriving.troubles import words
from aspa.channels.email.models import Folder, Line
from aspa.core.inboxes.models import Inbox
from aspa.kit import clock

if TYPE_CHECKING:
    from aspa.channels.email.settings import Settings
    from aspa.kit.turns import Turns

logger = logging.getLogger(__name__)

# Seconds. How soon changed settings are heeded; how long a server may be silent; how often a mailbox is looked at that
# can't tell its news, or has other folders beside the one that is waited at; how soon one that waits heeds leave().
LOOK = 3
SILENCE = 60.0
POLL = 20
IDLE = 240
HEEDS = 1.0
FIRST_PAUSE, LAST_PAUSE = 2.0, 300.0
TELL = 60
# What is fetched at once.
MOST_MAILS, MOST_BYTES = 50, 8 * 1024 * 1024
# A mailbox that was restored may have lost what came last.
OVERLAP = timedelta(days=2)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def look_after(stop: Event, turns: Turns) -> None:
    """Run a thread for each mailbox that the inboxes' settings name, until stop is set. Each has one process at a time."""
    running: dict[int, Mailbox] = {}
    while not stop.is_set():
        try:
            wanted = _wanted()
        except (DatabaseError, InterfaceError):
            connection.close()
        else:
            for inbox_id, mailbox in list(running.items()):
                mine = wanted.get(inbox_id) == mailbox.settings and turns.take(f"mailbox {inbox_id}")
                if not (mine and mailbox.is_alive()):
                    mailbox.leave()
                    del running[inbox_id]
            for inbox_id in wanted.keys() - running.keys():
                if turns.take(f"mailbox {inbox_id}"):
                    running[inbox_id] = Mailbox(inbox_id, wanted[inbox_id])
                    running[inbox_id].start()
        close_old_connections()
        stop.wait(LOOK)
    for mailbox in running.values():
        mailbox.leave()
    for mailbox in running.values():
        mailbox.join(5)
    connection.close()


def account_of(mine: Settings) -> str:
    """Whose mailbox it is, in 32 characters."""
    return hashlib.sha256(f"{mine.imap_user}\n{mine.imap_host}".lower().encode()).hexdigest()[:32]


class Mailbox(Thread):
    """Reads one mailbox until `leave()`; connects again, with growing pauses, whenever it is cut off."""

    def __init__(self, inbox_id: int, mine: Settings) -> None:
        super().__init__(name=f"mailbox {inbox_id}", daemon=True)
        self.inbox_id = inbox_id
        self.settings = mine
        self._leave = Event()
        self._pause = FIRST_PAUSE
        self._told_at = 0.0

    def leave(self) -> None:
        self._leave.set()

    def run(self) -> None:
        while not self._leave.is_set():
            try:
                self._stay()
            except Exception as problem:
                self._note(problem)
                close_old_connections()
                self._leave.wait(self._pause)
                self._pause = min(self._pause * 2, LAST_PAUSE)
        connection.close()

    def _stay(self) -> None:
        box = connect(self.inbox_id, self.settings)
        try:
            while not self._leave.is_set():
                # The one that is waited at is read last, and so is open.
                for name in reversed(self.settings.imap_folders):
                    self._read(box, name)
                self._pause = FIRST_PAUSE
                self._tell()
                close_old_connections()
                if not _has_news(box):
                    self._wait(box)
        finally:
            with suppress(Exception):
                box.logout()

    def _read(self, box: BaseMailBox, name: str) -> None:
        """Take what has come into the folder since the last time."""
        box.folder.set(name, readonly=self.settings.imap_after == "keep")
        folder = self._folder(box, name)
        _has_news(box)  # what SELECT told is no news any more
        uids = [int(uid) for uid in box.uids(f"UID {folder.last_uid + 1}:*", charset=None)]
        # The end of the range is the newest mail even when that is older than its beginning (RFC 3501 6.4.8).
        for part in _portions(sizes(box, sorted(uid for uid in uids if uid > folder.last_uid))):
            self._take(box, folder, part)
            if self._leave.is_set():
                return
        Folder.objects.filter(pk=folder.pk).update(read_at=clock.now())

    def _folder(self, box: BaseMailBox, name: str) -> Folder:
        """How far the folder was read. Of a mailbox that is met for the first time only the mail from now on is taken."""
        validity, following = _number(box, "UIDVALIDITY"), _number(box, "UIDNEXT")
        account = account_of(self.settings)
        folder, is_new = Folder.objects.get_or_create(inbox_id=self.inbox_id, name=name[:255])
        if not is_new and (folder.account, folder.uidvalidity) == (account, validity):
            return folder
        begins = following or max((int(uid) for uid in box.uids("ALL", charset=None)), default=0) + 1
        if folder.account == account and folder.read_at:
            # The mails have got new numbers. Those that we know are recognised by what they are.
            recent = box.uids(f"SINCE {_date(folder.read_at - OVERLAP)}", charset=None)
            begins = min((int(uid) for uid in recent), default=begins)
        folder.account, folder.uidvalidity, folder.last_uid, folder.read_at = account, validity, begins - 1, clock.now()
        folder.save()
        return folder

    def _take(self, box: BaseMailBox, folder: Folder, part: Sequence[tuple[int, int]]) -> None:
        """Keep these mails (UID and size in bytes each), tell the mailbox, and note how far it was read."""
        mark = f"imap:{folder.account}:{hashlib.sha256(folder.name.encode()).hexdigest()[:16]}:{folder.uidvalidity}"
        comings, taken = [], []
        for uid, size in part:
            if size > django_settings.ASPA_MAIL_BYTES:
                failure = _("It is larger than %(size)s MB. It stays in the mailbox.") % {
                    "size": django_settings.ASPA_MAIL_BYTES // (1024 * 1024)
                }
                head = fetch(box, [uid], "BODY.PEEK[HEADER]")
                comings.append(Coming(self.inbox_id, f"{mark}:{uid}", head.get(uid, b""), failure=failure))
        small = [uid for uid, size in part if size <= django_settings.ASPA_MAIL_BYTES]
        for uid, content in self._fetched(box, small):
            if isinstance(content, Refused):
                failure = _("The mail server can't give it: %(words)s") % {"words": content}
                comings.append(Coming(self.inbox_id, f"{mark}:{uid}", b"", failure=failure))
            else:
                comings.append(Coming(self.inbox_id, f"{mark}:{uid}", content))
                taken.append(str(uid))
        keeping.keep(sorted(comings, key=lambda coming: int(coming.source.rpartition(":")[2])))
        self._done_with(box, taken)
        folder.last_uid = part[-1][0]
        folder.save(update_fields=["last_uid"])

    def _fetched(self, box: BaseMailBox, uids: Sequence[int]) -> Iterator[tuple[int, bytes | Refused]]:
        """All at once, or one by one when the server can't give one of them; without those that are gone."""
        try:
            yield from fetch(box, uids).items()
        except Refused as refusal:
            if len(uids) == 1:
                yield uids[0], refusal
                return
            for uid in uids:
                yield from self._fetched(box, [uid])

    def _done_with(self, box: BaseMailBox, uids: Sequence[str]) -> None:
        if not uids or self.settings.imap_after == "keep":
            return
        many = ",".join(uids)
        if self.settings.imap_after == "seen":
            box.client.uid("STORE", many, "+FLAGS.SILENT", r"(\Seen)")
            return
        box.client.uid("STORE", many, "+FLAGS.SILENT", r"(\Deleted)")
        # Without UIDPLUS (RFC 4315) a plain EXPUNGE would remove what others have marked, too: then it is left marked.
        if "UIDPLUS" in box.client.capabilities:
            box.client.uid("EXPUNGE", many)

    def _wait(self, box: BaseMailBox) -> None:
        """Until there is news, or it is time to look by ourselves."""
        if "IDLE" not in box.client.capabilities:
            self._leave.wait(POLL)
            return
        until = time.monotonic() + (IDLE if len(self.settings.imap_folders) == 1 else POLL)
        box.idle.start()
        while not self._leave.is_set() and (now := time.monotonic()) < until:
            # A line that comes at once and says nothing is the end of the connection; stop() will tell.
            if _has_read(box) or box.idle.poll(timeout=HEEDS) or time.monotonic() - now < HEEDS / 2:
                break
        box.idle.stop()

    def _tell(self) -> None:
        if time.monotonic() - self._told_at > TELL or not self._told_at:
            lines.worked(self.inbox_id, Line.Direction.IN)
            self._told_at = time.monotonic()

    def _note(self, problem: Exception) -> None:
        said = words(problem, self.settings)
        logger.warning("The mailbox of inbox %s: %s (%s)", self.inbox_id, said, type(problem).__name__)
        self._told_at = 0.0
        with suppress(DatabaseError, InterfaceError):
            lines.failed(self.inbox_id, Line.Direction.IN, said)


def connect(inbox_id: int, mine: Settings) -> BaseMailBox:
    """Signed in, no folder open. Raises what `troubles.words` can say."""
    host, port = mine.imap_host, mine.imap_port
    box: BaseMailBox
    if mine.imap_security == "none":
        box = reaching.Plain(host, port, timeout=SILENCE)
    else:
        kind = reaching.Encrypted if mine.imap_security == "tls" else reaching.StartTls
        box = kind(host, port, timeout=SILENCE, ssl_context=ssl.create_default_context())
    try:
        if mine.oauth:
            _sign_in_by_token(box, inbox_id, mine)
        elif (mine.imap_user + mine.imap_password).isascii():
            box.login(mine.imap_user, mine.imap_password, initial_folder=None)
        else:
            box.login_utf8(mine.imap_user, mine.imap_password, initial_folder=None)
        # What it can do is often told only now.
        typ, data = box.client.capability()
        if typ == "OK" and data and data[-1]:
            box.client.capabilities = tuple(data[-1].decode("ascii", "replace").upper().split())
    except BaseException:
        with suppress(Exception):
            box.client.shutdown()
        raise
    return box


def _sign_in_by_token(box: BaseMailBox, inbox_id: int, mine: Settings) -> None:
    token = oauth.access_token(inbox_id)
    try:
        box.xoauth2(mine.imap_user, token, initial_folder=None)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        oauth.forget(inbox_id)
        raise


def _wanted() -> dict[int, Settings]:
    """The settings of the inboxes whose mail is fetched."""
    inboxes = Inbox.objects.filter(channel="email", is_active=True)
    found = {inbox.pk: settings.of(inbox) for inbox in inboxes}
    return {pk: mine for pk, mine in found.items() if mine.incoming == "imap" and mine.imap_host and mine.imap_folders}


def _has_news(box: BaseMailBox) -> bool:
    """Whether the server has told since the last call, between its answers, that mail has come."""
    return any(box.client.response("EXISTS")[1] or [])


def _has_read(box: BaseMailBox) -> bool:
    """Whether there is news that came with the server's word that it waits: no look at the socket would show it."""
    sock = box.client.sock
    patience = sock.gettimeout()
    sock.settimeout(0)
    try:
        return bool(box.client.file.peek(1))  # type: ignore[union-attr]
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        sock.settimeout(patience)


def _number(box: BaseMailBox, name: str) -> int:
    """A number that SELECT told; 0 when it didn't."""
    told = box.client.response(name)[1]
    return int(told[-1]) if told and told[-1] else 0


def _date(moment: datetime) -> str:
    """As IMAP writes it, in English whatever the language here: "2-Nov-2026"."""
    return f"{moment.day}-{MONTHS[moment.month - 1]}-{moment.year}"


def _portions(mails: Sequence[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """As much as may be in memory at once; a large one is alone."""
    part: list[tuple[int, int]] = []
    size = 0
    for mail in mails:
        if part and (len(part) >= MOST_MAILS or size + mail[1] > MOST_BYTES):
            yield part
            part, size = [], 0
        part.append(mail)
        size += mail[1]
    if part:
        yield part
