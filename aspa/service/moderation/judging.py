"""Whether something is shown at once, and if not, why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aspa.kit import clock
from aspa.service.moderation import floods, reading
from aspa.service.moderation.floods import WINDOW
from aspa.service.moderation.models import HouseRules, Item
from aspa.service.moderation.states import State, Why

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from aspa.core.inboxes.models import Brand
    from aspa.core.people.models import Contact


def is_newcomer(contact: Contact, rules: HouseRules) -> bool:
    """Whether fewer of their writings are published than make somebody known. A decision against one takes it away."""
    most = rules.newcomer_items
    published = Item.objects.filter(contact=contact.pk, state=State.PUBLISHED).values_list("pk", flat=True)
    return len(published[:most]) < most


def reasons_to_hold(item: Item, text: str, *, brand: Brand, contact: Contact, rules: HouseRules) -> list[Why]:
    """Empty when it may be shown at once."""
    found = {
        Why.RULE: rules.hold == HouseRules.Hold.ALL,
        Why.NEWCOMER: rules.hold == HouseRules.Hold.NEWCOMERS and item.by_newcomer,
        Why.LINK: reading.links(text, brand.domains) > (0 if item.by_newcomer else rules.most_links),
        Why.PERSONAL: rules.holds_personal and reading.is_personal(text),
        Why.WORD: reading.has_word(text, rules.words),
        Why.FLOOD: floods.is_flood(contact, brand.pk, is_newcomer=item.by_newcomer),
        Why.REPEAT: is_repeated(item),
        Why.AGAIN: item.state in (State.HIDDEN, State.REMOVED),
    }
    return [why for why, holds in found.items() if holds]


def is_repeated(item: Item) -> bool:
    """Whether anybody of the brand has written the same lately."""
    return _same(item).exists()


def is_sent_twice(item: Item) -> bool:
    """Whether the author themself sent the same just now: a double click, or worse."""
    return _same(item).filter(contact=item.contact_id, kind=item.kind, at__gt=clock.now() - WINDOW).exists()


def _same(item: Item) -> QuerySet[Item]:
    if not item.fingerprint:
        return Item.objects.none()
    since = clock.now() - WINDOW * 6 * 24 * 7
    same = Item.objects.filter(brand=item.brand_id, fingerprint=item.fingerprint, at__gt=since)
    return same.exclude(pk=item.pk)
