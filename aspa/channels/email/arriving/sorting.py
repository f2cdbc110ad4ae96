"""What an understood mail is to us: one of our own, a copy, a loop, a blocked sender's, or a message for people."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from aspa.channels.email.arriving import threading
from aspa.channels.email.models import Arrival, Block, Letter
from aspa.channels.email.reading.mail import Kind
from aspa.core.conversations.models import Message
from aspa.kit.rates import Buckets

if TYPE_CHECKING:
    from aspa.channels.email.arriving.letters import Draft
    from aspa.channels.email.arriving.ours import Ours
    from aspa.channels.email.arriving.understanding import Understood
    from aspa.core.inboxes.models import Brand, Inbox

# Our own letters name the inbox that wrote them in this header (`sending/composing.py`).
OWN_HEADER = "x-aspa-inbox"
# Two machines that answer each other write without end; no shop's system tells one inbox so much.
MOST_AUTOMATIC = 60  # mails an hour from one sender

_automatic = Buckets(rate_per_s=MOST_AUTOMATIC / 3600, burst=MOST_AUTOMATIC)


@dataclasses.dataclass(slots=True)
class Case:
    """A mail being handled. What was decided of it, in `outcome` and on, is as on `Arrival`."""

    arrival: Arrival
    inbox: Inbox
    understood: Understood
    state: str = ""
    outcome: str = ""
    detail: str = ""
    message_id: int | None = None
    drawn: Draft | None = None

    def decide(self, state: Arrival.State, outcome: str, detail: str = "", message_id: int | None = None) -> None:
        self.state, self.outcome, self.detail, self.message_id = state.value, outcome, detail[:300], message_id

    @property
    def is_decided(self) -> bool:
        return bool(self.state)

    @property
    def mail_to(self) -> Sequence[str]:
        return tuple(self.arrival.envelope.get("to") or ())


def sort(cases: Sequence[Case], ours: Ours) -> None:
    """Decide all that are no messages and have nothing to tell; writes nothing."""
    seen = _seen(cases)
    for case in cases:
        brand, fingerprint = case.inbox.brand, case.understood.fingerprint
        key = (brand.pk, fingerprint)
        if is_own(case.understood, brand, ours):
            case.decide(Arrival.State.IGNORED, "own", _("It is our own letter."))
        elif key in seen:
            case.decide(Arrival.State.IGNORED, "copy", _("It had come before."), seen[key])
        elif reason := _loop(case.understood, brand, ours):
            case.decide(Arrival.State.IGNORED, "loop", reason)
        seen.setdefault(key, None)


def is_own(understood: Understood, brand: Brand, ours: Ours) -> bool:
    """Whether we wrote it: by the address, and by a Message-ID of ours or the mark that our letters carry."""
    mail = understood.mail
    if mail.sender is None or not ours.is_ours(brand.pk, mail.sender.email):
        return False
    if ours.wrote(brand.pk, mail.header(OWN_HEADER).strip()) or threading.by_tokens([mail.message_id], brand):
        return True
    sent = Letter.objects.filter(brand=brand, mail_id=mail.message_id[:255]).exclude(
        message__kind=Message.Kind.INCOMING
    )
    return bool(mail.message_id) and sent.exists()


def blocked(cases: Sequence[Case]) -> list[str]:
    """For each the entry of the blocklist that its sender is on, or empty."""
    names = [_names(case.understood) for case in cases]
    wanted = {name for some in names for name in some}
    rows = Block.objects.filter(brand__in={case.inbox.brand_id for case in cases}, value__in=wanted)
    found = set(rows.values_list("brand", "value")) if wanted else set()
    return [
        next((name for name in some if (case.inbox.brand_id, name) in found), "")
        for case, some in zip(cases, names, strict=True)
    ]


def _names(understood: Understood) -> list[str]:
    """As which a sender may be blocked: the address, its domain and those above it."""
    sender = understood.mail.sender
    if sender is None:
        return []
    labels = sender.domain.split(".")[-10:]
    return [sender.email, *(".".join(labels[start:]) for start in range(len(labels)))]


def _seen(cases: Iterable[Case]) -> dict[tuple[int, str], int | None]:
    """By brand and fingerprint what was handled before, with its message unless that is erased."""
    brands = {case.inbox.brand_id for case in cases}
    fingerprints = {case.understood.fingerprint for case in cases}
    handled = Arrival.objects.filter(
        fingerprint__in=fingerprints,
        inbox__brand__in=brands,
        state__in=(Arrival.State.DONE, Arrival.State.IGNORED),
    )
    letters = Letter.objects.filter(brand__in=brands, fingerprint__in=fingerprints)
    rows = [
        *handled.values_list("inbox__brand", "fingerprint", "message"),
        *letters.values_list("brand", "fingerprint", "message"),
    ]
    # Those with a message last, so that they win.
    return {(brand, fingerprint): message for brand, fingerprint, message in sorted(rows, key=lambda row: row[2] or 0)}


def _loop(understood: Understood, brand: Brand, ours: Ours) -> str:
    """Why it goes in circles, or empty."""
    mail = understood.mail
    if ours.wrote(brand.pk, mail.header(OWN_HEADER).strip()):
        return _("Our own letter came back from another address.")
    if any(
        ours.is_ours(brand.pk, word.strip("<>,;").lower())
        for name in mail.all_headers("x-loop")
        for word in name.split()
    ):
        return _("It has been here before: X-Loop names our address.")
    if understood.kind in (Kind.PERSON, Kind.BOUNCE, Kind.COMPLAINT) or mail.sender is None:
        return ""
    if _automatic.take(f"{brand.pk} {mail.sender.email}"):
        return _("A machine writes too much: more than %(count)s mails in an hour.") % {"count": MOST_AUTOMATIC}
    return ""
