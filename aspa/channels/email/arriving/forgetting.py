"""Raw mail goes; what tells that it was here stays, so that a mailbox that is read anew doesn't bring it back.

That is `source`, its number in the mailbox, and `fingerprint`, a hash that covers its Message-ID and its whole text:
neither says anything of a person, and only who has the mail itself can make the hash again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from aspa.channels.email.arriving.understanding import fingerprint_of
from aspa.channels.email.models import Arrival
from aspa.channels.email.reading.parse import parse

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

State = Arrival.State


def forget_raw(arrivals: QuerySet[Arrival]) -> int:
    """Remove the files and what is known from them. The rows stay; those not handled yet are never handled."""
    found = list(arrivals.filter(~Q(raw="") | ~Q(envelope={}) | ~Q(detail="")))
    for arrival in found:
        fingerprint = arrival.fingerprint or _fingerprint(arrival)
        if arrival.raw:
            arrival.raw.delete(save=False)
        state = State.DONE if arrival.state == State.DONE else State.IGNORED
        Arrival.objects.filter(pk=arrival.pk).update(
            raw="", envelope={}, detail="", fingerprint=fingerprint, state=state
        )
    return len(found)


def came_back(fingerprints: Collection[str]) -> QuerySet[Arrival]:
    """Copies of mail that was erased, which came again by another way: nothing of them is to be kept, either."""
    erased = Arrival.objects.filter(fingerprint__in=fingerprints, raw="").exclude(fingerprint="")
    copies = Arrival.objects.filter(fingerprint__in=erased.values("fingerprint"), state=State.IGNORED)
    return copies.exclude(raw="")


def _fingerprint(arrival: Arrival) -> str:
    """Of one that was never understood, as far as it can be; without one only its number is known again."""
    try:
        with arrival.raw.open("rb") as file:
            return fingerprint_of(parse(file.read()))
    except Exception:
        return ""
