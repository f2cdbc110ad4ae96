"""Lists of conversations: a page by its place and a count that stops early, however many are stored.

A list is read from indexes alone: where an agent sees only some inboxes, each inbox's index is read from its newest
end and the few rows of each are merged. Nothing is skipped over (no OFFSET), nothing is counted beyond a hundred.

In plain SQL, as every page of the desk asks for it: Django's own took longer to make than the databases to answer.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection

from aspa.core.conversations import access
from aspa.core.conversations.models import Conversation, Mention
from aspa.core.conversations.models.conversation import FIRST_REFERENCE
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent, Contact
from aspa.kit.ids import row_id

# Nobody needs the exact number of more.
COUNT_CAP = 100
RECENT_MENTIONS = 300
# Up to so many conversations are looked at one by one; beyond it an index is read.
FEW = 1000
# More inboxes than this are filtered while reading the index of them all: then an agent sees most of it anyway.
MOST_LANES = 40
FILTERS = ("brand", "inbox", "label", "assignee", "priority")
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)

Status = Conversation.Status
Labelled = Conversation.labels.through

UNSEEN_MENTIONS = "SELECT 1 FROM conversations_mention WHERE agent_id = %s AND seen_at IS NULL LIMIT %s"
LABELLED = "EXISTS (SELECT 1 FROM conversations_conversation_labels WHERE label_id = %s AND conversation_id = c.id)"
PLAIN = ("pk", "subject", "status", "closed_how", "priority", "preview", "preview_kind")
ROWS = """
    SELECT c.id, c.subject, c.status, c.closed_how, c.priority, c.preview, c.preview_kind,
           c.last_activity_at, c.snoozed_until, c.solved_asked_at,
           inbox.id, inbox.name, inbox.channel, contact.id, contact.name,
           assignee.id, assignee.name, assignee.alias, assignee.picture,
           c.status <> 'closed' AND c.last_incoming_id > coalesce(seen.message_id, 0), brand.reference_prefix,
           newest.has_attachments AND EXISTS (
               SELECT 1 FROM conversations_attachment AS file WHERE file.message_id = newest.id AND NOT file.is_inline)
    FROM conversations_conversation AS c
    JOIN inboxes_brand AS brand ON brand.id = c.brand_id
    JOIN inboxes_inbox AS inbox ON inbox.id = c.inbox_id
    JOIN people_contact AS contact ON contact.id = c.contact_id
    LEFT JOIN people_agent AS assignee ON assignee.id = c.assignee_id
    LEFT JOIN conversations_message AS newest
        ON newest.id = CASE c.preview_kind WHEN 'incoming' THEN c.last_incoming_id ELSE c.last_message_id END
    LEFT JOIN conversations_agentread AS seen ON seen.conversation_id = c.id AND seen.agent_id = %s
    WHERE"""
LABELS = """
    SELECT labelled.conversation_id, label.name FROM conversations_conversation_labels AS labelled
    JOIN conversations_label AS label ON label.id = labelled.label_id
    WHERE"""

# What a conversation has to fulfil, with the values of its placeholders.
Lane = tuple[str, list[Any]]


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """What a list shows of a conversation. Of the people and the inbox it has the names alone; labels are names too.

    `is_unread`: the customer has written something that the agent who asked hasn't seen. `has_files`: the message of the
    preview has some, beside the pictures in its text; when it is ours and something has happened since, that isn't told.
    """

    pk: int
    reference: str
    subject: str
    status: str
    closed_how: str
    priority: int
    preview: str
    preview_kind: str
    last_activity_at: dt.datetime
    snoozed_until: dt.datetime | None
    solved_asked_at: dt.datetime | None
    inbox: Inbox
    contact: Contact
    assignee: Agent | None
    labels: list[str]
    is_unread: bool
    has_files: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """The newest first. `next` is the place to ask for what comes after, empty at the end."""

    rows: list[Row]
    next: str


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """What belongs to a list. `equal` are fields and their values; `inboxes` None means all of them."""

    equal: dict[str, int | str | None]
    inboxes: list[int] | None
    label: int | None = None
    mentions: Agent | None = None

    def has(self, row: Mapping[str, Any]) -> bool:
        return all(row[name] == value for name, value in self.equal.items()) and (
            self.inboxes is None or row["inbox_id"] in self.inboxes
        )


def page(
    agent: Agent,
    view: str,
    *,
    filters: Mapping[str, int] | None = None,
    before: str = "",
    only: Sequence[int] | None = None,
    limit: int = 40,
) -> Page:
    """A page of a list.

    `view` is mine, unassigned, all, waiting, snoozed, closed, mentions or team-ID; `filters` (FILTERS) narrow it;
    `before` is the place from a page or a row (`place`); `only` asks which of these conversations are in the list.
    Raises LookupError for an unknown view and ValueError for what isn't a place.
    """
    wanted, after = _wanted(agent, view, filters or {}), parse_place(before) if before else None
    few = _few(wanted, only)
    ids = _among(few, wanted, after, limit + 1) if few is not None else _by_index(wanted, after, limit + 1)
    rows = _rows(agent, ids[:limit])
    return Page(rows, place(rows[-1]) if len(ids) > limit and rows else "")


class Placed(NamedTuple):
    """A conversation in a list: whose it is, and its place."""

    pk: int
    contact: int
    place: str


def walk(
    agent: Agent, view: str, *, filters: Mapping[str, int] | None = None, before: str = "", limit: int
) -> list[Placed]:
    """The next so many of a list, as bare as the index has them, for who narrows it by what only they know.

    Arguments and errors as of `page`.
    """
    wanted, after = _wanted(agent, view, filters or {}), parse_place(before) if before else None
    few = _few(wanted, None)
    ids = _among(few, wanted, after, limit) if few is not None else _by_index(wanted, after, limit)
    found = {one.pk: one for one in Conversation.objects.filter(pk__in=ids).only("pk", "contact", "last_activity_at")}
    return [Placed(pk, found[pk].contact_id, place(found[pk])) for pk in ids if pk in found]


def some(agent: Agent, ids: Iterable[int]) -> list[Row]:
    """Those of these conversations that the agent may read, newest first."""
    reach = access.reach(agent)
    rows = _rows(agent, sorted(ids, reverse=True))
    return [row for row in rows if reach.may(access.Permission.READ, row.inbox.pk)]


def counts(agent: Agent, views: Iterable[str]) -> dict[str, int]:
    """How many conversations each list holds, at most COUNT_CAP, in one query. Mentions count what is unseen."""
    parts, values, counted = [], [], []
    for view in views:
        if view == "mentions":
            found, more = UNSEEN_MENTIONS, [agent.pk, COUNT_CAP]
        else:
            found, more = _newest(_lanes(_wanted(agent, view, {})), COUNT_CAP)
        if found:
            parts.append(f"(SELECT count(*) FROM (SELECT 1 FROM ({found}) AS found LIMIT {COUNT_CAP}) AS counted)")  # noqa: S608
            values += more
            counted.append(view)
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), values)
        return dict(zip(counted, cursor.fetchone(), strict=True))


def place(conversation: Conversation | Row) -> str:
    """A conversation's place in every list: microseconds of its last activity and its number."""
    return f"{(conversation.last_activity_at - EPOCH) // MICROSECOND}-{conversation.pk}"


