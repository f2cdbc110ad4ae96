"""What comes round by itself reads by index only: its cost doesn't grow with the years."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.module_loading import autodiscover_modules

from aspa.config.subscribers import SUBSCRIBERS
from aspa.core.conversations import subscriptions
from aspa.core.conversations.models import Conversation
from aspa.core.people.models import Contact
from aspa.kit.tasks import run_pending
from aspa.kit.tasks.declaration import schedules
from aspa.service.routing.models import Rules
from tests.cast import Cast, says

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's plans are the same however little is stored."),
]

# They hold what is going on at this moment, and are empty when nothing is.
OF_NOW = {"routing_waiting", "routing_offer", "people_contactchange"}


def test_what_comes_round_every_minute_scans_nothing_that_grows(cast: Cast) -> None:
    Rules.objects.create(inbox=cast.inbox, policy=Rules.Policy.OFFER)
    says(cast.inbox, "Is anybody there?")
    subscriptions.run_all(SUBSCRIBERS)
    run_pending()
    autodiscover_modules("tasks")
    growing = tables_that_grow()
    assert {"conversations_message", "people_contact"} <= growing
    every_minute = [(name, task) for name, (task, cron) in sorted(schedules.items()) if cron == "* * * * *"]
    assert len(every_minute) >= 7
    bad = []
    for name, task in every_minute:
        with CaptureQueriesContext(connection) as captured:
            task.call()
        for sql in dict.fromkeys(query["sql"] for query in captured.captured_queries):
            bad += [f"{name}: {step}\n    {sql}" for step in scans(sql, growing)]
    assert not bad, "\n".join(bad)


def tables_that_grow() -> set[str]:
    """The customers' and the conversations' own, and every table that points at one of them."""
    growing: set[str] = set()
    for model in apps.get_models():
        aims = {field.related_model for field in model._meta.get_fields() if field.many_to_one or field.one_to_one}
        if model in (Contact, Conversation) or aims & {Contact, Conversation}:
            growing.add(model._meta.db_table)
    return growing - OF_NOW


def scans(sql: str, growing: set[str]) -> list[str]:
    """The steps of its plan that go through one of these tables, or through an index of all of its rows."""
    if not sql.startswith(("SELECT", "UPDATE", "DELETE")):
        return []
    found = []
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        for row in cursor.fetchall():
            step = re.match(r"SCAN (\S+)(?: USING (?:COVERING )?INDEX (\S+))?", row[3])
            if step and named(step[1], sql) in growing and not is_partial(step[2]):
                found.append(row[3])
    return found


def named(alias: str, sql: str) -> str:
    """The table behind an alias."""
    found = re.search(rf'"(\w+)" {re.escape(alias)}\b', sql)
    return found[1] if found else alias


def is_partial(index: str | None) -> bool:
    """Whether it holds only the rows in question."""
    if index is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql LIKE '%WHERE%' FROM sqlite_master WHERE name = %s", [index])
        (found,) = cursor.fetchone() or (0,)
    return bool(found)


def test_talks_queue_and_countdowns_are_locked_before_any_conversation() -> None:
    """The subscribers share a transaction; who hands over, gives out or warns locks these first too."""
    assert list(SUBSCRIBERS)[:3] == ["bots", "routing", "service levels"]
