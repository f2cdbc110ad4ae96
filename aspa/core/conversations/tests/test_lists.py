"""Lists hold what they should, and read little of what is stored."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aspa.core.conversations import lists, replies
from aspa.core.conversations.models import Conversation, Label, Mention
from aspa.core.inboxes.models import Grant, Inbox
from aspa.core.people.models import Agent
from aspa.kit import clock
from tests.cast import Cast, says

pytestmark = pytest.mark.django_db

VIEWS = ("mine", "unassigned", "all", "waiting", "snoozed", "closed", "mentions")
NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def make_many(cast: Cast, number: int, seed: int = 1) -> None:
    """Conversations of every sort, several of them at the same moment."""
    dice = random.Random(seed)
    inboxes = [
        cast.inbox,
        cast.other_inbox,
        *(Inbox.objects.create(brand=cast.brand, name=name, channel="x") for name in "ab"),
    ]
    labels = [Label.objects.create(brand=cast.brand, name=name) for name in ("often", "rarely")]
    for step in range(number):
        moment = NOW - dt.timedelta(minutes=dice.randrange(number // 2))
        made = Conversation.objects.create(
            brand=cast.brand,
            inbox=dice.choice(inboxes),
            contact=cast.dee,
            status=dice.choice(Conversation.Status.values),
            assignee=dice.choice([None, None, cast.ada, cast.ben, cast.cy]),
            team=dice.choice([None, cast.team]),
            priority=dice.choice([-1, 0, 0, 0, 1, 2]),
            created_at=moment,
            last_activity_at=moment,
        )
        made.labels.set([label for label, odds in zip(labels, (0.5, 0.05), strict=True) if dice.random() < odds])
        if step % 9 == 0:
            note = made.messages.create(kind="note", is_public=False, inbox=made.inbox, created_at=moment)
            Mention.objects.create(agent=cast.ben, conversation=made, message=note, created_at=moment)


def belongs(row: Conversation, view: str, agent: Agent) -> bool:
    match view:
        case "mine":
            return row.status == "open" and row.assignee_id == agent.pk
        case "unassigned":
            return row.status == "open" and row.assignee_id is None
        case "all":
            return row.status == "open"
        case "mentions":
            return Mention.objects.filter(agent=agent, conversation=row).exists()
        case "waiting" | "snoozed" | "closed":
            return row.status == view
    return row.status == "open" and row.team_id == int(view.removeprefix("team-"))


def passes(row: Conversation, filters: dict[str, int]) -> bool:
    return all(
        filters.get(name, value) == value
        for name, value in (
            ("brand", row.inbox.brand_id),
            ("inbox", row.inbox_id),
            ("assignee", row.assignee_id),
            ("priority", row.priority),
        )
    ) and ("label" not in filters or filters["label"] in {label.pk for label in row.labels.all()})


def read_through(agent: Agent, view: str, filters: dict[str, int], limit: int) -> list[int]:
    found: list[int] = []
    before = ""
    for _page in itertools.count():
        page = lists.page(agent, view, filters=filters, before=before, limit=limit)
        found += [row.pk for row in page.rows]
        before = page.next
        if not before:
            return found
    raise AssertionError


@pytest.mark.parametrize("few", [lists.FEW, 3])
@pytest.mark.parametrize("most_lanes", [lists.MOST_LANES, 1])
def test_every_list_holds_what_it_should_in_order(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, few: int, most_lanes: int
) -> None:
    monkeypatch.setattr(lists, "FEW", few)
    monkeypatch.setattr(lists, "MOST_LANES", most_lanes)
    make_many(cast, 150)
    Grant.objects.create(agent=cast.ben, role=cast.answering, inbox=Inbox.objects.get(name="a"))
    everything = list(Conversation.objects.select_related("inbox").prefetch_related("labels"))
    everything.sort(key=lambda row: (row.last_activity_at, row.pk), reverse=True)
    label, rare = Label.objects.order_by("name")
    narrowed: list[dict[str, int]] = [
        {}, {"label": label.pk}, {"label": rare.pk, "priority": 0}, {"priority": 2}, {"assignee": cast.ben.pk},
        {"inbox": cast.inbox.pk}, {"inbox": cast.other_inbox.pk, "label": label.pk}, {"brand": cast.brand.pk},
    ]  # fmt: skip
    for agent in (cast.ada, cast.ben):
        seen = {inbox.pk for inbox in Inbox.objects.all() if agent == cast.ada or inbox.name in ("a", "Chat")}
        if agent == cast.ben:
            seen.remove(cast.other_inbox.pk)
        for view in (*VIEWS, f"team-{cast.team.pk}"):
            for filters in narrowed:
                expected = [
                    row.pk
                    for row in everything
                    if row.inbox_id in seen and belongs(row, view, agent) and passes(row, filters)
                ]
                assert read_through(agent, view, filters, 7) == expected, (agent, view, filters)
                assert lists.page(agent, view, filters=filters, limit=500).next == ""


def test_only_asks_for_single_conversations(cast: Cast) -> None:
    make_many(cast, 60)
    ids = list(Conversation.objects.values_list("pk", flat=True))
    whole = {row.pk for row in lists.page(cast.ben, "all", limit=100).rows}
    found = lists.page(cast.ben, "all", only=ids[:30]).rows
    assert {row.pk for row in found} == whole & set(ids[:30])
    assert lists.page(cast.ben, "all", only=[]).rows == []


def test_the_outsider_sees_nothing(cast: Cast) -> None:
    conversation = says(cast.inbox, "x").conversation
    replies.note(conversation, by=cast.ben, body="x")
    for view in (*VIEWS, f"team-{cast.team.pk}"):
        assert lists.page(cast.cy, view).rows == []
        assert lists.page(cast.cy, view, only=[conversation.pk], filters={"inbox": cast.inbox.pk}).rows == []
    assert not any(lists.counts(cast.cy, VIEWS).values())
    nobody = Agent.objects.create(email="new@aspa.example", name="New")
    assert lists.page(nobody, "all").rows == []
    assert lists.counts(nobody, ["all"]) == {}


def test_counts_stop_at_a_hundred(cast: Cast) -> None:
    make_many(cast, 60)
    for agent in (cast.ada, cast.ben):
        for view, number in lists.counts(agent, (*VIEWS, f"team-{cast.team.pk}")).items():
            unseen = Mention.objects.filter(agent=agent).count()
            assert number == (unseen if view == "mentions" else len(read_through(agent, view, {}, 50))), view
    store(cast, 400)
    for agent in (cast.ada, cast.ben):
        assert lists.counts(agent, ["closed"]) == {"closed": 100}


def test_what_is_not_a_list_or_a_place(cast: Cast) -> None:
    for view in ("", "everything", "team-", "team-x", "team-1-2", "mine-1", "team-99999999999999999999", "team-²"):
        with pytest.raises(LookupError):
            lists.page(cast.ada, view)
    for wrong in ("1", "x-1", "1-", "-1", "1-2-3", "²-1", "9" * 35 + "-1"):
        with pytest.raises(ValueError, match="place"):
            lists.page(cast.ada, "all", before=wrong)


def store(cast: Cast, number: int) -> None:
    """Many conversations at once: nine in ten ended, one in five hundred unassigned and open."""
    moment = (
        "(CAST('2026-01-01' AS timestamptz) - i * interval '1 minute')"
        if connection.vendor == "postgresql"
        else "datetime('2026-01-01', '-' || i || ' minutes')"
    )
    columns = {
        "brand_id": cast.brand.pk, "contact_id": cast.dee.pk, "subject": "''", "language": "''",
        "inbox_id": f"CASE WHEN i % 3 = 0 THEN {cast.inbox.pk} ELSE {cast.other_inbox.pk} END",
        "status": "CASE WHEN i % 10 = 0 THEN 'open' WHEN i % 1000 = 1 THEN 'waiting' ELSE 'closed' END",
        "assignee_id": f"CASE WHEN i % 500 = 0 THEN NULL ELSE {cast.ada.pk} END",
        "team_id": f"CASE WHEN i % 7 = 0 THEN {cast.team.pk} ELSE NULL END",
        "priority": "CASE WHEN i % 2000 = 0 THEN 2 ELSE 0 END",
        "closed_how": "''", "closed_reason": "''", "preview": "''", "preview_kind": "''", "context": "'{}'",
        "last_message_id": 0, "last_incoming_id": 0, "contact_read_id": 0, "agent_read_id": 0,
        "created_at": moment, "last_activity_at": moment,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {number}) "
            f"INSERT INTO conversations_conversation ({', '.join(columns)}) "
            f"SELECT {', '.join(str(value) for value in columns.values())} FROM n"
        )
        cursor.execute("ANALYZE" if connection.vendor == "postgresql" else "SELECT 1")


def rows_read(node: dict[str, Any]) -> int:
    """The most rows that a step of a PostgreSQL plan touched."""
    loops = node.get("Actual Loops", 1)
    here = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * loops
    return max([int(here), *(rows_read(child) for child in node.get("Plans", ()))])


def assert_reads_little(sql: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
            (plan,) = cursor.fetchone()
            plan = json.loads(plan) if isinstance(plan, str) else plan
            assert rows_read(plan[0]["Plan"]) <= 1000, json.dumps(plan, indent=1)
            return
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        steps = [row[3] for row in cursor.fetchall()]
    for step in steps:
        if "conversations_conversation" in step and "labels" not in step:
            assert step.startswith("SEARCH"), "\n".join([sql, *steps])
            assert "INDEX conv_" in step or "PRIMARY KEY" in step, "\n".join([sql, *steps])
    # One sort, of the few rows that the lanes gave.
    assert sum("TEMP B-TREE" in step for step in steps) <= 1 + sql.startswith("SELECT DISTINCT"), "\n".join(
        [sql, *steps]
    )


def test_lists_read_little_however_many_are_stored(cast: Cast) -> None:
    store(cast, 50_000)
    Grant.objects.create(agent=cast.ben, role=cast.answering, inbox=cast.other_inbox)
    label = Label.objects.create(brand=cast.brand, name="x")
    Conversation.labels.through.objects.bulk_create(
        Conversation.labels.through(label=label, conversation_id=pk)
        for pk in Conversation.objects.values_list("pk", flat=True)[:3000]
    )
    somewhere = lists.page(cast.ada, "closed").next
    narrowed: list[dict[str, int]] = [{}, {"priority": 2}, {"inbox": cast.inbox.pk}, {"assignee": cast.ada.pk}]
    for agent in (cast.ada, cast.ben):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            for view in (*VIEWS, f"team-{cast.team.pk}"):
                for filters in narrowed:
                    for before in ("", somewhere):
                        lists.page(agent, view, filters=filters, before=before)
                lists.page(agent, view, filters={"label": label.pk})
            lists.counts(agent, (*VIEWS, f"team-{cast.team.pk}"))
        for query in {query["sql"] for query in queries}:
            if "conversations_conversation" in query and "labels" not in query:
                assert_reads_little(query)


def test_a_page_takes_few_queries(cast: Cast, django_assert_max_num_queries: pytest.FixtureRequest) -> None:
    make_many(cast, 60)
    agent = Agent.objects.get(pk=cast.ben.pk)
    # Where the agent may read, which conversations, their labels, their rows.
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        rows = lists.page(agent, "all").rows
        assert [(row.contact.display_name, row.inbox.channel, row.assignee and row.assignee.initials) for row in rows]
        assert any(row.labels for row in rows)
    with django_assert_max_num_queries(1):  # type: ignore[operator]
        lists.counts(agent, VIEWS)


def test_unread_is_what_the_customer_wrote_since(cast: Cast) -> None:
    conversation = says(cast.inbox, "Hello").conversation
    replies.reply(conversation, by=cast.ben, body="Hi")

    def unread(agent: Agent) -> set[int]:
        return {row.pk for row in lists.page(agent, "waiting").rows + lists.page(agent, "all").rows if row.is_unread}

    assert unread(cast.ben) == set()
    assert unread(cast.ada) == {conversation.pk}
    says(cast.inbox, "More")
    assert unread(cast.ben) == {conversation.pk}


def test_places_are_exact(conversation: Conversation) -> None:
    conversation.refresh_from_db()
    assert lists.parse_place(lists.place(conversation)) == (conversation.last_activity_at, conversation.pk)
    assert clock.now() - conversation.last_activity_at < dt.timedelta(hours=1)
