"""What is older than its brand's rule goes, every night, in batches. A rule's effect can be looked at beforehand."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING, Any

from auditlog.context import disable_auditlog
from django.db import transaction
from django.db.models import F

from aspa.kit import clock
from aspa.service.privacy import compacting
from aspa.service.privacy.declaring import holdings
from aspa.service.privacy.models import Removal, RetentionRule
from aspa.service.privacy.retained import Kind, kinds

if TYPE_CHECKING:
    from django.db.models import QuerySet

BATCH = 100
BATCHES_AT_ONCE = 50
# So many rows of what is walked through are looked at in one statement.
STEP = 500
# A preview counts no further: that it is many is what one has to know.
COUNTED = 10_000
PATIENCE = 3.0  # seconds


def begin() -> None:
    """Each rule in a task of its own, so that one that fails holds up no other."""
    from aspa.service.privacy.tasks import go_on_removing

    for rule in RetentionRule.objects.filter(kind__in=kinds):
        go_on_removing.enqueue(rule_id=rule.pk)


def go_on(rule_id: int, after: int = 0) -> None:
    """Remove the next of what the rule says, and leave the rest to another task. A rule taken back removes nothing.

    `after`: how far a walk has come.
    """
    from aspa.service.privacy.tasks import go_on_removing

    known = RetentionRule.objects.filter(pk=rule_id, kind__in=kinds).first()
    if known is not None and kinds[known.kind].is_walked:
        if place := _walk(known, kinds[known.kind], after):
            go_on_removing.enqueue(rule_id=rule_id, after=place)
        return
    for _batch in range(BATCHES_AT_ONCE):
        with transaction.atomic():
            rule = RetentionRule.objects.filter(pk=rule_id, kind__in=kinds).first()
            if rule is None or not _remove_some(rule):
                return
    go_on_removing.enqueue(rule_id=rule_id)


def preview(rule: RetentionRule) -> int:
    """How many rows the rule would remove now; `COUNTED` + 1 stands for more. It needn't be saved.

    What is walked through is counted as far as one comes while an admin waits.
    """
    kind = kinds[rule.kind]
    if not kind.is_walked:
        return len(_old(rule, kind).values_list("pk", flat=True)[: COUNTED + 1])
    count, after, until = 0, 0, time.monotonic() + PATIENCE
    while count <= COUNTED and time.monotonic() < until and (pks := _next(kind, after, COUNTED // 5)):
        count += _old(rule, kind).filter(pk__in=pks).count()
        after = pks[-1]
    return min(count, COUNTED + 1)


def _remove_some(rule: RetentionRule) -> int:
    kind = kinds[rule.kind]
    pks = list(_old(rule, kind).order_by(kind.age, "pk").values_list("pk", flat=True)[:BATCH])
    _remove(rule, kind, pks)
    return len(pks)


def _walk(rule: RetentionRule, kind: Kind, after: int) -> int:
    """Some steps from that key on; returns the key to go on from, 0 at the end."""
    for _step in range(BATCHES_AT_ONCE):
        pks = _next(kind, after, STEP)
        if not pks:
            return 0
        # Looked for outside of a transaction, since nobody else writes while one is open, and again inside.
        found = list(_old(rule, kind).filter(pk__in=pks).values_list("pk", flat=True))
        for start in range(0, len(found), BATCH):
            with transaction.atomic():
                old = _old(rule, kind).filter(pk__in=found[start : start + BATCH])
                _remove(rule, kind, list(old.order_by("pk").values_list("pk", flat=True)))
        after = pks[-1]
    return after


def _next(kind: Kind, after: int, most: int) -> list[int]:
    """The keys of the next rows, whosever they are and whether they may go or not: nothing but a stretch of the keys."""
    rows = kind.rows().model._base_manager.filter(pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:most])


def _remove(rule: RetentionRule, kind: Kind, pks: list[Any]) -> None:
    if pks:
        with disable_auditlog(), compacting.overwriting():
            (kind.remove or _deleting(kind))(pks)
        _note(rule, len(pks))


def _old(rule: RetentionRule, kind: Kind) -> QuerySet[Any]:
    before = clock.now() - dt.timedelta(days=rule.days)
    rows = kind.rows().filter(**{kind.brand: rule.brand_id, f"{kind.age}__lt": before})
    if not kind.channel:
        return rows
    if rule.channel:
        return rows.filter(**{kind.channel: rule.channel})
    own = RetentionRule.objects.filter(brand=rule.brand_id, kind=rule.kind).exclude(channel="")
    return rows.exclude(**{f"{kind.channel}__in": list(own.values_list("channel", flat=True))})


def _deleting(kind: Kind) -> Any:
    model = kind.rows().model
    holding = holdings.get(model._meta.label_lower)
    files = holding.files if holding else ()

    def delete(pks: list[Any]) -> None:
        rows = model._base_manager.filter(pk__in=pks)
        if files:
            for row in rows:
                for name in files:
                    if file := getattr(row, name):
                        file.storage.delete(file.name)
        rows.delete()

    return delete


def _note(rule: RetentionRule, count: int) -> None:
    """One line a night for each rule."""
    values = {"brand_id": rule.brand_id, "kind": rule.kind, "channel": rule.channel, "days": rule.days}
    tonight = Removal.objects.filter(**values, at__gte=clock.now() - dt.timedelta(hours=12)).first()
    if tonight is None:
        Removal.objects.create(**values, at=clock.now(), rows=count)
    else:
        Removal.objects.filter(pk=tonight.pk).update(rows=F("rows") + count)
