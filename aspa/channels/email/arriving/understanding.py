"""What one mail is, by itself: read, judged and folded, before anything around it is asked. Writes nothing."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from aspa.channels.email.reading.authenticity import authenticity_of
from aspa.channels.email.reading.bounces import bounces_of, complaint_of
from aspa.channels.email.reading.languages import language_of
from aspa.channels.email.reading.mail import (
    Address,
    Authenticity,
    Body,
    Bounce,
    Brought,
    Kind,
    Mail,
    Unreadable,
    Verdict,
)
from aspa.channels.email.reading.parse import parse
from aspa.channels.email.reading.quoting import fold, fold_html
from aspa.channels.email.reading.robots import kind_of
from aspa.channels.email.reading.spam import says_spam
from aspa.core.inboxes.channel import Claim, Inbound, Sender
from aspa.core.people.models import Identity

if TYPE_CHECKING:
    from aspa.channels.email.settings import Settings
    from aspa.core.inboxes.models import Inbox

LONGEST_TEXT = 100_000  # characters; the whole of it stays in the raw mail
LONGEST_ADDRESS = 254


@dataclasses.dataclass(frozen=True, slots=True)
class Understood:
    """`html` and `rest_html` are not cleaned yet: they wait for the addresses of the pictures in them."""

    mail: Mail
    kind: Kind
    authenticity: Authenticity
    fingerprint: str
    body: Body
    html: str
    rest_html: str
    # Why the server in front of us takes it for spam, or empty.
    spam: str
    bounces: tuple[Bounce, ...] = ()
    complaint: Bounce | None = None

    @property
    def sender(self) -> Address:
        """Raises Unreadable where there is none: nobody could be answered, and nobody is known by it."""
        sender = self.mail.sender
        if sender is None:
            raise Unreadable("The mail doesn't say whom it is from.")
        if len(sender.email) > LONGEST_ADDRESS:
            raise Unreadable("The sender's address is longer than any real one.")
        return sender

    @property
    def is_automatic(self) -> bool:
        return self.kind is not Kind.PERSON

    @property
    def is_doubted(self) -> bool:
        return self.authenticity.verdict is Verdict.FAIL

    @property
    def answers(self) -> tuple[str, ...]:
        """The Message-IDs that it answers, the nearest first."""
        return tuple(dict.fromkeys((*self.mail.in_reply_to, *reversed(self.mail.references))))


def understand(
    raw: bytes, settings: Settings, *, mail_from: str | None = None, brought: Brought | None = None
) -> Understood:
    """Raises Unreadable. `mail_from`: the envelope's sender, "" for the null sender, None when not known."""
    mail = parse(raw)
    body = fold(mail.text, subject=mail.subject)
    kind = kind_of(mail, mail_from=mail_from, own=body.own)
    report = kind in (Kind.BOUNCE, Kind.COMPLAINT)
    html, rest_html = fold_html(mail.html, subject=mail.subject) if mail.html and not report else ("", "")
    return Understood(
        mail=mail,
        kind=kind,
        authenticity=authenticity_of(mail, raw, trusted=settings.trusted_servers, brought=brought),
        fingerprint=fingerprint_of(mail),
        body=body,
        html=html,
        rest_html=rest_html,
        spam=says_spam(mail),
        bounces=tuple(bounces_of(mail)) if kind is Kind.BOUNCE else (),
        complaint=complaint_of(mail) if kind is Kind.COMPLAINT else None,
    )


def fingerprint_of(mail: Mail) -> str:
    """What is the same on every copy of a mail, whichever way it took (servers add headers and change blanks)."""
    sender = mail.sender.email if mail.sender else ""
    date = mail.date.isoformat() if mail.date else ""
    same = [mail.message_id, sender, date, " ".join(mail.subject.split()), " ".join(mail.text.split())]
    return hashlib.sha256(json.dumps(same).encode()).hexdigest()


def inbound_of(
    understood: Understood,
    inbox: Inbox,
    *,
    html: str = "",
    conversation_id: int | None = None,
    spam: str = "",
) -> Inbound:
    """The message for the door, without its files. `html` is cleaned. Raises Unreadable without a sender."""
    mail, sender = understood.mail, understood.sender
    text = understood.body.own or mail.text or ("" if mail.files else mail.subject)
    return Inbound(
        inbox_id=inbox.pk,
        external_id=understood.fingerprint,
        sender=Sender(
            _claim(sender, understood.authenticity),
            name=sender.name,
            language=language_of(f"{mail.subject}\n{text}", default=""),
        ),
        text=text[:LONGEST_TEXT],
        html=html,
        subject=mail.subject,
        visitor=visitor_of(understood),
        conversation_id=conversation_id,
        automatic=understood.is_automatic,
        spam=spam or understood.spam,
    )


def visitor_of(understood: Understood) -> str:
    """Whom its files belong to until they are tied to its message."""
    return f"mail:{understood.fingerprint}"[:64]


def _claim(sender: Address, authenticity: Authenticity) -> Claim:
    """An address in From is anybody's word, unless the sender's domain stands behind it."""
    how = ""
    if authenticity.verdict is Verdict.PASS:
        found: Mapping[str, str] = {"dmarc": authenticity.dmarc, "dkim": authenticity.dkim, "spf": authenticity.spf}
        how = next((name for name, result in found.items() if result == "pass"), "dkim")
    return Claim(Identity.Kind.EMAIL, sender.email, verified_how=how, doubted=authenticity.verdict is Verdict.FAIL)
