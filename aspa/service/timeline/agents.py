"""What agents bring to the timeline: their notes on the customer, and what they changed of what is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aspa.core.conversations.changing import Refused
from aspa.core.inboxes.channel import channels
from aspa.kit import text
from aspa.service.timeline import fields
from aspa.service.timeline.models import Change, Note, Preference
from aspa.service.timeline.profile import WORDS
from aspa.service.timeline.sources import Asked, Entry, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aspa.service.timeline.models import Field


class AboutThem(Source):
    key = "about"
    name = gettext_lazy("About the customer")
    icon = "sticky-note"

    def entries(self, asked: Asked) -> list[Entry]:
        rows = Note.objects.filter(contact=asked.contact).select_related("agent")
        if asked.words:
            rows = rows.filter(asked.holding("text"))
        return [
            Entry(
                at=note.written_at,
                pk=note.pk,
                title=_who(note),
                text=text.preview(note.text, 400),
                is_note=True,
            )
            for note in asked.older(rows, at="written_at")
        ]


class Changes(Source):
    key = "changes"
    name = gettext_lazy("Changes")
    icon = "pencil"

    def entries(self, asked: Asked) -> list[Entry]:
        if asked.words:
            return []
        found = list(asked.older(Change.objects.filter(contact=asked.contact).select_related("agent"), at="at"))
        is_custom = any(what.startswith(fields.CUSTOM) for change in found for what, _before, _after in change.changes)
        known = {field.key: field for field in fields.of_brand(asked.contact.brand_id)} if is_custom else {}
        return [
            Entry(
                at=change.at,
                pk=change.pk,
                title=_("%(who)s changed what is known") % {"who": _who(change)},
                text=" · ".join(_said(what, before, after, known) for what, before, after in change.changes),
            )
            for change in found
        ]


def _who(written: Note | Change) -> str:
    return written.agent.name if written.agent else "Aspa"


def _said(what: str, before: str, after: str, known: Mapping[str, Field]) -> str:
    """One change in the reader's words: "customer tier: silver → gold"."""
    field = known.get(what.removeprefix(fields.CUSTOM)) if what.startswith(fields.CUSTOM) else None
    name = field.label if field else str(WORDS.get(what, what.removeprefix(fields.CUSTOM)))
    old, new = (_value(what, said, field) for said in (before, after))
    return f"{name}: {old} → {new or '–'}" if old else f"{name}: {new}"


def _value(what: str, said: str, field: Field | None) -> str:
    if field is not None:
        try:
            value = fields.parse(field, said)
        except Refused:
            # One of the choices then, and no longer.
            return said
        return fields.shown(field, {} if value is None else {field.key: value})
    words: Mapping[str, object] = {}
    match what:
        case "language":
            words = dict(settings.LANGUAGES)
        case "address":
            words = dict(Preference.Address.choices)
        case "channel":
            words = {channel.key: channel.name for channel in channels()}
    return str(words.get(said, said))
