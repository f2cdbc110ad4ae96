"""The queue of each routed inbox, made of what the conversations say: it can be made anew at any time."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from aspa.core.conversations import bots
from aspa.core.conversations.models import Conversation
from aspa.kit import clock
from aspa.service.routing import measuring, preferences
from aspa.service.routing.models import Offer, Tier, Waiting
from aspa.service.routing.rules import Routed, alone, routed

# Such a head start each priority has, in minutes.
AHEAD = {
    Conversation.Priority.LOW: -10,
    Conversation.Priority.NORMAL: 0,
    Conversation.Priority.HIGH: 10,
    Conversation.Priority.URGENT: 60,
}
# Looked at together, in one transaction.
AT_ONCE = 500
# Who is farther behind isn't told a place.
TOLD = 2000

Status = Conversation.Status
FIELDS = (
    "pk", "inbox_id", "brand_id", "status", "assignee_id", "waiting_since", "priority", "contact_id", "contact__tier",
)  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """A customer's place in an inbox's queue: 1 is next."""

    contact: int
    conversation: int
    position: int


def renew(conversation_ids: Collection[int], answered: Mapping[int, dt.datetime] | None = None) -> set[int]:
    """Have the queue say what these conversations say; those with which it changed.

    `answered` are those that were answered, and when: how long they waited is measured.
    """
    by_inbox = routed() if conversation_ids else {}
    if not by_inbox:
        return set()
    with transaction.atomic():
        alone()
        known = Waiting.objects.in_bulk(conversation_ids)
        found = Conversation.objects.filter(pk__in=conversation_ids, inbox__in=by_inbox).order_by("waiting_since", "pk")
        rows = list(found.values(*FIELDS))
        aheads = _aheads(rows, by_inbox.values())
        with_bot = bots.holding([row["pk"] for row in rows if row["waiting_since"] is not None])
        for row in rows:
            if row["pk"] in with_bot:
                # It isn't a person that the customer waits for.
                row["waiting_since"] = None
        return {
            row["pk"]
            for row in rows
            if _renew(row, known.get(row["pk"]), aheads[row["pk"]], (answered or {}).get(row["pk"]))
        }


def mend() -> bool:
    """Find what the journal's readers may have missed, and forget what is no longer routed."""
    by_inbox = routed()
    gone, _by_model = Waiting.objects.exclude(inbox__in=by_inbox).delete()
    # Two steps: joined, SQLite would begin with the conversations, which are many.
    offered = list(Offer.objects.values_list("conversation_id", flat=True))
    Offer.objects.filter(
        conversation__in=Conversation.objects.filter(pk__in=offered).exclude(inbox__in=by_inbox).values("pk")
    ).delete()
    if not by_inbox:
        return bool(gone)
    waits = Q(status=Status.OPEN, waiting_since__isnull=False, assignee__isnull=True)
    queued = Waiting.objects.filter(conversation=OuterRef("pk"), given_at__isnull=True)
    missed = Conversation.objects.filter(waits, ~Exists(queued), inbox__in=by_inbox)
    # Their order may have changed too: a tier is set, or is worth something else now.
    first = Conversation.objects.filter(pk__in=Waiting.objects.filter(given_at__isnull=True).values("pk"))
    over = Conversation.objects.filter(pk__in=Waiting.objects.values("pk")).exclude(
        status=Status.OPEN, waiting_since__isnull=False
    )
    ids = {
        pk
        for some in (missed, first.order_by("waiting_since"), over)
        for pk in some.values_list("pk", flat=True)[:AT_ONCE]
    }
    return bool(renew(ids) or gone)


def places(inboxes: Iterable[int]) -> dict[int, list[Place]]:
    """Who waits in these inboxes, in order."""
    waiting = Waiting.objects.filter(inbox__in=list(inboxes), given_at__isnull=True).order_by("turn", "conversation")
    found: defaultdict[int, list[Place]] = defaultdict(list)
    for inbox, contact, pk in waiting.values_list("inbox", "conversation__contact", "conversation")[:TOLD]:
        found[inbox].append(Place(contact, pk, len(found[inbox]) + 1))
    return found


def _renew(
    row: Mapping[str, Any],
    entry: Waiting | None,
    ahead: dt.timedelta,
    answered_at: dt.datetime | None,
) -> bool:
    if entry is not None and answered_at is not None and answered_at >= entry.entered_at:
        measuring.remember(entry, answered_at)
        # What the customer has written since waits anew.
        _leave(entry)
        return _renew(row, None, ahead, None) or True
    if row["status"] != Status.OPEN or row["waiting_since"] is None:
        return entry is not None and _leave(entry)
    if row["assignee_id"] is not None:
        return _is_given(entry)
    turn = (entry.entered_at if entry else row["waiting_since"]) - ahead
    if entry is None:
        _enter(row, turn)
        return True
    if entry.given_at is None and entry.turn == turn:
        return False
    if entry.given_at is not None:
        # Back in the queue, at its old place and for everybody.
        entry.given_at, entry.asked = None, []
    entry.turn = turn
    entry.save(update_fields=["given_at", "asked", "turn"])
    return True


def _enter(row: Mapping[str, Any], turn: dt.datetime) -> None:
    ahead = Waiting.objects.filter(inbox=row["inbox_id"], given_at__isnull=True, turn__lte=turn).count()
    Waiting.objects.create(
        conversation_id=row["pk"],
        inbox_id=row["inbox_id"],
        entered_at=row["waiting_since"],
        turn=turn,
        entered_as=ahead + 1,
        known_id=_known(row["contact_id"], row["pk"]),
    )


def _is_given(entry: Waiting | None) -> bool:
    """Somebody has it; it is remembered until the first answer."""
    if entry is None or entry.given_at is not None:
        return False
    Offer.objects.filter(conversation=entry.pk).delete()
    return bool(Waiting.objects.filter(pk=entry.pk).update(given_at=clock.now()))


def _leave(entry: Waiting) -> bool:
    Offer.objects.filter(conversation=entry.pk).delete()
    entry.delete()
    return True


def _known(contact: int, conversation: int) -> int | None:
    """Who last took care of this customer."""
    others = Conversation.objects.filter(contact=contact, assignee__is_active=True).exclude(pk=conversation)
    return others.order_by("-last_activity_at", "-pk").values_list("assignee", flat=True).first()


def _aheads(rows: Collection[Mapping[str, Any]], inboxes: Iterable[Routed]) -> dict[int, dt.timedelta]:
    """The head start of each conversation: by its priority, and by its customer's tier or segment, whichever is more."""
    tiers, preferred = _tiers(inboxes), preferences.of({row["contact_id"] for row in rows})
    found = {}
    for row in rows:
        tier = tiers.get((row["brand_id"], row["contact__tier"].casefold()), 0)
        segment = preferred.get(row["contact_id"], preferences.NONE).ahead
        found[row["pk"]] = dt.timedelta(minutes=max(tier, segment) + AHEAD[row["priority"]])
    return found


def _tiers(inboxes: Iterable[Routed]) -> dict[tuple[int, str], int]:
    """Minutes ahead by (brand, name)."""
    found = Tier.objects.filter(brand__in={inbox.brand for inbox in inboxes})
    return {(tier.brand_id, tier.name.casefold()): tier.ahead_minutes for tier in found}
