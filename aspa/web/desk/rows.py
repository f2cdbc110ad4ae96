"""The rows of a list as their template shows them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from aspa.core.conversations import lists
from aspa.core.conversations.models import Conversation
from aspa.service.closing import waiting
from aspa.web.desk import countdowns, marks
from aspa.web.desk.templatetags.desk import channel_icon, preview
from aspa.web.shell.templatetags.shell import ago, avatar, icon

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from aspa.web.desk.marks import Due, Marks

Status = Conversation.Status
# The sign of whose words the preview is, where they aren't the customer's.
BEFORE = {"reply": "corner-up-left", "bot": "bot"}
# Seconds, beyond anything that is due.
LATEST = 10**11


def shown(rows: Sequence[lists.Row], *, query: str, whose: bool, by: str = "") -> list[dict[str, Any]]:
    """What the template shows of rows, worked out here as it does so thirty times a page.

    query: the list's, for the links. whose: whether to show who takes care of each. by: when the list is ordered by
    what is due first, by which of the `Marks`.
    """
    due = marks.of_rows([row.pk for row in rows])
    closing = waiting.closing_times([row.pk for row in rows if row.status == Status.WAITING])
    clip = icon("paperclip", _("Files"), "s")
    return [_shown(row, due, closing, query=query, whose=whose, by=by, clip=clip) for row in rows]


def _shown(
    row: lists.Row, due: dict[int, Marks], closing: Mapping[int, dt.datetime], *, query: str, whose: bool, by: str,
    clip: SafeString,
) -> dict[str, Any]:  # fmt: skip
    # What few rows have stands in the template behind one question, `has_more`.
    more = {
        "urgency": Conversation.Priority(row.priority).label if row.priority > 0 else "",
        "snoozed_until": row.snoozed_until if row.status == Status.SNOOZED else None,
        "state": _state(row),
        "closes_at": closing.get(row.pk),
        "promise": _due(due, row, "promise"),
        "countdown": countdowns.shown(found) if (found := _due(due, row, "countdown")) else None,
    }
    return {
        # What can't hold markup is marked as safe: escaping is a third of the template's work.
        "pk": SafeString(row.pk),
        "mark": SafeString(_place(row, _due(due, row, by) if by else None)),
        "is_unread": row.is_unread,
        "href": conditional_escape(f"{address(row.pk)}?{query}"),
        "face": avatar(row.contact),
        "name": conditional_escape(row.contact.display_name),
        "at": SafeString(timezone.localtime(row.last_activity_at).isoformat()),
        "ago": ago(row.last_activity_at),
        "before": _before(row, clip),
        "preview": preview(row.preview),
        "channel": channel_icon(row.inbox),
        "inbox": row.inbox.name,
        "priority": row.priority,
        "has_more": any(more.values()),
        **more,
        "labels": row.labels[:3],
        "assignee": row.assignee if whose else None,
    }


def _before(row: lists.Row, clip: SafeString) -> SafeString:
    """What stands before the preview: that it is ours, that there are files, the subject."""
    replied = icon(BEFORE[row.preview_kind], "", "s") if row.preview_kind in BEFORE else ""
    subject = format_html("<b>{}</b> ", row.subject) if row.subject else ""
    return SafeString(f"{replied}{clip if row.has_files else ''}{subject}")


def _due(due: dict[int, Marks], row: lists.Row, sort: str) -> Due | None:
    found: Due | None = getattr(due.get(row.pk, marks.NONE), sort)
    return found


def _place(row: lists.Row, due: Due | None) -> str:
    """Where the page puts the row, the highest first; by what is due, the first of it."""
    return f"{LATEST - int(due.due_at.timestamp())}-{row.pk}" if due and due.due_at else lists.place(row)


def past(rows: Iterable[lists.Row]) -> list[dict[str, Any]]:
    """What is shown of a customer's other conversations, beside the one that is open."""
    return [
        {
            "href": address(row.pk),
            "channel": channel_icon(row.inbox),
            "title": row.subject or preview(row.preview) or row.reference,
            "reference": row.reference,
            "state": _ended(row) if row.status == Status.CLOSED else Status(row.status).label,
            "at": timezone.localtime(row.last_activity_at).isoformat(),
            "ago": ago(row.last_activity_at),
        }
        for row in rows
    ]


def address(pk: int) -> str:
    """A conversation's page."""
    return _address().replace("/0/", f"/{pk}/")


@cache
def _address() -> str:
    return reverse("desk:conversation", args=[0])


def _state(row: lists.Row) -> str:
    """Of what isn't open: in words, why."""
    if row.status == Status.WAITING:
        return _("Asked if solved") if row.solved_asked_at else _("Waiting for the customer")
    return _ended(row) if row.status == Status.CLOSED else ""


def _ended(row: lists.Row) -> str:
    return str(Conversation.ClosedHow(row.closed_how).label) if row.closed_how else ""
