"""Reading a shop's history: a page is asked for, then taken in one commit together with the place of the next.

So a worker that is killed loses nothing and takes nothing twice: the next one begins after the last page that was
committed. Should two be at it, the one that comes second with its page finds the place moved, and leaves.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from aspa.kit import clock
from aspa.kit.tasks import task
from aspa.service.commerce import ingest
from aspa.service.shops.connector import Connector, Later, Never, NotUnderstood, Page, connector_for
from aspa.service.shops.delivering import DETAIL_LENGTH, KEY_LENGTH, as_text, refusal, understood
from aspa.service.shops.models import Delivery, Filling

if TYPE_CHECKING:
    from aspa.core.people.models import Agent
    from aspa.service.commerce.models import Source
    from aspa.service.commerce.records import Record

# How long a task reads before it lets others in, in seconds.
TURN = 20.0
# After so many failures without a page between, the shop is left alone until an admin looks at it.
MOST_FAILURES = 8
FIRST_WAIT, LONGEST_WAIT = 5.0, 3600.0
# A page and its retries never take so long.
QUIET = dt.timedelta(minutes=10)


class AlreadyRunning(Exception):
    """The shop's history is being read."""


def start(source: Source, *, by: Agent | None) -> Filling:
    """Begin with the first page. What is here already is only looked at again. Raises AlreadyRunning."""
    kinds = connector_for(source).kinds
    now = clock.now()
    try:
        with transaction.atomic():
            filling = Filling.objects.create(source=source, kind=kinds[0].key, agent=by, started_at=now, moved_at=now)
            fill.enqueue(filling_id=filling.pk)
    except IntegrityError as problem:
        raise AlreadyRunning from problem
    return filling


def resume(filling: Filling) -> None:
    """Go on where it stopped. Raises AlreadyRunning."""
    try:
        with transaction.atomic():
            Filling.objects.filter(pk=filling.pk).exclude(state=Filling.State.DONE).update(
                state=Filling.State.RUNNING, failures=0, problem="", again_at=None, ended_at=None, moved_at=clock.now()
            )
            fill.enqueue(filling_id=filling.pk)
    except IntegrityError as problem:
        raise AlreadyRunning from problem


def stop(filling: Filling) -> None:
    """Stop after the page at hand; it can go on from there."""
    running = Filling.objects.filter(pk=filling.pk, state=Filling.State.RUNNING)
    running.update(state=Filling.State.STOPPED, again_at=None, ended_at=clock.now())


def is_stuck(filling: Filling) -> bool:
    """Whether nobody is at it any more although it isn't done: a fault of ours, or workers that are gone."""
    quiet_since = max(filter(None, (filling.moved_at, filling.again_at)))
    return filling.state == Filling.State.RUNNING and clock.now() - quiet_since > QUIET


@task(retries=8, backoff=10)
def fill(filling_id: int) -> None:
    """Read for a while, then let others in."""
    begun = time.monotonic()
    while time.monotonic() - begun < TURN:
        if not go_on(filling_id):
            return
    fill.enqueue(filling_id=filling_id)


def go_on(filling_id: int) -> bool:
    """Read a page; whether there is another one to be read at once."""
    filling = Filling.objects.select_related("source").filter(pk=filling_id, state=Filling.State.RUNNING).first()
    if filling is None:
        return False
    shop = connector_for(filling.source)
    try:
        page = shop.page(filling.source, filling.kind, filling.cursor)
    except Later as problem:
        _wait(filling, problem)
        return False
    except Never as problem:
        _give_up(filling, str(problem))
        return False
    with transaction.atomic():
        # The same order of locks as `ingest.take`: the source, then what is ours.
        refused = _take(filling.source, page)
        return _move(filling, shop, page, refused)


def _take(source: Source, page: Page) -> int:
    """Hand on what can be understood; the rest waits for an admin. How many items that is."""
    now = clock.now()
    records: list[Record] = []
    owners: list[int] = []
    wrong: dict[int, str] = {}
    for place, item in enumerate(page.items):
        try:
            found = understood(source, page.topic, item, now)
        except NotUnderstood as problem:
            wrong[place] = str(problem)
            continue
        records += found
        owners += [place] * len(found)
    for owner, result in zip(owners, ingest.take(source, records), strict=True):
        if result.outcome == "refused":
            wrong.setdefault(owner, refusal(result))
    Delivery.objects.bulk_create(
        [_fault(source, page, page.items[place], why) for place, why in wrong.items()], ignore_conflicts=True
    )
    return len(wrong)


def _fault(source: Source, page: Page, item: Any, why: str) -> Delivery:
    number = item.get("id", "") if isinstance(item, dict) else ""
    return Delivery(
        source=source,
        key=f"history:{page.topic}:{number}"[:KEY_LENGTH],
        topic=page.topic,
        body=as_text(json.dumps(item, ensure_ascii=False).encode("utf-8", "surrogatepass")),
        state=Delivery.State.FAILED,
        detail=why[:DETAIL_LENGTH],
        received_at=clock.now(),
    )


def _move(filling: Filling, shop: Connector, page: Page, refused: int) -> bool:
    """Note how far it is now. Undoes the page where somebody else has been faster."""
    now = Filling.objects.select_for_update().get(pk=filling.pk)
    if (now.kind, now.cursor, now.started_at) != (filling.kind, filling.cursor, filling.started_at):
        transaction.set_rollback(True)
        return False
    count = now.counts.setdefault(now.kind, {"read": 0, "refused": 0, "total": None})
    count["read"] += len(page.items)
    count["refused"] += refused
    count["total"] = page.total
    now.failures, now.problem, now.again_at, now.moved_at = 0, "", None, clock.now()
    following = _following(shop, now.kind) if page.next is None else now.kind
    if following is None:
        now.ended_at = clock.now()
        now.state = Filling.State.DONE
    else:
        now.kind, now.cursor = following, page.next
    now.save()
    return now.state == Filling.State.RUNNING


def _following(shop: Connector, kind: str) -> str | None:
    keys = [one.key for one in shop.kinds]
    place = keys.index(kind) + 1
    return keys[place] if place < len(keys) else None


def _wait(filling: Filling, problem: Later) -> None:
    """Try again when the shop asked for it; else after twice as long as the last time."""
    if not problem.after and filling.failures + 1 >= MOST_FAILURES:
        _give_up(filling, _("%(problem)s Aspa has tried for long enough.") % {"problem": problem})
        return
    seconds = problem.after or min(FIRST_WAIT * 2**filling.failures, LONGEST_WAIT)
    again_at = clock.now() + dt.timedelta(seconds=seconds)
    with transaction.atomic():
        # A shop that only asks us to be slower isn't failing.
        failures = filling.failures if problem.after else filling.failures + 1
        Filling.objects.filter(pk=filling.pk, state=Filling.State.RUNNING).update(
            failures=failures, problem=str(problem)[:300], again_at=again_at
        )
        fill.enqueue_at(again_at, filling_id=filling.pk)


def _give_up(filling: Filling, problem: str) -> None:
    Filling.objects.filter(pk=filling.pk, state=Filling.State.RUNNING).update(
        state=Filling.State.FAILED, problem=problem[:300], again_at=None, ended_at=clock.now()
    )
