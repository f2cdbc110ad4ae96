"""Who changed what in the settings, newest first, read page by page with a key."""

from __future__ import annotations

from typing import Any

from auditlog.models import LogEntry
from django.core.exceptions import FieldDoesNotExist
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aspa.web.settings.doors import AgentRequest, settings_needed
from aspa.web.settings.paging import newest_first

# What the logged things are called in the middle of a sentence.
NAMES = {
    "agent": gettext_lazy("agent"),
    "team": gettext_lazy("team"),
    "role": gettext_lazy("role"),
    "grant": gettext_lazy("role of an agent"),
    "rota": gettext_lazy("duty rota"),
    "member": gettext_lazy("place in a duty rota"),
    "standin": gettext_lazy("duty shift"),
    "brand": gettext_lazy("brand"),
    "inbox": gettext_lazy("inbox"),
    "hours": gettext_lazy("opening hours"),
    "exceptionday": gettext_lazy("day with hours of its own"),
    "rules": gettext_lazy("routing of an inbox"),
    "houserules": gettext_lazy("rules of moderation"),
    "ability": gettext_lazy("what an agent can take"),
    "skill": gettext_lazy("skill"),
    "tier": gettext_lazy("customer tier"),
    "block": gettext_lazy("entry of the blocklist"),
    "silencepolicy": gettext_lazy("what silence does"),
    "policy": gettext_lazy("service level"),
    "label": gettext_lazy("label"),
    "field": gettext_lazy("custom field"),
    "reason": gettext_lazy("reason"),
    "cannedreply": gettext_lazy("canned reply"),
    "purpose": gettext_lazy("purpose of a consent"),
    "redactionpolicy": gettext_lazy("which numbers are taken out of messages"),
    "retentionrule": gettext_lazy("how long something is kept"),
    "signinrules": gettext_lazy("sign-in rules"),
    "key": gettext_lazy("key of the API"),
    "source": gettext_lazy("system of a shop"),
    "provider": gettext_lazy("identification service"),
    "bot": gettext_lazy("bot of a chat"),
    "flow": gettext_lazy("steps of a bot"),
    "languagemodel": gettext_lazy("language model"),
    "cartpolicy": gettext_lazy("rule for carts left behind"),
    "article": gettext_lazy("help article"),
    "category": gettext_lazy("category of the help site"),
    "redirect": gettext_lazy("old address of an article"),
    "switch": gettext_lazy("what a help site shows"),
    "synonyms": gettext_lazy("synonyms of the search"),
}
PAGE = 50
SHOWN_VALUE = 80


@settings_needed
def page(request: AgentRequest) -> HttpResponse:
    shown, pages = newest_first(request, LogEntry.objects.select_related("actor", "content_type"), PAGE)
    context: dict[str, Any] = {
        "entries": [
            (entry, NAMES.get(entry.content_type.model, entry.content_type.name), changes(entry)) for entry in shown
        ],
        **pages,
    }
    return render(request, "settings_pages/audit.html", context)


def changes(entry: LogEntry) -> list[tuple[str, str, str]]:
    """What was changed: the field's name in words, the old and the new value, each cut short."""
    model = entry.content_type.model_class() if entry.content_type else None
    return [_change(model, name, change) for name, change in (entry.changes or {}).items() if name != "id"]


def _change(model: Any, name: str, change: Any) -> tuple[str, str, str]:
    words = _words(model, name)
    if isinstance(change, dict):
        # Of a many-to-many: {"type": "m2m", "operation": "add", "objects": [...]}
        members = ", ".join(map(str, change.get("objects", [])))
        return words, *((members, "") if change.get("operation") == "delete" else ("", members))
    old, new = (_short(value) for value in change)
    return words, old, new


def _words(model: Any, name: str) -> str:
    """The field's name as people read it; as it was written when the code has lost the field since."""
    try:
        return str(getattr(model._meta.get_field(name), "verbose_name", name))
    except (AttributeError, FieldDoesNotExist):
        return name


def _short(value: Any) -> str:
    text = "" if value in (None, "None") else str(value)
    # The log keeps values as the code writes them.
    text = {"True": _("yes"), "False": _("no")}.get(text, text)
    return text if len(text) <= SHOWN_VALUE else text[: SHOWN_VALUE - 1] + "…"
