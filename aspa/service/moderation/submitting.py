"""The one door for what customers publish: judged before anybody else sees it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from aspa.core.conversations.changing import Refused
from aspa.kit import clock
from aspa.service.moderation import judging, reading
from aspa.service.moderation.kinds import kind_of
from aspa.service.moderation.models import Item, ShutOut
from aspa.service.moderation.rules import rules_of
from aspa.service.moderation.states import State

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand
    from aspa.core.people.models import Contact


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """`why`: values of `Why`, for staff; the author is told `words`."""

    state: State
    why: tuple[str, ...] = ()

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED

    @property
    def words(self) -> str:
        if self.is_published:
            return _("Thank you. It is shown now.")
        return _("Thank you. We look at it first; you see it here, others when it has been looked at.")


def submit(kind: str, key: int, *, brand: Brand, contact: Contact, text: str) -> Verdict:
    """Have it judged, in the transaction that wrote or changed it; its row has its state when this returns.

    `text`: everything that a person wrote in it. Raises Refused when nothing of it is to be kept.
    """
    if ShutOut.objects.filter(contact=contact.pk).exists():
        raise Refused(
            _("You can't publish anything here any more. Write to customer service instead."), code="shut_out"
        )
    rules = rules_of(brand.pk)
    with transaction.atomic():
        item = Item.objects.select_for_update().filter(kind=kind, key=key).first() or Item(kind=kind, key=key)
        item.brand, item.contact = brand, contact
        item.fingerprint = reading.fingerprint(text)
        if item._state.adding and judging.is_sent_twice(item):
            raise Refused(_("You have sent this already."), code="repeated")
        item.by_newcomer = judging.is_newcomer(contact, rules)
        why = judging.reasons_to_hold(item, text, brand=brand, contact=contact, rules=rules)
        return _keep(item, [str(one) for one in why])


def _keep(item: Item, why: list[str]) -> Verdict:
    now = clock.now()
    item.state, item.why, item.at = State.HELD if why else State.PUBLISHED, why, now
    if why:
        item.waiting_since = item.waiting_since or now
    elif not item.reports:
        item.waiting_since = None
    item.save()
    kind_of(item.kind).becomes(item.key, State(item.state))
    return Verdict(State(item.state), tuple(why))


def withdraw(kind: str, key: int) -> None:
    """It is no more: its author deleted it, or was erased. Nothing of it stays here."""
    Item.objects.filter(kind=kind, key=key).delete()
