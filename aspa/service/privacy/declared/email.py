"""What the e-mail channel keeps beside the messages."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import compat32
from itertools import islice
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aspa.channels.email.arriving.forgetting import forget_raw
from aspa.channels.email.models import Arrival, Block, Letter
from aspa.core.people.models import Contact, Identity
from aspa.service.privacy.declaring import DELETE, Basis, By, declare, nothing_personal
from aspa.service.privacy.retained import retain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from django.db.models import QuerySet

# Of a raw mail, to see whom it is from and to.
HEAD_BYTES = 16 * 1024
WHO = ("From", "Sender", "Reply-To", "To", "Cc", "Delivered-To", "Return-Path")
MAIL = _("To answer letters in their thread, and to have the original when something was misread")


def addresses_of(contact_ids: list[int]) -> set[str]:
    found = Identity.objects.filter(contact__in=contact_ids, kind=Identity.Kind.EMAIL)
    return {value.lower() for value in found.values_list("value", flat=True)}


def _brands(contact_ids: list[int]) -> list[int]:
    return list(Contact.objects.filter(pk__in=contact_ids).values_list("brand", flat=True).distinct())


def _arrivals(contact_ids: list[int]) -> QuerySet[Arrival]:
    """Those that became messages of the person, and those without a message whose head names one of their addresses."""
    return Arrival.objects.filter(_theirs(contact_ids) | Q(pk__in=list(_naming(contact_ids))))


def _theirs(contact_ids: list[int]) -> Q:
    return Q(message__conversation__contact__in=contact_ids) | Q(message__contact__in=contact_ids)


def _naming(contact_ids: list[int]) -> Iterator[int]:
    """What failed, went in circles, or is a copy of our own letter has no message that would tell whose it is."""
    addresses = addresses_of(contact_ids)
    if not addresses:
        return
    loose = Arrival.objects.filter(message=None, inbox__brand__in=_brands(contact_ids)).exclude(raw="")
    for arrival in loose.order_by("pk").iterator(chunk_size=200):
        if _names(arrival, addresses):
            yield arrival.pk


def _names(arrival: Arrival, addresses: set[str]) -> bool:
    envelope = arrival.envelope
    told = [str(envelope.get("from") or ""), *map(str, envelope.get("to") or ()), arrival.detail]
    try:
        with arrival.raw.open("rb") as file:
            head = message_from_bytes(file.read(HEAD_BYTES), policy=compat32)
            told += [str(value) for name in WHO for value in head.get_all(name, ())]
    except Exception:
        # It may be beyond the standard library, or its file is gone: then the envelope has to do.
        told.append("")
    said = " ".join(told).lower()
    return any(address in said for address in addresses)


def _forget_raw(contact_ids: list[int], limit: int) -> int:
    waiting = Arrival.objects.filter(~Q(raw="") | ~Q(envelope={}) | ~Q(detail=""))
    pks = list(waiting.filter(_theirs(contact_ids)).order_by("pk").values_list("pk", flat=True)[:limit])
    # Looking into all that have no message takes long, so it comes last.
    return forget_raw(Arrival.objects.filter(pk__in=pks or list(islice(_naming(contact_ids), limit))))


def _letters(contact_ids: list[int]) -> QuerySet[Letter]:
    """Those of the person's messages, and those of others that name the person's address beside theirs."""
    return Letter.objects.filter(_theirs(contact_ids)).select_related("message")


def _by_the_person(rows: QuerySet[Any], contact_ids: list[int]) -> QuerySet[Any]:
    return rows.filter(Q(message__contact=None) | Q(message__contact__in=contact_ids))


def _take_out_of_copies(contact_ids: list[int], limit: int) -> int:
    """The person's letters go; from other people's letters their address goes, where it stands among the copies."""
    pks = list(_letters(contact_ids).order_by("pk").values_list("pk", flat=True)[:limit])
    if pks:
        Letter.objects.filter(pk__in=pks).delete()
        return len(pks)
    naming = Q()
    addresses = addresses_of(contact_ids)
    for address in addresses:
        naming |= Q(to__icontains=address) | Q(cc__icontains=address) | Q(reply_to__icontains=address)
    if not addresses:
        return 0
    others = list(Letter.objects.filter(naming, brand__in=_brands(contact_ids)).order_by("pk")[:limit])
    for letter in others:
        for field in ("to", "cc", "reply_to"):
            pairs = getattr(letter, field)
            setattr(letter, field, [pair for pair in pairs if str(pair[0]).lower() not in addresses])
    Letter.objects.bulk_update(others, ["to", "cc", "reply_to"])
    # The message stays as it is; its original would still say the address.
    forget_raw(Arrival.objects.filter(pk__in=[letter.arrival_id for letter in others if letter.arrival_id]))
    return len(others)


def _blocks(contact_ids: list[int]) -> QuerySet[Block]:
    mine = Q(value__in=addresses_of(contact_ids), brand__in=_brands(contact_ids))
    return Block.objects.filter(mine | Q(conversation__contact__in=contact_ids))


declare(
    "email.Arrival",
    _("Mail as it arrived"),
    of=_arrivals,
    own=lambda rows, contact_ids: rows.filter(message__contact__in=contact_ids),
    fields={"received_at": _("When"), "state": _("State"), "detail": _("Details")},
    files=("raw",),
    erased=By(_forget_raw),
    purpose=MAIL,
    basis=Basis.CONTRACT,
    kept=_("Until the customer is erased; its number in the mailbox and a hash stay, so that it isn’t fetched again"),
    retention="raw_mail",
)
declare(
    "email.Letter",
    _("Letters: their heads and quotations"),
    of=_letters,
    own=_by_the_person,
    fields={
        "message": _("Message"),
        "date": _("When"),
        "subject": _("Subject"),
        "sender": _("Sender"),
        "rest": _("Quoted text and signature"),
    },
    erased=By(_take_out_of_copies),
    purpose=MAIL,
    basis=Basis.CONTRACT,
    kept=_("Until the customer is erased"),
    retention="conversations",
)
declare(
    "email.Block",
    _("Blocklist"),
    of=_blocks,
    fields={"value": _("Address"), "created_at": _("When")},
    erased=DELETE,
    purpose=_("To keep spam out"),
    basis=Basis.INTEREST,
    kept=_("Until an agent takes it off the list, or the customer is erased"),
)
nothing_personal("email.Folder", "email.Line", because=_("How far our mailboxes were read and how they fare."))


def _forget(pks: list[int]) -> None:
    forget_raw(Arrival.objects.filter(pk__in=pks))


retain(
    "raw_mail",
    _("Mail as it arrived"),
    rows=lambda: Arrival.objects.filter(state__in=(Arrival.State.DONE, Arrival.State.IGNORED)).exclude(raw=""),
    age="received_at",
    brand="inbox__brand",
    remove=_forget,
    is_walked=True,
)
retain(
    "error_queue",
    _("Mail that failed"),
    rows=lambda: Arrival.objects.filter(state=Arrival.State.FAILED).exclude(raw=""),
    age="received_at",
    brand="inbox__brand",
    remove=_forget,
)
