"""A shop's customers: so many with an order each, and a few of long standing, whose profile is measured.

Runs as a program of its own (`python -m bench.customers CUSTOMERS BRAND INBOX`) in the environment of the server it
prepares, and prints as JSON [[contact, one of their conversations], ...] of those of long standing.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Model

# Of long standing: so many customers, and what each has. Conversations are spread over three inboxes.
FAITHFUL = 5
CONVERSATIONS, MESSAGES, NOTES, ORDERS, LINES = 500, 5, 400, 2_000, 2


def fill(customers: int, brand_id: int, inbox_id: int) -> list[tuple[int, int]]:
    """inbox_id: the first of three."""
    from django.db import connection, transaction

    from aspa.core.people.models import Contact, Identity
    from aspa.kit import clock
    from aspa.service.commerce.models import Order, Source

    source, now = Source.objects.create(brand_id=brand_id, kind="api", name="Shop"), clock.now()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous=OFF")
    with transaction.atomic():
        contact = Contact.objects.create(brand_id=brand_id, name="Asiakas", language="fi", created_at=now)
        kind = {"brand_id": brand_id, "contact": contact, "created_at": now}
        identity = Identity.objects.create(kind="email", value="asiakas@example.fi", **kind)
        order = Order.objects.create(
            source=source, external_id="b", contact=contact, number="1", currency="EUR", total=1990, placed_at=now,
            updated_at=now, status="delivered",
        )  # fmt: skip
        multiply(contact, customers, name="'Asiakas ' || n")
        multiply(identity, customers, contact_id=f"{contact.pk} + n", value="'asiakas' || n || '@example.fi'")
        multiply(order, customers, contact_id=f"{contact.pk} + n", external_id="'b' || n", number="'' || n")
    with transaction.atomic():
        made = [faithful(number, brand_id, inbox_id, source.pk) for number in range(FAITHFUL)]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)")
    return made


def multiply(row: Model, times: int, **differing: str) -> None:
    """So many rows like this one, with the ids after it; `differing` are SQL for columns, where n counts from 1."""
    from django.db import connection

    table, columns = row._meta.db_table, [field.column for field in row._meta.concrete_fields]
    differing = {"id": f"{row.pk} + n", **differing}
    taken = ", ".join(differing.get(column, f"former.{column}") for column in columns)
    postgresql = connection.vendor == "postgresql"
    numbers = (
        f"generate_series(1::bigint, {times}) AS numbers(n)"
        if postgresql
        else f"(WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < {times}) SELECT n FROM up)"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {taken} FROM {table} AS former, {numbers}"
            f" WHERE former.id = {row.pk}"
        )
        if postgresql:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")


def faithful(number: int, brand_id: int, inbox_id: int, source_id: int) -> tuple[int, int]:
    """A customer of years: the contact and the newest conversation that an agent of the first two inboxes may read."""
    from aspa.core.conversations.models import Conversation, Event, Message
    from aspa.core.people.models import Agent, Company, Contact, Identity
    from aspa.kit import clock
    from aspa.service.commerce.models import Order, OrderLine
    from aspa.service.timeline.models import Moment, Note, Preference

    now = clock.now()
    company = Company.objects.create(brand_id=brand_id, name=f"Lankakauppa {number}")
    contact = Contact.objects.create(
        brand_id=brand_id, name=f"Maija {number}", company=company, tier="kulta", custom=VALUES, created_at=now
    )
    agent = Agent.objects.earliest("pk")
    for kind, value in (("email", f"maija{number}@example.fi"), ("phone", f"+3584000000{number}")):
        Identity.objects.create(brand_id=brand_id, contact=contact, kind=kind, value=value, created_at=now)
    Preference.objects.create(contact=contact, channel="email", wishes="Soitot vain aamupäivällä")
    fields_of(brand_id)
    Note.objects.bulk_create(
        Note(contact=contact, agent=agent, text=f"Muista asia {day}", written_at=ago(now, day, 1)) for day in range(20)
    )
    conversations = Conversation.objects.bulk_create(
        Conversation(
            brand_id=brand_id, inbox_id=inbox_id + day % 3, contact=contact, subject=f"Asia {day}", status="closed",
            closed_how="customer", created_at=ago(now, day, 2), last_activity_at=ago(now, day, 2),
            preview="Kiitos avusta", preview_kind="incoming",
        )
        for day in reversed(range(CONVERSATIONS))
    )  # fmt: skip
    messages = Message.objects.bulk_create(
        Message(
            conversation=conversation, inbox_id=conversation.inbox_id, contact=contact, is_public=turn < MESSAGES - 1,
            kind="incoming" if turn < MESSAGES - 1 else "note", agent=None if turn < MESSAGES - 1 else agent,
            text="Hei! Paketti on matkalla ja tulee huomenna.", created_at=conversation.created_at,
        )
        for conversation, turn in itertools.product(conversations, range(MESSAGES))
    )  # fmt: skip
    notes = [message for message in messages if message.kind == "note"][:NOTES]
    events = Event.objects.bulk_create(
        Event(conversation=note.conversation, inbox_id=note.inbox_id, kind="noted", message=note, created_at=now)
        for note in notes
    )
    Moment.objects.bulk_create(
        Moment(event=event, contact=contact, message=event.message, kind="noted", at=event.message.created_at)
        for event in events
        if event.message
    )
    orders = Order.objects.bulk_create(
        Order(
            source_id=source_id, external_id=f"f{number}-{day}", contact=contact, number=f"{number}{day:05}", total=4990,
            currency="EUR", status="delivered", placed_at=ago(now, day, 3), updated_at=now, item_count=LINES,
        )
        for day in range(ORDERS)
    )  # fmt: skip
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order, position=place, name=f"Tuote {(order.pk + place) % 40}", quantity=1, unit_price=2495, total=2495
        )
        for order, place in itertools.product(orders, range(LINES))
    )  # fmt: skip
    readable = [conversation for conversation in conversations if conversation.inbox_id < inbox_id + 2]
    return contact.pk, readable[-1].pk


VALUES: dict[str, Any] = {f"field_{number}": "Merinovilla" for number in range(6)}


def fields_of(brand_id: int) -> None:
    from aspa.service.timeline.models import Field

    for number in range(6):
        Field.objects.get_or_create(brand_id=brand_id, key=f"field_{number}", defaults={"label": f"Kenttä {number}"})


def ago(now: dt.datetime, days: int, hours: int) -> dt.datetime:
    return now - dt.timedelta(days=days, hours=hours)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aspa.config.settings")
    import django

    django.setup()
    print(json.dumps(fill(*map(int, sys.argv[1:]))))
