"""Connections to mail servers that wait for the next letter: signing in takes longer than handing one over."""

from __future__ import annotations

import contextlib
import smtplib
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from aspa.channels.email.settings import Settings

# Seconds; shorter than the patience of servers, and of what lies between.
PATIENCE = 20.0
# Seconds to wait for the answer to a goodbye.
LAST_WORD = 2.0
# Over one connection; servers have limits of their own, mostly of a hundred.
MOST_LETTERS = 50


class Kept(NamedTuple):
    """`until`: on the clock of `time.monotonic`."""

    inbox_id: int
    settings: Settings
    server: smtplib.SMTP
    letters: int
    until: float


_lock = threading.Lock()
_kept: list[Kept] = []


def take(inbox_id: int, settings: Settings) -> Kept | None:
    """One that nobody else uses, made with the same settings; the caller keeps it again or closes it."""
    with _lock:
        found = next((one for one in reversed(_kept) if (one.inbox_id, one.settings) == (inbox_id, settings)), None)
        if found is not None:
            _kept.remove(found)
    if found is not None and found.until < time.monotonic():
        leave(found.server)
        return None
    return found


def keep(inbox_id: int, settings: Settings, server: smtplib.SMTP, letters: int) -> None:
    """`letters`: how many have gone by it. It has to be as after signing in."""
    if letters >= MOST_LETTERS:
        leave(server)
        return
    with _lock:
        _kept.append(Kept(inbox_id, settings, server, letters, time.monotonic() + PATIENCE))
        is_first = len(_kept) == 1
    if is_first:
        _look_later()


def leave_all() -> None:
    """Close what is kept, by whomever."""
    _leave_old(float("inf"))


def leave(server: smtplib.SMTP) -> None:
    if server.sock is not None:
        server.sock.settimeout(LAST_WORD)
    with contextlib.suppress(OSError, smtplib.SMTPException):
        server.quit()
    server.close()


def _look_later() -> None:
    later = threading.Timer(PATIENCE / 2, _look)
    later.daemon = True
    later.start()


def _look() -> None:
    _leave_old(time.monotonic())
    with _lock:
        is_more = bool(_kept)
    if is_more:
        _look_later()


def _leave_old(now: float) -> None:
    with _lock:
        old = [one for one in _kept if one.until < now]
        for one in old:
            _kept.remove(one)
    for one in old:
        leave(one.server)
