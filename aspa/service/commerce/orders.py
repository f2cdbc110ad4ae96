"""Orders and what happens to them: an order's status is the newest word of the order itself and of its events."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal

from aspa.core.conversations.rows import insert_instances
from aspa.service.commerce import newest, rows
from aspa.service.commerce.models import Order, OrderEvent, OrderLine, Source, Status
from aspa.service.commerce.newest import KNOWN, TAKEN, Version
from aspa.service.commerce.records import Deleted, Line, OrderEventRecord, OrderRecord, Who

RANK = {status: rank for rank, status in enumerate(Status.values)}


@dataclasses.dataclass(slots=True)
class Moving:
    """What an event needs to know of its order. Nearly all that shops tell are events; a whole order takes ten times as long."""

    pk: int
    contact_id: int | None
    deleted_at: dt.datetime | None
    status: str
    status_at: dt.datetime | None


class Batch:
    """The orders and order events of one batch, by their places in it."""

    def __init__(self, source: Source, whose: Callable[[Who], int | None]) -> None:
        self._source, self._whose = source, whose
        self.outcomes: dict[int, str] = {}
        self.touched: set[int] = set()
        # Whose orders themselves were told, rather than what happened to them.
        self.buyers: set[int] = set()
        # Carts that orders name or have named.
        self.carts: set[str] = set()

    def settle(self, orders: dict[int, OrderRecord | Deleted], events: dict[int, OrderEventRecord]) -> None:
        told = _ids(orders)
        known = newest.stored(Order, self._source, told) if told else {}
        if orders:
            self._settle_orders(orders, known)
        if events:
            others = {event.order_external_id for event in events.values()} - known.keys()
            self._settle_events(events, {**known, **_moving(self._source, others)})

    def _settle_orders(self, orders: dict[int, OrderRecord | Deleted], known: dict[str, Order]) -> None:
        self.carts |= {known[external_id].cart_external_id for external_id in known.keys() & _ids(orders)}
        settled = newest.settle(
            Order, self._source, [self._version(place, record) for place, record in orders.items()], known
        )
        changed = settled.changed
        for row in changed:
            row.status, row.status_at = row.told_status, row.updated_at
        _drop_events([row for row in changed if row.pk is not None and row.deleted_at is not None])
        _add_words([row for row in changed if row.pk is not None])
        rows.save(changed)
        _write_lines([(settled.rows[external_id], orders[place]) for external_id, place in settled.winners.items()])
        self.outcomes |= settled.outcomes
        self.carts |= {row.cart_external_id for row in changed}
        self.touched |= settled.contact_ids
        self.buyers |= settled.contact_ids

    def _version(self, place: int, record: OrderRecord | Deleted) -> Version:
        values = None
        if isinstance(record, OrderRecord):
            values = {
                "contact_id": self._whose(record.who),
                "number": record.number or record.external_id[:60],
                "told_status": record.status,
                "status_text": record.status_text,
                "currency": record.currency or self._source.currency,
                "total": record.total,
                "shipping": record.shipping,
                "tax": record.tax,
                "discount": record.discount,
                "item_count": count_of(record.lines),
                "placed_at": record.placed_at or record.updated_at,
                "url": record.url,
                "admin_url": record.admin_url,
                "confirmation_url": record.confirmation_url,
                "tracking_url": record.tracking_url,
                "tracking_number": record.tracking_number,
                "cart_external_id": record.cart_external_id,
                "address": dict(record.address),
            }
        return Version(place, record.external_id, record.updated_at, newest.digest(record), values)

    def _settle_events(self, events: dict[int, OrderEventRecord], known: dict[str, Order | Moving]) -> None:
        new = {event.order_external_id for event in events.values()} - known.keys()
        placeholders = [Order(source=self._source, external_id=external_id) for external_id in sorted(new)]
        insert_instances(placeholders)
        known |= {row.external_id: row for row in placeholders}
        fresh: dict[tuple[int, str], tuple[int, OrderEventRecord]] = {}
        for place, event in events.items():
            order = known[event.order_external_id]
            self.outcomes[place] = KNOWN
            # What belonged to an order that is gone goes with it.
            if order.deleted_at is None or event.at > order.deleted_at:
                fresh.setdefault((order.pk, event.external_id), (place, event))
        added = rows.add_events(
            [
                (order_id, event.external_id, event.kind, event.at, event.text, dict(event.data))
                for (order_id, _), (_, event) in fresh.items()
            ]
        )
        moved: dict[int, Order | Moving] = {}
        for key in fresh.keys() & added:
            place, event = fresh[key]
            order = known[event.order_external_id]
            self.outcomes[place] = TAKEN
            if order.contact_id is not None:
                self.touched.add(order.contact_id)
            if _hears(order, event.kind, event.at):
                moved[order.pk] = order
        rows.move_orders([(order.status, order.status_at, pk) for pk, order in moved.items()])


def _ids(orders: dict[int, OrderRecord | Deleted]) -> set[str]:
    return {record.external_id for record in orders.values()}


def count_of(lines: Sequence[Line]) -> int:
    return min(sum(round(abs(Decimal(line.quantity))) for line in lines), 2**31 - 1)


def _moving(source: Source, external_ids: set[str]) -> dict[str, Moving]:
    if not external_ids:
        return {}
    found = Order.objects.filter(source_id=source.pk, external_id__in=external_ids)
    fields = [field.name for field in dataclasses.fields(Moving)]
    return {external_id: Moving(*values) for external_id, *values in found.values_list("external_id", *fields)}


def _hears(order: Order | Moving, kind: str, at: dt.datetime) -> bool:
    """Let the order's status follow an event, if it is a newer word; whether it was."""
    if kind not in RANK or (order.status_at is not None and (at, RANK[kind]) <= (order.status_at, RANK[order.status])):
        return False
    order.status, order.status_at = kind, at
    return True


def _add_words(orders: Sequence[Order]) -> None:
    """What the events that are stored say of these orders' status."""
    if not orders:
        return
    by_id = {order.pk: order for order in orders}
    words = OrderEvent.objects.filter(order_id__in=list(by_id), kind__in=Status.values)
    for order_id, kind, at in words.order_by().values_list("order_id", "kind", "at"):
        _hears(by_id[order_id], kind, at)


def _drop_events(gone: Sequence[Order]) -> None:
    for order in gone:
        OrderEvent.objects.filter(order=order, at__lte=order.deleted_at).delete()


def _write_lines(changed: Sequence[tuple[Order, OrderRecord | Deleted]]) -> None:
    OrderLine.objects.filter(order_id__in=[order.pk for order, _ in changed]).delete()
    insert_instances(
        [
            OrderLine(
                order=order,
                position=position,
                product_external_id=line.product_external_id,
                sku=line.sku,
                name=line.name,
                quantity=line.quantity,
                unit_price=line.unit_price,
                total=line.amount,
                url=line.url,
                image_url=line.image_url,
            )
            for order, record in changed
            if isinstance(record, OrderRecord)
            for position, line in enumerate(record.lines)
        ]
    )
