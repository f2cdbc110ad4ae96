"""Readers say that something is wrong; staff looks at it, and enough of them hide it meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from aspa.core.conversations.changing import Refused
from aspa.kit import clock, text
from aspa.service.moderation.kinds import kind_of
from aspa.service.moderation.models import Decision, Item, Report
from aspa.service.moderation.rules import rules_of
from aspa.service.moderation.states import Action, Reason, State, Why

if TYPE_CHECKING:
    from aspa.core.people.models import Contact

LONGEST = 500


def report(kind: str, key: int, *, contact: Contact, reason: Reason, words: str = "") -> None:
    """Note it, once a person; a second time changes nothing. Raises Refused for what isn't theirs to report."""
    with transaction.atomic():
        items = Item.objects.select_for_update().filter(kind=kind, key=key, brand=contact.brand_id)
        item = items.filter(state=State.PUBLISHED).first()
        if item is None:
            raise Refused(_("There is nothing here any more."), code="gone")
        if item.contact_id == contact.pk:
            raise Refused(_("This is your own."), code="own")
        _report, is_new = Report.objects.get_or_create(
            item=item,
            contact=contact,
            defaults={"reason": reason, "words": text.clean(words)[:LONGEST], "at": clock.now()},
        )
        if is_new:
            _count(item)


def _count(item: Item) -> None:
    item.reports += 1
    item.waiting_since = item.waiting_since or clock.now()
    hides = rules_of(item.brand_id).reports_hide
    if hides and item.reports >= hides and not _is_approved(item):
        item.state, item.why = State.HELD, [Why.REPORTED.value]
        kind_of(item.kind).becomes(item.key, State.HELD)
    item.save(update_fields=["reports", "waiting_since", "state", "why"])


def _is_approved(item: Item) -> bool:
    """Whether staff has looked at these very words and published them: then readers alone hide them no more."""
    looked = Decision.objects.filter(item=item, action=Action.PUBLISH, undone_at=None, at__gte=item.at)
    return looked.exists()
