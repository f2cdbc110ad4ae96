"""The letter that tells authors what was decided, with the reason: one letter for all that was decided together."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from aspa.core.inboxes import letters
from aspa.core.people.models import Contact
from aspa.kit import clock
from aspa.kit import text as texts
from aspa.service.moderation import standing
from aspa.service.moderation.kinds import kind_of
from aspa.service.moderation.models import Decision
from aspa.service.moderation.states import State

if TYPE_CHECKING:
    from collections.abc import Sequence

# Meanwhile the decision can be undone without anybody having been told.
PAUSE = dt.timedelta(minutes=2)
MOST_NAMED = 20


def tell_later(decision: Decision) -> None:
    """Have the author told, in the transaction of the decision."""
    from aspa.service.moderation.tasks import tell_author

    tell_author.enqueue_at(clock.now() + PAUSE, contact_id=decision.item.contact_id)


def tell(contact: Contact) -> None:
    """Send what the author hasn't been told yet of decisions that still stand, if we know an address of theirs.

    Raises what the mail server raises; then they still haven't been told.
    """
    found = _claimed(contact)
    address = letters.addresses([contact.pk]).get(contact.pk)
    if not found or not address:
        return
    try:
        _send(contact, address, list({decision.item_id: decision for decision in found}.values()))
    except Exception:
        Decision.objects.filter(pk__in=[decision.pk for decision in found]).update(told_at=None)
        raise


def _claimed(contact: Contact) -> list[Decision]:
    """Nobody else tells of these. Committed before the letter is sent: a mail server takes its time, and on SQLite
    nobody could write meanwhile."""
    with transaction.atomic():
        untold = Decision.objects.select_for_update(of=("self",)).filter(
            item__contact=contact, told_at=None, undone_at=None
        )
        found = list(untold.select_related("item").order_by("pk"))
        Decision.objects.filter(pk__in=[decision.pk for decision in found]).update(told_at=clock.now())
        return found


def _send(contact: Contact, address: str, decisions: Sequence[Decision]) -> None:
    brand = contact.brand
    with override(brand.spoken(contact.language)):
        subject = _("What you wrote on the pages of %(brand)s") % {"brand": brand.name}
        lines = [_line(decision) for decision in decisions[:MOST_NAMED]]
        closing = _("If you think that this is wrong, answer to customer service and we look at it again.")
        letters.send(brand, address, subject, [*lines, closing])


def _line(decision: Decision) -> str:
    item = decision.item
    shown = kind_of(item.kind).shown([item.key]).get(item.key)
    name = texts.preview(shown.title or shown.text, 80) if shown else ""
    state = State(item.state)
    told = standing.said(state, item.reason, item.words) or _("It is shown to everybody now.")
    address = f"\n{settings.ASPA_URL}{shown.url}" if shown and shown.url and state == State.PUBLISHED else ""
    return f"“{name}”\n{told}{address}"
