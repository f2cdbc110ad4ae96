"""The table of waits follows the conversations: any word ends a wait, an answer of ours begins one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from aspa.core.conversations.models import Conversation, Event
from aspa.kit import clock
from aspa.kit.bus import bus
from aspa.service.closing import policies, thanking
from aspa.service.closing.models import Wait
from aspa.service.hours import calendars
from aspa.service.promises.models import LIVE, Promise

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from aspa.core.conversations.events import Stretch
    from aspa.service.closing.models import SilencePolicy

Kind, Status = Event.Kind, Conversation.Status

# Told on the bus when it is planned anew when silence closes conversations: [(inbox, conversation), …].
CHANGED = "waits"
# So long a customer may think before the conversation waits for them. It ends nothing.
QUIET = dt.timedelta(minutes=3)
# What can begin or end a wait, and promises, which hold it up.
WORDS = (
    Kind.RECEIVED, Kind.REPLIED, Kind.SOLVED_ASKED, Kind.NOT_SOLVED, Kind.ENDED, Kind.REOPENED, Kind.SET_ASIDE,
    Kind.WAITING, Kind.SNOOZED, Kind.WOKEN, Kind.MERGED, Kind.UNMERGED, Kind.SPLIT, Kind.BOT_ANSWERED,
    Kind.HANDED_OVER,
)  # fmt: skip
PROMISES = (Kind.PROMISED, Kind.PROMISE_KEPT, Kind.PROMISE_WITHDRAWN)
FIELDS = ("since", "is_waiting", "settle_at", "remind_at", "reminded_at", "close_at")


def follow(stretch: Stretch) -> None:
    """Subscriber."""
    found = stretch.of(*WORDS, *PROMISES)
    if not found:
        return
    thanking.heed(event.conversation_id for event in found if event.kind == Kind.RECEIVED)
    anew = {event.conversation_id for event in found if event.kind in PROMISES}
    reconcile({event.conversation_id for event in found}, anew=anew)


def of(conversation: Conversation) -> Wait | None:
    """The conversation's wait; it is the customer's turn only while the conversation's status says so."""
    return Wait.objects.filter(conversation=conversation).first()


def closing_times(conversation_ids: Collection[int]) -> dict[int, dt.datetime]:
    """When silence closes each of these, as far as that is planned."""
    if not conversation_ids:
        return {}
    waits = Wait.objects.filter(conversation__in=conversation_ids, is_waiting=True, close_at__isnull=False)
    return {pk: close_at for pk, close_at in waits.values_list("pk", "close_at") if close_at}


@transaction.atomic
def reconcile(conversation_ids: Collection[int], *, anew: Collection[int] = ()) -> None:
    """Make the waits of these conversations fit how they stand now; `anew` are planned again though nothing was said."""
    # Locked: a reminder that is written at this moment must not be forgotten.
    locked = Wait.objects.select_for_update().filter(pk__in=conversation_ids).order_by("pk")
    waits = {wait.pk: wait for wait in locked}
    answered = _answered(conversation_ids)
    gone = waits.keys() - answered.keys()
    if gone:
        Wait.objects.filter(pk__in=gone).delete()
    changed = [one for pk, one in answered.items() if pk in anew or _differs(one, waits.get(pk))]
    if changed:
        _write(changed, waits, anew)


def _answered(conversation_ids: Collection[int]) -> dict[int, Conversation]:
    """Those in which the last word was ours and nobody has put them away."""
    found = Conversation.objects.filter(
        pk__in=conversation_ids, status__in=(Status.OPEN, Status.WAITING), waiting_since=None
    )
    found = found.select_related("inbox__brand").defer("inbox__settings", "inbox__brand__identity_secret", "context")
    return {conversation.pk: conversation for conversation in found}


def _differs(conversation: Conversation, wait: Wait | None) -> bool:
    is_waiting = conversation.status == Status.WAITING
    return wait is None or (wait.since, wait.is_waiting) != (conversation.last_activity_at, is_waiting)


def _write(conversations: Collection[Conversation], waits: dict[int, Wait], anew: Collection[int]) -> None:
    promised = set(
        Promise.objects.filter(conversation__in=conversations, state__in=LIVE).values_list("conversation_id", flat=True)
    )
    brands = policies.policies_of({conversation.brand_id for conversation in conversations})
    new = []
    for one in conversations:
        former = waits.get(one.pk)
        if one.pk in promised:
            # What we owe isn't waited for.
            new.append(_new(one))
        elif former is not None and not _differs(one, former) and (former.settle_at or former.remind_at):
            # The promise that is told of now was made and kept before this was planned.
            continue
        elif one.status == Status.WAITING:
            new.append(_planned(one, former, brands[one.brand_id]))
        else:
            new.append(_unsettled(one, clock.now() if one.pk in anew else one.last_activity_at))
    told = [(one.inbox_id, one.pk) for one in conversations if one.status == Status.WAITING]
    if told:
        transaction.on_commit(lambda: bus.publish(CHANGED, {"conversations": told}))
    Wait.objects.bulk_create(new, update_conflicts=True, unique_fields=["conversation"], update_fields=FIELDS)


def _new(conversation: Conversation) -> Wait:
    is_waiting = conversation.status == Status.WAITING
    return Wait(conversation=conversation, since=conversation.last_activity_at, is_waiting=is_waiting)


def _unsettled(conversation: Conversation, quiet_since: dt.datetime) -> Wait:
    wait = _new(conversation)
    wait.settle_at = quiet_since + QUIET
    return wait


def _planned(conversation: Conversation, former: Wait | None, policy: SilencePolicy) -> Wait:
    wait = _new(conversation)
    if former is not None and former.is_waiting and former.since == wait.since and former.reminded_at:
        # It goes on as it was announced.
        wait.remind_at, wait.reminded_at, wait.close_at = former.remind_at, former.reminded_at, former.close_at
    else:
        schedule = calendars.schedule_of(conversation.inbox)
        wait.remind_at, wait.close_at = policies.plan(policy, schedule, wait.since, clock.now())
    return wait


def replan(brand_id: int, *, after: int = 0, most: int = 500) -> int:
    """Plan the next waits of a brand by its present policy; returns the last one's number, 0 when that was all.

    What was announced to a customer keeps its date, unless silence closes nothing any more.
    """
    policy = policies.policies_of([brand_id])[brand_id]
    with transaction.atomic():
        waits = Wait.objects.select_for_update(of=("self",)).select_related("conversation__inbox__brand")
        waits = waits.filter(pk__gt=after, conversation__brand=brand_id, is_waiting=True).order_by("pk")
        found = list(waits[:most])
        Wait.objects.bulk_update(_replanned(found, policy), ("remind_at", "close_at"))
    return found[-1].pk if len(found) == most else 0


def _replanned(waits: Iterable[Wait], policy: SilencePolicy) -> list[Wait]:
    changed = []
    for wait in waits:
        if wait.reminded_at and wait.close_at and policy.is_on:
            continue
        schedule = calendars.schedule_of(wait.conversation.inbox)
        wait.remind_at, wait.close_at = policies.plan(policy, schedule, wait.since, clock.now())
        changed.append(wait)
    return changed
