"""Service levels: how soon customers are answered, in opening time; and the report of how it was kept."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aspa.core.conversations.models import Conversation, Reason
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent
from aspa.service.sla import editing, report, tiers, times
from aspa.service.sla.example import example
from aspa.service.sla.models import Kind, Policy
from aspa.web.settings import spreadsheet
from aspa.web.settings.doors import AgentRequest, settings_needed

if TYPE_CHECKING:
    from collections.abc import Sequence

TARGETS = (Kind.FIRST_REPLY, Kind.NEXT_REPLY, Kind.RESOLUTION)


class TargetField(forms.CharField):
    """ "0:30" or "16" as minutes; empty is no target."""

    default_error_messages = {"invalid": gettext_lazy("Write hours and minutes, for example 0:30 or 16:00.")}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return times.minutes_of(text)
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error

    def prepare_value(self, value: Any) -> Any:
        return times.written(value) if isinstance(value, int) else value


class Several(forms.TypedMultipleChoiceField):
    """Boxes to tick, kept as a list; none ticked means any."""

    def __init__(self, label: Any, coerce: Any = int) -> None:
        super().__init__(
            label=label, coerce=coerce, required=False, widget=forms.CheckboxSelectMultiple, empty_value=[]
        )


class PolicyForm(forms.ModelForm[Policy]):
    first_reply = TargetField(label=gettext_lazy("First reply"), required=False, max_length=8)
    next_reply = TargetField(label=gettext_lazy("Next reply"), required=False, max_length=8)
    resolution = TargetField(label=gettext_lazy("Solution"), required=False, max_length=8)
    inboxes = Several(gettext_lazy("Inboxes"))
    reasons = Several(gettext_lazy("Reasons"))
    priorities = Several(gettext_lazy("Priorities"))
    tiers = forms.CharField(
        label=gettext_lazy("Customer tiers"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("As they stand with customers, for example: gold, silver."),
    )

    class Meta:
        model = Policy
        fields = (
            "name", "first_reply", "next_reply", "resolution", "inboxes", "reasons", "priorities", "tiers",
            "warn_percent", "escalate_agent", "escalate_team", "is_active",
        )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        inboxes = Inbox.objects.select_related("brand").defer("settings", "brand__identity_secret")
        choices: dict[str, Sequence[tuple[int, Any]]] = {
            "inboxes": [(inbox.pk, str(inbox)) for inbox in inboxes.order_by("brand__name", "name")],
            "reasons": [(reason.pk, f"{reason.brand} · {reason}") for reason in Reason.objects.select_related("brand")],
            "priorities": Conversation.Priority.choices,
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        self.fields["escalate_agent"].queryset = Agent.objects.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["escalate_agent"].empty_label = _("Nobody")  # type: ignore[attr-defined]
        self.fields["escalate_team"].empty_label = _("No team")  # type: ignore[attr-defined]
        self.initial["tiers"] = ", ".join(self.instance.tiers)

    def clean_tiers(self) -> list[str]:
        words = (" ".join(word.split()).casefold() for word in self.cleaned_data["tiers"].split(","))
        return [word for word in words if word]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not self.errors and all(told.get(kind) is None for kind in TARGETS):
            raise forms.ValidationError(_("Set at least one target."))
        return told


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A policy in the list: for whom it is, in words, and what it promises."""

    policy: Policy
    whom: str
    targets: list[tuple[str, dt.timedelta]]
    says: str


@settings_needed
def policies(request: AgentRequest) -> HttpResponse:
    names = {
        inbox.pk: str(inbox)
        for inbox in Inbox.objects.select_related("brand").defer("settings", "brand__identity_secret")
    }
    names_of_reasons = {reason.pk: reason.name for reason in Reason.objects.all()}
    rows = [_row(policy, names, names_of_reasons) for policy in Policy.objects.all()]
    return render(request, "settings_pages/sla.html", {"rows": rows})


