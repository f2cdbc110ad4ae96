"""What staff decides, with the reason that the author is told; every decision can be undone and stays on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from aspa.core.conversations.changing import Refused
from aspa.kit import clock, text
from aspa.service.moderation import rights, telling
from aspa.service.moderation.kinds import kind_of
from aspa.service.moderation.models import Decision, Item, Report, ShutOut
from aspa.service.moderation.states import LEADS_TO, Action, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aspa.core.people.models import Agent, Contact

LONGEST = 500
MOST_AT_ONCE = 500


def decide(
    items: Iterable[Item], *, by: Agent, action: Action, reason: str = "", words: str = ""
) -> Sequence[Decision]:
    """Publish, hide or remove these, as they were seen: what was written anew since (`at`) is left alone.

    `words` go to the author after the reason. What is so already stays so, but it no longer waits. Raises Refused without
    a reason where one is due.
    """
    if action != Action.PUBLISH and not reason:
        raise Refused(_("Say why: the author is told."), code="reason")
    words = text.clean(words)[:LONGEST]
    seen = {item.pk: item.at for item in list(items)[:MOST_AT_ONCE]}
    with transaction.atomic():
        current = [item for item in _locked(list(seen), by) if item.at == seen[item.pk]]
        return [_decide(item, by, action, reason, words) for item in current]


def undo(decisions: Iterable[Decision], *, by: Agent) -> None:
    """Everything as it was before; what was decided or written anew since is left alone."""
    pks = [decision.pk for decision in decisions][:MOST_AT_ONCE]
    with transaction.atomic():
        taken = Decision.objects.filter(pk__in=pks, undone_at=None).values_list("item", flat=True)
        for item in _locked(list(taken), by):
            latest = Decision.objects.filter(item=item, undone_at=None).order_by("-pk").first()
            if latest is not None and latest.pk in pks and item.at <= latest.at:
                _undo(item, latest, by)


def shut_out(contact: Contact, *, by: Agent) -> None:
    """From now on they publish nothing in their brand. What they published stays as it is."""
    _must_be_allowed(by, contact.brand_id)
    ShutOut.objects.get_or_create(contact=contact, defaults={"agent": by, "at": clock.now()})


def let_in(contact: Contact, *, by: Agent) -> None:
    _must_be_allowed(by, contact.brand_id)
    ShutOut.objects.filter(contact=contact).delete()


def _locked(pks: Sequence[int], by: Agent) -> Sequence[Item]:
    # In one order, so that two who decide the same never wait for each other without end.
    found = list(Item.objects.select_for_update().filter(pk__in=pks).order_by("pk"))
    for brand_id in {item.brand_id for item in found}:
        _must_be_allowed(by, brand_id)
    return found


def _must_be_allowed(by: Agent, brand_id: int) -> None:
    if not rights.may(by, brand_id):
        raise PermissionDenied


def _decide(item: Item, by: Agent, action: Action, reason: str, words: str) -> Decision:
    state = LEADS_TO[action]
    decision = Decision.objects.create(
        item=item, agent=by, action=action, reason=reason, words=words, before=_kept(item), at=clock.now()
    )
    was = item.state
    item.state, item.waiting_since, item.reports = state, None, 0
    item.reason, item.words = ("", "") if action == Action.PUBLISH else (reason, words)
    item.save(update_fields=["state", "waiting_since", "reports", "reason", "words"])
    if action == Action.PUBLISH:
        # Staff has seen what they said; the next ones count from the beginning.
        Report.objects.filter(item=item).delete()
    if was != state:
        kind_of(item.kind).becomes(item.key, state)
        telling.tell_later(decision)
    return decision


def _undo(item: Item, decision: Decision, by: Agent) -> None:
    before = decision.before
    state, was = State(before["state"]), item.state
    item.state, item.reason, item.words = state, before["reason"], before["words"]
    item.waiting_since = parse_datetime(before["waiting_since"]) if before["waiting_since"] else None
    item.save(update_fields=["state", "waiting_since", "reason", "words"])
    Decision.objects.filter(pk=decision.pk).update(undone_at=clock.now(), undone_by=by)
    if was != state:
        kind_of(item.kind).becomes(item.key, state)


def _kept(item: Item) -> dict[str, Any]:
    waiting = item.waiting_since.isoformat() if item.waiting_since else ""
    return {"state": item.state, "reason": item.reason, "words": item.words, "waiting_since": waiting}
