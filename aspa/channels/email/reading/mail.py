"""What a mail says, as values: parsed once at the edge, then frozen."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum


@dataclasses.dataclass(frozen=True, slots=True)
class Address:
    """One mailbox. `email` is lower-cased, in its Unicode form, and holds exactly one @; `name` may be empty."""

    email: str
    name: str = ""

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]


@dataclasses.dataclass(frozen=True, slots=True)
class File:
    """A file of the mail, decoded. `content_id` is the cid that the HTML names, without brackets, or empty.

    `is_inline` says that the HTML shows it in place.
    """

    name: str
    content_type: str
    content: bytes
    content_id: str = ""
    is_inline: bool = False


class Kind(enum.StrEnum):
    """Who or what wrote the mail (`robots.py`)."""

    PERSON = "person"
    AUTO_REPLY = "auto_reply"  # out of office, "we have received your message"
    ROBOT = "robot"  # machines that start mails themselves: shops' systems, monitoring, no-reply
    LIST = "list"  # mailing lists and newsletters
    BOUNCE = "bounce"  # a delivery report (DSN and the odd ones), failure or delay
    COMPLAINT = "complaint"  # a recipient pressed "spam" (ARF)


class Verdict(enum.StrEnum):
    """What is known of the sender's authenticity (`authenticity.py`)."""

    PASS = "pass"  # noqa: S105 (no password) – the address in From is proven: DMARC pass, or DKIM/SPF pass aligned with it
    FAIL = "fail"  # the domain says that this is not its mail
    NONE = "none"  # nothing is known


@dataclasses.dataclass(frozen=True, slots=True)
class Brought:
    """How an outside server brought a mail to our own receiver; `mail_from` is empty for the null sender."""

    peer: str
    helo: str
    mail_from: str


@dataclasses.dataclass(frozen=True, slots=True)
class Authenticity:
    verdict: Verdict = Verdict.NONE
    # Shown to agents, for example "pass", "fail", "softfail", "none"; empty when unknown.
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Bounce:
    """A report about one recipient of a mail of ours. `message_id`: of that mail, as in `Mail`, empty when not told."""

    recipient: str
    message_id: str
    # False: a delay, the server goes on trying.
    permanent: bool
    # For people: the diagnostic text with its status code, one line, at most 300 characters.
    reason: str


@dataclasses.dataclass(frozen=True, slots=True)
class Body:
    """A text and how much of it is the writer's own: `own` without quoted text and signature, `rest` that was folded."""

    own: str
    rest: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Mail:
    """A whole mail. Ids are without angle brackets; texts are clean Unicode with "\\n" line ends."""

    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    sender: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    # Every address that the mail was delivered to by its headers: Delivered-To, X-Original-To, Envelope-To.
    delivered_to: tuple[str, ...]
    subject: str
    # As the sender says; None when missing or absurd.
    date: dt.datetime | None
    # Always there, made from the HTML when the mail has none.
    text: str
    # As sent, decoded but not cleaned; empty when the mail has none.
    html: str
    files: tuple[File, ...]
    # All headers in order, names lower-cased, values unfolded and decoded.
    headers: tuple[tuple[str, str], ...]

    def header(self, name: str) -> str:
        """The first header of that name (lower-case), or empty."""
        return next((value for key, value in self.headers if key == name), "")

    def all_headers(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]


class Unreadable(Exception):
    """The mail can't be understood; the text says why, in English, for an admin."""
