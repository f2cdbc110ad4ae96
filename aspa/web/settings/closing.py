"""What silence does, brand by brand, and the report of how conversations ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from aspa.core.conversations import access
from aspa.core.conversations.access import Permission
from aspa.core.conversations.models import Conversation
from aspa.core.inboxes.models import Brand
from aspa.service.closing import editing, policies, report
from aspa.service.closing.models import SilencePolicy
from aspa.web.settings import spreadsheet
from aspa.web.settings.doors import AgentRequest, needs, settings_needed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.core.conversations.models import Event
    from aspa.core.inboxes.models import Inbox

How = Conversation.ClosedHow


class PolicyForm(forms.ModelForm[SilencePolicy]):
    class Meta:
        model = SilencePolicy
        fields = ("is_on", "remind_days", "close_days")


@settings_needed
def policy(request: AgentRequest, brand_id: int) -> HttpResponse:
    brand = get_object_or_404(Brand, pk=brand_id)
    form = PolicyForm(request.POST or None, instance=policies.policy_of(brand))
    if request.method == "POST" and form.is_valid():
        editing.set_policy(form.save(commit=False))
        messages.success(request, _("Saved."))
        return redirect("settings:brand_silence", brand.pk)
    page = {"brand": brand, "form": form}
    return render(request, "settings_pages/silence.html", page, status=422 if form.errors else 200)


@needs(Permission.SETTINGS, in_some_inbox=True)
def endings(request: AgentRequest) -> HttpResponse:
    inboxes, reach = _mine(request), access.reach(request.user)
    # Reasons may be personal: they are for those who may read the conversations too.
    readable = [inbox.pk for inbox in inboxes if reach.may(Permission.READ, inbox.pk)]
    page = {
        "days": report.DAYS,
        "report": report.endings(inboxes),
        "exceptions": [How(how).label for how in report.EXCEPTIONS],
        "newest": [_shown(event) for event in report.newest_exceptions(readable)],
        "brands": Brand.objects.order_by("name") if reach.may(Permission.SETTINGS) else [],
    }
    return render(request, "settings_pages/endings.html", page)


@needs(Permission.SETTINGS, in_some_inbox=True)
def endings_csv(request: AgentRequest) -> HttpResponse:
    columns = [_("Date"), _("Brand"), _("Inbox"), _("How it ended"), _("Agent"), _("Conversations")]
    rows = (
        [
            day.date.isoformat(),
            day.inbox.brand.name,
            day.inbox.name,
            How(day.how).label,
            day.agent.name if day.agent else "",
            day.count,
        ]
        for day in report.days(_mine(request))
    )
    return spreadsheet.answer("endings.csv", columns, rows)


def _mine(request: AgentRequest) -> Sequence[Inbox]:
    return list(access.inboxes(request.user, Permission.SETTINGS).defer("settings", "brand__identity_secret"))


def _shown(event: Event) -> dict[str, Any]:
    merged = "before" in event.data
    why = _("Merged into %(reference)s") % {"reference": event.data.get("reference", "")} if merged else ""
    return {
        "event": event,
        "how": How.MERGED.label if merged else How(event.data["how"]).label,
        "why": why or event.data.get("reason", ""),
    }
