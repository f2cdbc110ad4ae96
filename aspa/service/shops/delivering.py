"""What shops tell by themselves: kept, then understood; what can't be waits for an admin, with its raw form."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from aspa.kit import clock
from aspa.kit.tasks import task
from aspa.service.commerce import ingest
from aspa.service.commerce.models import Booking, Cart, Customer, Loyalty, Order, Subscription
from aspa.service.commerce.records import (
    BookingRecord,
    CartRecord,
    CustomerRecord,
    LoyaltyRecord,
    OrderRecord,
    Record,
    SubscriptionRecord,
)
from aspa.service.shops.connector import NotUnderstood, Told, connector_for
from aspa.service.shops.models import Connection, Delivery
from aspa.service.shops.payload import read

if TYPE_CHECKING:
    from aspa.service.commerce.models import Source

logger = logging.getLogger(__name__)

KEY_LENGTH, TOPIC_LENGTH, DETAIL_LENGTH = 255, 80, 300


def keep(source: Source, told: Told, body: bytes) -> None:
    """Keep what was told, once however often it comes, and have it understood soon."""
    now = clock.now()
    with transaction.atomic():
        row = Delivery(
            source=source,
            key=told.key[:KEY_LENGTH],
            topic=told.topic[:TOPIC_LENGTH],
            body=as_text(body),
            received_at=now,
        )
        _note(source, told.topic, now)
        Delivery.objects.bulk_create([row], ignore_conflicts=True)
        # Whether it was known isn't told by all databases.
        kept = Delivery.objects.get(source=source, key=row.key)
        if kept.state == Delivery.State.NEW:
            understand.enqueue(delivery_id=kept.pk)


def note_forgery(source: Source) -> None:
    Connection.objects.update_or_create(source=source, defaults={"forged_at": clock.now()})


@task(retries=8, backoff=10)
def understand(delivery_id: int) -> None:
    delivery = Delivery.objects.select_related("source").filter(pk=delivery_id).first()
    if delivery is not None:
        handle(delivery)


def handle(delivery: Delivery) -> None:
    """Understand it and hand its records on; safe to run twice. Whatever is wrong with it ends in the list of faults."""
    if delivery.state == Delivery.State.DONE or not delivery.body:
        return
    try:
        payload = read(delivery.body)
        records = understood(delivery.source, delivery.topic, payload, delivery.received_at)
        with transaction.atomic():
            results = ingest.take(delivery.source, records)
            refused = [refusal(one) for one in results if one.outcome == "refused"]
            _end(delivery, Delivery.State.FAILED if refused else Delivery.State.DONE, "; ".join(refused), records)
    except NotUnderstood as problem:
        _end(delivery, Delivery.State.FAILED, str(problem), [])


def understood(source: Source, topic: str, payload: Any, at: dt.datetime) -> list[Record]:
    """The records in a payload. Raises NotUnderstood, also where a fault of ours is the reason: nothing else waits for it."""
    try:
        return connector_for(source).understand(source, topic, payload, at)
    except NotUnderstood:
        raise
    except Exception as fault:
        # The type alone: the text can quote what the payload says.
        logger.warning("A payload of source %s (%s) made us stumble: %s", source.pk, topic, type(fault).__name__)
        raise NotUnderstood(_("Aspa stumbled over it (%(fault)s).") % {"fault": type(fault).__name__}) from fault


def failed(source: Source) -> QuerySet[Delivery]:
    """What an admin should look at."""
    return Delivery.objects.filter(source=source, state=Delivery.State.FAILED)


def newest(source: Source) -> Any:
    """The payload that came last, None where nothing has come. Raises NotUnderstood."""
    body = (
        Delivery.objects.filter(source=source).exclude(body="").order_by("-pk").values_list("body", flat=True).first()
    )
    return None if body is None else read(body)


def again(delivery: Delivery) -> None:
    """Try it once more: Aspa, or the mapping, may have learned meanwhile."""
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.NEW, detail="")
        understand.enqueue(delivery_id=delivery.pk)


def dismiss(delivery: Delivery) -> None:
    """Put it aside without what it says; its key stays, so that it isn't taken when it comes again."""
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.DONE, body="", detail="")


def as_text(body: bytes) -> str:
    """What can be kept and shown of any bytes; JSON, which has to be UTF-8 and knows no bare NUL, stays as it is."""
    return body.decode("utf-8", "backslashreplace").replace("\0", "\\x00")


def refusal(result: ingest.Result) -> str:
    """Why something was refused, in words."""
    return f"{result.field}: {result.reason}" if result.field else result.reason


def contact_of(source: Source, records: list[Record]) -> int | None:
    """Whom the records tell of, once they have been taken."""
    for record in records:
        for kind, model in HOLDERS.items():
            if isinstance(record, kind):
                held = model._default_manager.filter(
                    source=source, external_id=_external_id(record), contact__isnull=False
                )
                found = held.values_list("contact_id", flat=True).first()
                if found is not None:
                    return int(found)
    return None


# The rows that a kind of record ends up in.
HOLDERS = {
    CustomerRecord: Customer,
    OrderRecord: Order,
    CartRecord: Cart,
    SubscriptionRecord: Subscription,
    BookingRecord: Booking,
    LoyaltyRecord: Loyalty,
}


def _note(source: Source, topic: str, now: dt.datetime) -> None:
    """When the shop was last heard of, and on which of the topics that we know: the header that names them isn't signed."""
    if topic not in connector_for(source).topics:
        Connection.objects.update_or_create(source=source, defaults={"heard_at": now})
        return
    connection, _is_new = Connection.objects.select_for_update().get_or_create(source=source)
    connection.heard_at = now
    connection.heard[topic] = now.isoformat()
    connection.save(update_fields=["heard_at", "heard"])


def _external_id(record: Record) -> str:
    if isinstance(record, CustomerRecord | LoyaltyRecord):
        return record.who.external_id
    return str(getattr(record, "external_id", ""))


def _end(delivery: Delivery, state: str, detail: str, records: list[Record]) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(
        state=state, detail=detail[:DETAIL_LENGTH], contact_id=contact_of(delivery.source, records)
    )
