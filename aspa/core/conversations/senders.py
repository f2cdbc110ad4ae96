"""Whose message is it: finds the contact by the sender's proven identity, or makes one."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import connection

from aspa.core.people.models import Contact, Identity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.core.conversations.models import Conversation
    from aspa.core.inboxes.channel import Claim, Inbound, Sender
    from aspa.core.inboxes.models import Inbox

Key = tuple[int, str, str]

# A visitor who tells a new address with every message must not fill the database.
MOST_IDENTITIES = 50


def contacts_of(
    inbounds: Sequence[Inbound], inboxes: dict[int, Inbox], now: dt.datetime, continued: dict[int, Conversation]
) -> list[int]:
    """The contact id of each item. New senders become contacts; what they tell of themselves is kept as claims.

    `continued`: the conversations that items are proven to continue, by `Inbound.conversation_id`.
    """
    by_key = _known(inbounds, inboxes)
    names: dict[int, str] = {}
    result = []
    for inbound in inbounds:
        if inbound.by_link:
            # A KeyError when it has been erased meanwhile: then there is nobody whose message it could be.
            result.append(continued[inbound.conversation_id or 0].contact_id)
            continue
        brand_id, sender = inboxes[inbound.inbox_id].brand_id, inbound.sender
        contact_id = by_key.get(_key(brand_id, sender.identity)) if sender.identity.verified_how else None
        if contact_id is None:
            contact_id = _contact_by_claim(brand_id, sender, continued.get(inbound.conversation_id or 0), now)
        if contact_id is None:
            contact_id = _contact_by_other_proof(brand_id, sender) or _make(brand_id, sender, now)
            _add_identity(brand_id, contact_id, sender.identity, now)
            if sender.identity.verified_how:
                by_key[_key(brand_id, sender.identity)] = contact_id
            if sender.identity.kind == Identity.Kind.SHOP:
                _forget_browsers(contact_id, by_key)
        if sender.name:
            names.setdefault(contact_id, sender.name)
        if sender.claims:
            _keep_claims(brand_id, contact_id, sender, now)
        result.append(contact_id)
    _keep_names(names)
    return result


def _key(brand_id: int, claim: Claim) -> Key:
    return brand_id, claim.kind, claim.value


def _known(inbounds: Sequence[Inbound], inboxes: dict[int, Inbox]) -> dict[Key, int]:
    """Only who proves a proven identity finds its contact: nobody reads a history by claiming an address."""
    keys = {
        _key(inboxes[inbound.inbox_id].brand_id, inbound.sender.identity)
        for inbound in inbounds
        if inbound.sender.identity.verified_how
    }
    by_kind: defaultdict[tuple[int, str], set[str]] = defaultdict(set)
    for brand_id, kind, value in keys:
        by_kind[brand_id, kind].add(value)
    found: dict[Key, int] = {}
    with connection.cursor() as cursor:
        # A kind at a time: for rows of values SQLite would read the whole index.
        for (brand_id, kind), values in by_kind.items():
            marks = ",".join(["%s"] * len(values))
            cursor.execute(
                "SELECT value, contact_id FROM people_identity "  # noqa: S608 (marks are ours)
                f"WHERE verified_at IS NOT NULL AND brand_id = %s AND kind = %s AND value IN ({marks})",
                [brand_id, kind, *values],
            )
            found |= {(brand_id, kind, value): contact for value, contact in cursor.fetchall()}
    return found


def _contact_by_claim(brand_id: int, sender: Sender, conversation: Conversation | None, now: dt.datetime) -> int | None:
    """The contact who has told this identity before, where taking them for the sender gives nothing away.

    Either it is the customer of the very conversation that the sender is proven to continue (who has now proven the
    identity too, if the channel says so), or nothing at all is verified of them: then this is as good a claim as theirs.
    """
    claim = sender.identity
    if claim.kind == Identity.Kind.VISITOR or claim.doubted:
        return None
    told = Identity.objects.filter(brand_id=brand_id, kind=claim.kind, value=claim.value)
    if conversation is not None and (mine := told.filter(contact=conversation.contact_id).first()):
        if claim.verified_how and not mine.is_verified:
            Identity.objects.filter(pk=mine.pk).update(verified_at=now, verified_how=claim.verified_how)
        return conversation.contact_id
    if claim.verified_how:
        return None
    nothing_verified = told.exclude(contact__identities__verified_at__isnull=False)
    return nothing_verified.order_by("pk").values_list("contact_id", flat=True).first()


def _contact_by_other_proof(brand_id: int, sender: Sender) -> int | None:
    """A customer who has just signed in on a browser we know, or the other way round, stays one contact.

    Not when that contact has another identity of the same kind: then it is a second person at the same browser.
    """
    for claim in sender.claims:
        if not claim.verified_how:
            continue
        contact_id = (
            Identity.objects.filter(brand_id=brand_id, kind=claim.kind, value=claim.value, verified_at__isnull=False)
            .values_list("contact_id", flat=True)
            .first()
        )
        if contact_id and not (
            sender.identity.kind != Identity.Kind.VISITOR
            and Identity.objects.filter(contact_id=contact_id, kind=sender.identity.kind).exists()
        ):
            return contact_id
    return None


def _make(brand_id: int, sender: Sender, now: dt.datetime) -> int:
    contact = Contact.objects.create(
        brand_id=brand_id, name=sender.name[:160], language=sender.language[:5], created_at=now
    )
    return int(contact.pk)


def _add_identity(brand_id: int, contact_id: int, claim: Claim, now: dt.datetime) -> None:
    """Raises IntegrityError when another contact has proved it first: the caller tries again and finds that one.

    Raises ValueError for a value that is too long: cut short it could be somebody else's.
    """
    if len(claim.value) > 254:
        raise ValueError("That identity is longer than any real one.")
    Identity.objects.create(
        brand_id=brand_id,
        contact_id=contact_id,
        kind=claim.kind,
        value=claim.value,
        verified_at=now if claim.verified_how else None,
        verified_how=claim.verified_how,
        created_at=now,
    )


def _forget_browsers(contact_id: int, by_key: dict[Key, int]) -> None:
    """Whoever sits at the browser after the account's owner has signed out must not open the account's chats."""
    Identity.objects.filter(contact_id=contact_id, kind=Identity.Kind.VISITOR).delete()
    for key in [key for key, found in by_key.items() if found == contact_id and key[1] == Identity.Kind.VISITOR]:
        del by_key[key]


def _keep_claims(brand_id: int, contact_id: int, sender: Sender, now: dt.datetime) -> None:
    for claim in sender.claims:
        if claim.kind == Identity.Kind.VISITOR:
            continue  # The browser of somebody known otherwise: it proves nothing once they have left it.
        mine = Identity.objects.filter(contact_id=contact_id, kind=claim.kind, value=claim.value).first()
        if mine is not None and (mine.is_verified or not claim.verified_how):
            continue
        if claim.verified_how and _is_proved(brand_id, claim):
            continue
        if mine is not None:
            Identity.objects.filter(pk=mine.pk).update(verified_at=now, verified_how=claim.verified_how)
        elif Identity.objects.filter(contact_id=contact_id).count() < MOST_IDENTITIES:
            _add_identity(brand_id, contact_id, claim, now)


def _keep_names(names: dict[int, str]) -> None:
    """Of the contacts who hadn't told theirs before, which few are."""
    nameless = Contact.objects.filter(pk__in=names, name="") if names else Contact.objects.none()
    for contact_id in nameless.values_list("pk", flat=True):
        Contact.objects.filter(pk=contact_id, name="").update(name=names[contact_id][:160])


def _is_proved(brand_id: int, claim: Claim) -> bool:
    return Identity.objects.filter(
        brand_id=brand_id, kind=claim.kind, value=claim.value, verified_at__isnull=False
    ).exists()