@settings_needed
def edit(request: AgentRequest, policy_id: int | None = None) -> HttpResponse:
    policy = get_object_or_404(Policy, pk=policy_id) if policy_id else None
    form = PolicyForm(request.POST or None, instance=policy)
    if request.method == "POST" and form.is_valid():
        editing.change(form.save(commit=False)) if policy else editing.add(form.save(commit=False))
        messages.success(request, _("The service level is saved."))
        return redirect("settings:sla")
    page = {"form": form, "policy": policy, "says": sentence(policy) if policy else "", "tiers": tiers.known()}
    return render(request, "settings_pages/sla_policy.html", page, status=422 if form.errors else 200)


@require_POST
@settings_needed
def preview(request: AgentRequest) -> HttpResponse:
    """The sentence for what stands in the form; nothing while that isn't right."""
    form = PolicyForm(request.POST)
    says = sentence(form.save(commit=False)) if form.is_valid() else ""
    return render(request, "settings_pages/sla_sentence.html", {"says": says})


@require_POST
@settings_needed
def move(request: AgentRequest, policy_id: int) -> HttpResponse:
    editing.move(get_object_or_404(Policy, pk=policy_id), up=request.POST.get("where") == "up")
    return redirect("settings:sla")


@require_POST
@settings_needed
def set_active(request: AgentRequest, policy_id: int) -> HttpResponse:
    policy = get_object_or_404(Policy, pk=policy_id)
    policy.is_active = request.POST.get("on") == "1"
    editing.change(policy)
    return redirect("settings:sla")


@settings_needed
def kept(request: AgentRequest) -> HttpResponse:
    """How the targets were kept, over the last days or in one month."""
    chosen = _month(request)
    page = {
        "kept": report.kept(_span(chosen)),
        "days": report.DAYS,
        "months": report.months(),
        "chosen": chosen,
    }
    return render(request, "settings_pages/sla_report.html", page)


@settings_needed
def kept_csv(request: AgentRequest) -> HttpResponse:
    columns = [_("Date"), _("Service level"), _("Target"), _("Met"), _("Late")]
    rows = (
        [day.date.isoformat(), day.policy.name, Kind(day.kind).label, day.met, day.breached]
        for day in report.days(_span(_month(request)))
    )
    return spreadsheet.answer("service-levels.csv", columns, rows)


def sentence(policy: Policy) -> str:
    """ "A gold customer who writes on Friday at 15:00 is answered by Monday at 10:00." Empty when it can't be said."""
    found = example(policy)
    if found is None:
        return ""
    who = _("A %(tier)s customer") % {"tier": policy.tiers[0]} if policy.tiers else _("A customer")
    if found.answered is None:
        return _("%(inbox)s isn’t open within a year: nobody is answered.") % {"inbox": found.inbox}
    # Days are inflected, in each language in its own way.
    written = _("on %(day)s at %(time)s") % _day_and_time(found.written)
    is_near = found.answered - found.written < dt.timedelta(days=6)
    by = _("by %(day)s at %(time)s") if is_near else _("by %(date)s at %(time)s")
    answered = by % _day_and_time(found.answered)
    return capfirst(
        _("%(who)s who writes %(written)s is answered %(answered)s.")
        % {"who": who, "written": written, "answered": answered}
    )


def _day_and_time(moment: dt.datetime) -> dict[str, str]:
    return {
        "day": date_format(moment, "l"),
        "date": date_format(moment, "SHORT_DATE_FORMAT"),
        "time": date_format(moment, "TIME_FORMAT"),
    }


def _row(policy: Policy, inboxes: dict[int, str], reasons: dict[int, str]) -> Row:
    gone = _("one that is gone")
    labels = dict(Conversation.Priority.choices)
    whom = [
        *(inboxes.get(pk, gone) for pk in policy.inboxes),
        *(reasons.get(pk, gone) for pk in policy.reasons),
        *(str(labels.get(priority, gone)) for priority in policy.priorities),
        *policy.tiers,
    ]
    times_of = {kind: policy.target(kind) for kind in TARGETS}
    targets = [(str(kind.label), time) for kind, time in times_of.items() if time]
    return Row(policy, ", ".join(whom) or _("every conversation"), targets, sentence(policy))


def _month(request: AgentRequest) -> dt.date | None:
    """The month that an address asks for: "2026-11"."""
    return next((first for first in report.months() if first.strftime("%Y-%m") == request.GET.get("month")), None)


def _span(month: dt.date | None) -> report.Span:
    return report.month(month) if month else report.last_days()