def parse_place(text: str) -> tuple[dt.datetime, int]:
    """The reverse of `place`. Raises ValueError for anything else."""
    micro, _dash, number = text.partition("-")
    since, pk = row_id(micro), row_id(number)
    if since is None or pk is None:
        raise ValueError("That is not a place in a list.")
    try:
        return EPOCH + since * MICROSECOND, pk
    except OverflowError as error:
        raise ValueError("That is not a place in a list.") from error


def _wanted(agent: Agent, view: str, filters: Mapping[str, int]) -> Wanted:
    equal, mentions = _of_view(agent, view)
    if "priority" in filters:
        equal["priority"] = filters["priority"]
    if "assignee" in filters and equal.setdefault("assignee_id", filters["assignee"]) != filters["assignee"]:
        # Mine, but somebody else's.
        return Wanted(equal, [])
    return Wanted(equal, _inboxes(agent, filters), filters.get("label"), agent if mentions else None)


def _of_view(agent: Agent, view: str) -> tuple[dict[str, int | str | None], bool]:
    """What a view asks of its conversations, and whether they are those with a mention of the agent."""
    match view.partition("-"):
        case "mine", "", "":
            return {"assignee_id": agent.pk, "status": Status.OPEN.value}, False
        case "unassigned", "", "":
            return {"assignee_id": None, "status": Status.OPEN.value}, False
        case "all", "", "":
            return {"status": Status.OPEN.value}, False
        case ("waiting" | "snoozed" | "closed") as status, "", "":
            return {"status": status}, False
        case "mentions", "", "":
            return {}, True
        case "team", "-", number if number.isascii() and number.isdigit() and len(number) < 10:
            return {"team_id": int(number), "status": Status.OPEN.value}, False
    raise LookupError(f"There is no list {view!r}.")


