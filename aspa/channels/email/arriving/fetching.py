"""The commands by which mail comes out of an open IMAP folder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from imap_tools import BaseMailBox

AT_ONCE = 500
_UID = re.compile(rb"\bUID (\d+)", re.IGNORECASE)
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)", re.IGNORECASE)


class Refused(Exception):
    """The server says that it can't give this; the connection is well."""


def sizes(box: BaseMailBox, uids: Sequence[int]) -> list[tuple[int, int]]:
    """UID and size in bytes of each that is still there, in order. Raises Refused."""
    found = {}
    for start in range(0, len(uids), AT_ONCE):
        for line in _asked(box, uids[start : start + AT_ONCE], "RFC822.SIZE"):
            told = line[0] if isinstance(line, tuple) else line
            uid, size = _UID.search(told or b""), _SIZE.search(told or b"")
            if uid and size:
                found[int(uid[1])] = int(size[1])
    return [(uid, found[uid]) for uid in uids if uid in found]


def fetch(box: BaseMailBox, uids: Sequence[int], what: str = "BODY.PEEK[]") -> dict[int, bytes]:
    """The mails by UID, unchanged by the reading; those that are gone are left out. Raises Refused."""
    if not uids:
        return {}
    found: dict[int, bytes] = {}
    # A literal comes as a pair, what follows it on the line as the next element.
    for line, rest in pairwise([*_asked(box, uids, what), b""]):
        if isinstance(line, tuple):
            after = rest if isinstance(rest, bytes) else b""
            if uid := _UID.search(line[0]) or _UID.search(after):
                found[int(uid[1])] = line[1]
    return {uid: found[uid] for uid in uids if uid in found}


def _asked(box: BaseMailBox, uids: Sequence[int], what: str) -> list[bytes | tuple[bytes, bytes]]:
    typ, data = box.client.uid("FETCH", ",".join(map(str, uids)), f"(UID {what})")
    if typ != "OK":
        raise Refused(str(data[-1] if data else typ)[:200])
    return [line for line in data if line]
