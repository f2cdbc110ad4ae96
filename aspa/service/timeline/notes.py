"""Notes on a customer: what the next agent should know, whatever the matter is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from aspa.core.conversations.changing import Refused
from aspa.core.conversations.rows import select
from aspa.core.people.models import Role
from aspa.kit import clock, text
from aspa.service.timeline import rights
from aspa.service.timeline.models import Note

if TYPE_CHECKING:
    from aspa.core.people.models import Agent, Contact

LONGEST = 4000


def write(contact: Contact, *, by: Agent, body: str) -> Note:
    """Raises Refused when empty."""
    return Note.objects.create(contact=contact, agent=by, text=_body(body), written_at=clock.now())


def change(note: Note, *, by: Agent, body: str) -> None:
    """Raises Refused when empty, or another agent's."""
    if note.agent_id != by.pk:
        raise Refused(_("Only its writer can change a note."), code="other")
    note.text, note.changed_at = _body(body), clock.now()
    note.save(update_fields=["text", "changed_at"])


def remove(note: Note, *, by: Agent) -> None:
    """Raises Refused for another agent's, unless `by` moderates."""
    if not may_remove(note, by):
        raise Refused(_("Only its writer can remove a note."), code="other")
    note.delete()


def may_remove(note: Note, agent: Agent) -> bool:
    return note.agent_id == agent.pk or rights.may(agent, note.contact, Role.Permission.MODERATE)


def newest(contact: Contact, count: int) -> list[Note]:
    """The newest first."""
    newest_first = "t.contact_id = %s ORDER BY t.written_at DESC, t.id DESC LIMIT %s"
    return select(Note, newest_first, [contact.pk, count], related=("agent",))


def note_of(contact: Contact, note_id: int) -> Note | None:
    return Note.objects.filter(contact=contact, pk=note_id).select_related("agent", "contact").first()


def _body(body: str) -> str:
    body = text.clean(body)[:LONGEST]
    if not body:
        raise Refused(_("Write something first."), code="empty")
    return body