def _inboxes(agent: Agent, filters: Mapping[str, int]) -> list[int] | None:
    ids = access.reach(agent).inbox_ids()
    if "inbox" in filters:
        ids = [inbox for inbox in [filters["inbox"]] if ids is None or inbox in ids]
    if "brand" in filters:
        of_brand = set(Inbox.objects.filter(brand=filters["brand"]).values_list("pk", flat=True))
        ids = sorted(of_brand if ids is None else of_brand & set(ids))
    return ids


def _few(wanted: Wanted, only: Sequence[int] | None) -> set[int] | None:
    """The conversations among which the list is, when that is known and they are few."""
    few = None if only is None else set(only)
    if wanted.mentions is not None:
        recent = Mention.objects.filter(agent=wanted.mentions).order_by("-pk")
        mentioned = set(recent.values_list("conversation_id", flat=True)[:RECENT_MENTIONS])
        few = mentioned if few is None else few & mentioned
    if wanted.label is not None:
        labelled = Labelled.objects.filter(label_id=wanted.label).values_list("conversation_id", flat=True)
        if few is not None:
            return set(labelled.filter(conversation_id__in=few))
        ids = set(labelled[: FEW + 1])
        few = ids if len(ids) <= FEW else None
    return few


def _among(few: set[int], wanted: Wanted, after: tuple[dt.datetime, int] | None, limit: int) -> list[int]:
    """Looked up by number and compared here: asked to compare too, a database may prefer to read a big index."""
    names = ("pk", "last_activity_at", "inbox_id", "status", "assignee_id", "team_id", "priority")
    rows = [row for row in Conversation.objects.filter(pk__in=few).values(*names) if wanted.has(row)]
    places = sorted(((row["last_activity_at"], row["pk"]) for row in rows), reverse=True)
    return [pk for moment, pk in places if after is None or (moment, pk) < after][:limit]


def _by_index(wanted: Wanted, after: tuple[dt.datetime, int] | None, limit: int) -> list[int]:
    sql, values = _newest(_lanes(wanted, after), limit)
    if not sql:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM ({sql}) AS found ORDER BY last_activity_at DESC, id DESC LIMIT %s",  # noqa: S608
            [*values, limit],
        )
        return [row[0] for row in cursor.fetchall()]


