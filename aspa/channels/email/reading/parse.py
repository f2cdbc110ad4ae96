"""From bytes to `Mail`: understands whatever can be understood, and is bounded in time and memory whatever comes.

What other readers of a mail may rely on: the parts of reports stand among the files under their own content types
(message/delivery-status, message/feedback-report, message/rfc822, text/rfc822-headers).
"""

from __future__ import annotations

import functools
import re
import unicodedata

from aspa.channels.email.reading import addresses, bodies, headers
from aspa.channels.email.reading.mail import Address, Mail, Unreadable
from aspa.channels.email.reading.structure import Part, take_apart
from aspa.kit import text

LONGEST_SUBJECT = 998  # characters
LONGEST_ID = 998

_ENVELOPES = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to")
_PERHAPS_HEAPED = re.compile("[\u0300-\U0001f000]{9}")
_LEADING = re.compile(rb"(?:\xef\xbb\xbf|[\s\x00])*")


def parse(raw: bytes) -> Mail:
    """The mail. Raises Unreadable where there is none: no bytes, or only blanks."""
    raw, start = _readable(raw)
    if start >= len(raw):
        raise Unreadable("The mail is empty.")
    part = take_apart(raw, start)
    values = _Values(part)
    body = bodies.bodies(part)
    return Mail(
        message_id=next(iter(headers.ids(values.first("message-id"))), "")[:LONGEST_ID],
        in_reply_to=headers.ids(values.first("in-reply-to")),
        references=headers.ids(values.first("references")),
        sender=_sender(values),
        reply_to=values.addresses("reply-to"),
        to=values.addresses("to"),
        cc=values.addresses("cc"),
        delivered_to=tuple(dict.fromkeys(a.email for name in _ENVELOPES for a in values.addresses(name))),
        subject=clean(" ".join(headers.decoded(values.first("subject")).split()))[:LONGEST_SUBJECT],
        date=headers.moment(values.first("date")),
        text=clean(body.text),
        html=body.html,
        files=body.files,
        headers=values.decoded(),
    )


def clean(said: str) -> str:
    return text.clean(_heaped().sub(r"\1", said) if _PERHAPS_HEAPED.search(said) else said)


@functools.cache
def _heaped() -> re.Pattern[str]:
    """More marks on one letter than any language has: putting them in order takes a time that grows with their square."""
    marks = "".join(letter for letter in map(chr, range(0x300, 0x1F000)) if unicodedata.combining(letter))
    return re.compile(f"([{marks}]{{8}})[{marks}]+")


class _Values:
    """The header's fields, unfolded; their encoded words are decoded where no address could be forged by it."""

    def __init__(self, part: Part) -> None:
        self._values = [(name, headers.unfolded(value, part.charset)) for name, value in part.fields]

    def first(self, name: str) -> str:
        """The first that isn't empty."""
        return next((value for key, value in self._values if key == name and value), "")

    def addresses(self, name: str) -> tuple[Address, ...]:
        found = [a for key, value in self._values if key == name for a in addresses.addresses(value)]
        return tuple(dict.fromkeys(found))[: addresses.MOST]

    def decoded(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, headers.decoded(value)) for name, value in self._values)


def _sender(values: _Values) -> Address | None:
    for name in ("from", "sender", "return-path"):
        if found := values.addresses(name):
            return found[0]
    return None


def _readable(raw: bytes) -> tuple[bytes, int]:
    """The mail with line feeds at the ends of lines, and where it begins."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        # Saved as a text of Windows by somebody.
        raw = raw.decode("utf-16", "replace").encode("utf-8", "replace")
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    elif b"\r\r\n" in raw:
        # A gateway turned line feeds into line ends that were some already.
        raw = raw.replace(b"\r\r\n", b"\r\n")
    leading = _LEADING.match(raw)
    return raw, leading.end() if leading else 0
