"""The one door in for what a source tells: in batches, in any order, as often as it likes.

Of two versions of one thing the later stays. What comes before that to which it belongs is kept for it. A batch is one
transaction in which the source's row is locked, so that two processes that feed one source take turns.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Sequence
from typing import Any, Literal

from django.db import IntegrityError, OperationalError, transaction

from aspa.core.people import changes
from aspa.service.commerce import carts, customers, ordering, orders, things
from aspa.service.commerce.checking import Refused, checked
from aspa.service.commerce.customers import Saying
from aspa.service.commerce.models import Cart, Source
from aspa.service.commerce.records import (
    CustomerRecord,
    Deleted,
    OrderEventRecord,
    OrderRecord,
    ProductRecord,
    Record,
)

logger = logging.getLogger(__name__)

MOST = 500
# Another source of the brand may make the same contact at the same moment; the loser finds what the winner made.
TRIES = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """What became of a record. "known": it or a newer version was here. Of a refused one, where and why."""

    outcome: Literal["taken", "known", "refused"]
    field: str = ""
    reason: str = ""


def take(source: Source, records: Sequence[Record]) -> list[Result]:
    """Store what a source says; the answers are in the order of the records, and what is taken is durable.

    Of `MOST` records at most a call is one transaction. When it fails its records are tried one by one, so a bad one
    doesn't sink the others. Raises Source.DoesNotExist when the source is gone.
    """
    results: list[Result] = []
    for start in range(0, len(records), MOST):
        results += _take(source, records[start : start + MOST])
    return results


def _take(source: Source, records: Sequence[Record]) -> list[Result]:
    results: dict[int, Result] = {}
    fit: dict[int, Record] = {}
    for place, record in enumerate(records):
        try:
            fit[place] = checked(record)
        except Refused as refused:
            results[place] = Result("refused", refused.field, refused.reason)
    try:
        results |= _together(source, fit)
    except Source.DoesNotExist:
        raise
    except Exception as error:
        logger.info("A batch of %s records is tried one by one: %s", len(fit), type(error).__name__)
        for place, record in fit.items():
            results[place] = _alone(source, record)
    return [results[place] for place in range(len(records))]


def _alone(source: Source, record: Record) -> Result:
    for _ in range(TRIES):
        try:
            return _together(source, {0: record})[0]
        except (IntegrityError, OperationalError) as error:
            failure: Exception = error
        except Source.DoesNotExist:
            raise
        except Exception as error:
            failure = error
            break
    # The type alone: the text of a database error can quote what the record says.
    logger.warning("A record of source %s was not stored: %s", source.pk, type(failure).__name__)
    return Result("refused", "", "It could not be stored.")


def _together(source: Source, records: dict[int, Record]) -> dict[int, Result]:
    if not records:
        return {}
    with transaction.atomic():
        Source.objects.select_for_update(no_key=True).values_list("pk").get(pk=source.pk)
        outcomes, touched = _settle(source, records)
        changes.touch(touched)
    return {place: Result(outcome) for place, outcome in outcomes.items()}  # type: ignore[arg-type]


def _settle(source: Source, records: dict[int, Record]) -> tuple[dict[int, str], set[int]]:
    """What became of each record, and the contacts of whom something has changed."""
    people = customers.settle(source, _sayings(records))
    outcomes, touched = people.outcomes, people.touched
    told = orders.Batch(source, people.contact_id)
    told.settle(_of(records, OrderRecord, "order"), _of(records, OrderEventRecord))
    outcomes |= told.outcomes
    touched |= told.touched
    ordering.tell(told.buyers)
    named = told.carts
    for kind in things.KINDS:
        if not (mine := _of(records, kind.record, kind.word)):
            continue
        settled = things.settle(kind, source, mine, people.contact_id)
        outcomes |= settled.outcomes
        touched |= settled.contact_ids
        if kind.model is Cart:
            named |= settled.rows.keys()
    carts.tie(source, named)
    if source.sets_tier:
        customers.settle_tiers(touched)
    return outcomes, touched


def _sayings(records: dict[int, Record]) -> list[Saying]:
    found = []
    for place, record in records.items():
        if isinstance(record, CustomerRecord):
            found.append(Saying(place, record.who, record.updated_at, record))
        elif not isinstance(record, OrderEventRecord | ProductRecord | Deleted):
            found.append(Saying(place, record.who, record.updated_at))
    return found


def _of(records: dict[int, Record], kind: type, word: str = "") -> dict[int, Any]:
    """Those of one kind, and what is said to be gone of it, in their order."""
    return {
        place: record
        for place, record in records.items()
        if isinstance(record, kind) or (isinstance(record, Deleted) and record.kind == word)
    }
