"""The register of what is kept where, why and how long; made of the same declarations by which it is erased."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aspa.core.conversations.access import Permission
from aspa.core.inboxes.channel import channels
from aspa.kit import clock
from aspa.service.privacy.declaring import Delete, Holding, Keep, holdings, impersonal, impersonal_tables
from aspa.service.privacy.models import RetentionRule
from aspa.web.settings.doors import AgentRequest, needs

privacy_needed: Any = needs(Permission.PRIVACY)


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """A table in words. `rules`: how long brands keep it, where they have said so."""

    title: str
    table: str
    what: str
    purpose: str
    basis: str
    kept: str
    rules: list[str]
    erased: str


@privacy_needed
def page(request: AgentRequest) -> HttpResponse:
    rules = _rules()
    reasons: dict[str, list[str]] = {}
    for table, because in {**impersonal, **impersonal_tables}.items():
        reasons.setdefault(str(because), []).append(table)
    context = {
        "entries": [_entry(holding, rules) for holding in holdings.values()],
        "impersonal": sorted((because, ", ".join(sorted(tables))) for because, tables in reasons.items()),
        "now": clock.now(),
    }
    return render(request, "settings_pages/privacy_register.html", context)


def _entry(holding: Holding, rules: dict[str, list[str]]) -> Entry:
    what = dict.fromkeys(str(label) for label in holding.fields.values())
    return Entry(
        title=str(holding.title),
        table=str(holding.table._meta.db_table),
        what=", ".join([*what, *([_("files")] if holding.files else [])]),
        purpose=str(holding.purpose),
        basis=str(holding.basis.label),
        kept=str(holding.kept),
        rules=rules.get(holding.retention, []),
        erased=_erased(holding),
    )


def _erased(holding: Holding) -> str:
    if isinstance(holding.erased, Keep):
        return str(holding.erased.because)
    if isinstance(holding.erased, Delete):
        return _("Everything goes.")
    return _("What it says goes; numbers and times stay.")


def _rules() -> dict[str, list[str]]:
    names = {channel.key: str(channel.name) for channel in channels()}
    found: dict[str, list[str]] = {}
    rules = RetentionRule.objects.select_related("brand").defer("brand__identity_secret")
    for rule in rules:
        days = ngettext("%(count)s day", "%(count)s days", rule.days) % {"count": rule.days}
        where = f" ({names.get(rule.channel, rule.channel)})" if rule.channel else ""
        found.setdefault(rule.kind, []).append(f"{rule.brand.name}{where}: {days}")
    return found