def _lanes(wanted: Wanted, after: tuple[dt.datetime, int] | None = None) -> list[Lane]:
    """Conditions with their values that together are the list; each reads one index from its newest end."""
    conditions = [f"c.{name} IS NULL" if value is None else f"c.{name} = %s" for name, value in wanted.equal.items()]
    values: list[Any] = [value for value in wanted.equal.values() if value is not None]
    if wanted.label is not None:
        conditions.append(LABELLED)
        values.append(wanted.label)
    priority = wanted.equal.get("priority") or 0
    if isinstance(priority, int) and priority > 0:
        # Says what the partial index holds: SQLite doesn't look into bound values.
        conditions.append("c.priority > 0")
    if after is not None:
        moment = connection.ops.adapt_datetimefield_value(after[0])
        # The first condition, though implied, is where the index begins to be read.
        conditions.append("c.last_activity_at <= %s AND (c.last_activity_at < %s OR c.id < %s)")
        values += [moment, moment, after[1]]
    everywhere = " AND ".join(conditions), values
    if wanted.inboxes is None:
        return [everywhere]
    # The indexes of agents, teams and priorities hold little of other inboxes.
    small = wanted.equal.get("assignee_id") is not None or "team_id" in wanted.equal or bool(priority)
    if small or len(wanted.inboxes) > MOST_LANES:
        several = [wanted.inboxes] if wanted.inboxes else []
    else:
        several = [[inbox] for inbox in wanted.inboxes]
    return [(f"{_is_in('c.inbox_id', inboxes)} AND {everywhere[0]}", [*inboxes, *values]) for inboxes in several]


def _newest(lanes: list[Lane], limit: int) -> tuple[str, list[Any]]:
    """The query for the newest of each lane; empty when there is none."""
    parts = [
        "SELECT * FROM (SELECT c.last_activity_at, c.id FROM conversations_conversation AS c"  # noqa: S608
        f" WHERE {conditions} ORDER BY c.last_activity_at DESC, c.id DESC LIMIT {limit:d}) AS lane{number}"
        for number, (conditions, _) in enumerate(lanes)
    ]
    return " UNION ALL ".join(parts), [value for _, values in lanes for value in values]


def _rows(agent: Agent, ids: list[int]) -> list[Row]:
    """The rows of these conversations, in their order."""
    if not ids:
        return []
    labels: dict[int, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(f"{LABELS} {_is_in('labelled.conversation_id', ids)} ORDER BY label.name", ids)
        for pk, name in cursor.fetchall():
            labels.setdefault(pk, []).append(name)
        cursor.execute(f"{ROWS} {_is_in('c.id', ids)}", [agent.pk, *ids])
        rows = {values[0]: _row(values, labels.get(values[0], [])) for values in cursor.fetchall()}
    return [rows[pk] for pk in ids if pk in rows]


def _row(values: Sequence[Any], labels: list[str]) -> Row:
    """From what ROWS selects."""
    alias = connection.alias
    plain: dict[str, Any] = dict(zip(PLAIN, values, strict=False))
    active, snoozed, asked = values[7:10]
    return Row(
        **plain,
        reference=f"{values[20]}-{FIRST_REFERENCE + values[0]}",
        last_activity_at=_aware(active),
        snoozed_until=snoozed and _aware(snoozed),
        solved_asked_at=asked and _aware(asked),
        inbox=Inbox.from_db(alias, ("id", "name", "channel"), values[10:13]),
        contact=Contact.from_db(alias, ("id", "name"), values[13:15]),
        assignee=Agent.from_db(alias, ("id", "name", "alias", "picture"), values[15:19]) if values[15] else None,
        is_unread=bool(values[19]),
        has_files=bool(values[21]),
        labels=labels,
    )


def _is_in(column: str, values: Sequence[int]) -> str:
    """A condition with a placeholder for each value, of which there is at least one."""
    return f"{column} IN ({', '.join(['%s'] * len(values))})"


def _aware(moment: dt.datetime) -> dt.datetime:
    """SQLite keeps moments in UTC without saying so."""
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
