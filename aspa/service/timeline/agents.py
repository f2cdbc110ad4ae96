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
    model = Note

    def entries(self, asked: Asked) -> list[Entry]:
        rows = Note.objects.filter(contact=asked.contact)
        if asked.words:
            rows = rows.filter(asked.holding("text"))
        found = asked.older(rows, at="written_at").values_list("pk", "written_at", "text", "agent__name")
        return [
            Entry(at=at, pk=pk, title=who or "Aspa", text=text.preview(said, 400), is_note=True)
            for pk, at, said, who in found
        ]


class Changes(Source):
    key = "changes"
    name = gettext_lazy("Changes")
    icon = "pencil"
    model = Change

    def entries(self, asked: Asked) -> list[Entry]:
        if asked.words:
            return []
        rows = asked.older(Change.objects.filter(contact=asked.contact), at="at")
        found = list(rows.values_list("pk", "at", "changes", "agent__name"))
        is_custom = any(each[0].startswith(fields.CUSTOM) for _pk, _at, changes, _who in found for each in changes)
        known = {field.key: field for field in fields.of_brand(asked.contact.brand_id)} if is_custom else {}
        return [
            Entry(
                at=at,
                pk=pk,
                title=_("%(who)s changed what is known") % {"who": who or "Aspa"},
                text=" · ".join(_said(what, before, after, known) for what, before, after in changes),
            )
            for pk, at, changes, who in found
        ]


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
