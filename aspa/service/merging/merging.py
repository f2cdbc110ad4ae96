"""Two contacts of one brand become one, and can be taken apart again. Never by itself, never on a claim alone."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from aspa.core.conversations import activities
from aspa.core.conversations.changing import Refused, changing
from aspa.core.conversations.models import Conversation, Event
from aspa.core.people import changes
from aspa.core.people.models import Contact
from aspa.kit import clock
from aspa.kit.bus import bus
from aspa.service.merging import filling, moving, proving
from aspa.service.merging.models import Merge

if TYPE_CHECKING:
    from aspa.core.people.models import Agent

# On the bus: {"contacts": [ids]} whose open pages have to look anew whose they are.
CHANGED = "contacts"
Proof = Merge.Proof
# So long after a merge somebody may still write for the contact that went away: a transaction, a task that is retried.
LATE = dt.timedelta(hours=1)


@transaction.atomic
def merge(source: Contact, *, into: Contact, by: Agent, reason: str = "") -> Merge:
    """Everything of `source` becomes `into`'s; the source's own page leads there from then on.

    With proof anybody may; without it `reason` is needed, and the caller has made sure that a supervisor gives it.
    Raises Refused.
    """
    one, other = _lock(source.pk, into.pk)
    _must_be_mergeable(one, other)
    proof, reason = proving.proof_of(one, other), " ".join(reason.split())[:300]
    if not proof and not reason:
        raise Refused(_("Nothing proves that these two are one person. Ask them to prove it first."), code="unproved")
    talks = [_newest(one), _newest(other)]
    changed = {"proofs": filling.proofs(one, other), "gaps": filling.gaps(one, other)}
    moved, stayed = moving.move(one, other)
    Contact.objects.filter(pk=one.pk).update(merged_into=other)
    made = Merge.objects.create(
        source=one, target=other, by=by, at=clock.now(), proof=proof or Proof.REASON, reason="" if proof else reason,
        moved=moved, stayed=stayed, changed=changed,
    )  # fmt: skip
    _tell(talks, "contact_merged", Event.Kind.CONTACT_MERGED, made, by, proof=proof or reason)
    return made


@transaction.atomic
def unmerge(made: Merge, *, by: Agent) -> None:
    """Take a merge back: what moved returns, what came to the target since stays there. Raises Refused."""
    one, other = _lock(made.source_id, made.target_id)
    made = Merge.objects.select_for_update().get(pk=made.pk)
    if made.is_undone or one.merged_into_id != other.pk:
        raise Refused(_("This merge has been taken back already."), code="undone")
    if other.merged_into_id is not None:
        raise Refused(
            _("The other record was merged into a third one later. Take that merge back first."), code="later"
        )
    if one.erased_at is not None or other.erased_at is not None:
        raise Refused(_("What was known of this customer has been erased."), code="erased")
    moving.move_back(made.moved, one, other)
    filling.open_gaps(made.changed.get("gaps", {}), other)
    filling.give_proofs_back(made.changed.get("proofs", []))
    Contact.objects.filter(pk=one.pk).update(merged_into=None)
    Merge.objects.filter(pk=made.pk).update(undone_at=clock.now(), undone_by=by)
    _tell([_newest(one), _newest(other)], "contact_unmerged", Event.Kind.CONTACT_UNMERGED, made, by)


def are_joined(contact_id: int, other_id: int) -> bool:
    """Whether one of them has been merged into the other, also if that was taken back since."""
    pair = (contact_id, other_id)
    return Merge.objects.filter(source__in=pair, target__in=pair).exists()


def gather_late() -> None:
    """What was written for a source by somebody who had found it just before it was merged follows after it."""
    lately = Merge.objects.filter(undone_at=None, at__gt=clock.now() - LATE).order_by("pk")
    for made in lately.only("source", "target"):
        with transaction.atomic():
            one, other = _lock(made.source_id, made.target_id)
            moved, _stayed = moving.move(one, other) if one.merged_into_id == other.pk else ({}, {})
            if moved:
                known = Merge.objects.select_for_update().get(pk=made.pk)
                known.moved = {
                    name: [*known.moved.get(name, []), *moved.get(name, [])] for name in {*known.moved, *moved}
                }
                known.save(update_fields=["moved"])
                changes.touch([made.source_id, made.target_id])


def _lock(source_id: int, target_id: int) -> tuple[Contact, Contact]:
    """Both, in one order; rows that refer to them can still be written meanwhile."""
    locked = Contact.objects.select_for_update(no_key=True).filter(pk__in={source_id, target_id}).order_by("pk")
    found = {contact.pk: contact for contact in locked}
    return found[source_id], found[target_id]


def _must_be_mergeable(source: Contact, target: Contact) -> None:
    if source.pk == target.pk or source.brand_id != target.brand_id:
        raise Refused(_("Choose another customer of the same brand."), code="same")
    if source.merged_into_id is not None or target.merged_into_id is not None:
        raise Refused(_("One of these has been merged already."), code="merged")
    if source.erased_at is not None or target.erased_at is not None or _is_being_erased(source, target):
        raise Refused(_("What was known of this customer has been erased."), code="erased")


def _is_being_erased(source: Contact, target: Contact) -> bool:
    return any(contact.erasures.filter(done_at=None).exists() for contact in (source, target))


def _newest(contact: Contact) -> Conversation | None:
    return Conversation.objects.filter(contact=contact).order_by("-pk").first()


def _tell(
    talks: list[Conversation | None], code: str, event: Event.Kind, made: Merge, by: Agent, **values: Any
) -> None:
    """In the newest conversation of each. Open pages hear of it by the journal; of whom it knows nothing, by the bus."""
    contacts = [made.source_id, made.target_id]
    known = sorted({talk.pk for talk in talks if talk is not None})
    for pk in known:
        with changing(Conversation(pk=pk)) as current:
            activities.add(current, code, agent=by, event=event, contacts=contacts, **values)
    changes.touch(contacts)
    if not known:
        transaction.on_commit(lambda: bus.publish(CHANGED, {"contacts": contacts}))
