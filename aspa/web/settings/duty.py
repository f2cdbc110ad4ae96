"""The duty: rotas with their lines, turns and stand-ins, what is urgent, and how calls were taken."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aspa.core.conversations import access
from aspa.core.conversations.models import Reason
from aspa.core.people.models import Agent
from aspa.kit import clock
from aspa.service.duty import editing, rotas
from aspa.service.duty.models import Call, Line, Member, Rota, StandIn
from aspa.web.settings.doors import AgentRequest, settings_needed
from aspa.web.settings.duty_year import colour_of, months
from aspa.web.settings.hours import year_of

MONTH = dt.timedelta(days=31)
CALLS = 20
TURNS = 6
MOST_WORDS = 200


class RotaForm(forms.ModelForm[Rota]):
    class Meta:
        model = Rota
        fields = ("name", "brand", "turn", "weekday", "handover", "starts_on", "accept_minutes", "alone_minutes",
                  "calls_an_hour")  # fmt: skip
        widgets = {
            "handover": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {"weekday": gettext_lazy("Of turns that last a week.")}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["brand"].empty_label = _("All brands without a rota of their own")  # type: ignore[attr-defined]


class MemberForm(forms.ModelForm[Member]):
    class Meta:
        model = Member
        fields = ("agent", "line")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **{"auto_id": "member_%s", **more})
        self.fields["agent"].queryset = Agent.objects.filter(is_active=True)  # type: ignore[attr-defined]


class StandInForm(forms.ModelForm[StandIn]):
    class Meta:
        model = StandIn
        fields = ("agent", "line", "start", "end")
        moment = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        widgets = {"start": moment, "end": moment}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **{"auto_id": "stand_in_%s", **more})
        self.fields["agent"].queryset = Agent.objects.filter(is_active=True)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if told.get("start") and told.get("end") and told["start"] >= told["end"]:
            raise forms.ValidationError(_("The end comes after the beginning."), code="order")
        return told


class UrgencyForm(forms.Form):
    """A list of words for each language, and the reasons of the rota's brands."""

    reasons = forms.ModelMultipleChoiceField(
        Reason.objects.none(), label=gettext_lazy("Reasons that are urgent"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, rota: Rota, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for code, name in settings.LANGUAGES:
            self.fields[f"words_{code}"] = forms.CharField(
                label=name, required=False, max_length=10_000, initial="\n".join(rota.words.get(code, [])),
                widget=forms.Textarea(attrs={"rows": 8}),
            )  # fmt: skip
        known = Reason.objects.select_related("brand").order_by("brand__name", "name")
        reasons: Any = self.fields["reasons"]
        reasons.queryset = known.filter(brand=rota.brand) if rota.brand else known
        reasons.initial = list(rota.reasons.values_list("pk", flat=True))
        if rota.brand is None:
            reasons.label_from_instance = lambda reason: f"{reason.brand} · {reason.name}"

    @property
    def lists(self) -> list[forms.BoundField]:
        return [self[f"words_{code}"] for code, _name in settings.LANGUAGES]

    @property
    def words(self) -> dict[str, list[str]]:
        written = {code: self.cleaned_data[f"words_{code}"].splitlines() for code, _name in settings.LANGUAGES}
        return {code: [" ".join(line.split())[:80] for line in lines if line.strip()][:MOST_WORDS]
                for code, lines in written.items()}  # fmt: skip


@settings_needed
def all_rotas(request: AgentRequest) -> HttpResponse:
    lines = []
    for rota in rotas.rotas():
        agent = rotas.people(rota).get(rotas.on_duty(rota) or 0)
        lines.append((rota, agent, rotas.roster_of(rota).ends_at(clock.now()) if agent else None))
    return render(request, "settings_pages/duty.html", {"lines": lines})


@settings_needed
def edit(request: AgentRequest, rota_id: int | None = None) -> HttpResponse:
    """The rota's own page; its times are told by its brand's clock."""
    rota = _rota(rota_id) if rota_id else None
    form = RotaForm(request.POST or None, instance=rota, initial={"starts_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        saved = editing.save(form.save(commit=False))
        messages.success(request, _("The rota is saved."))
        return redirect("settings:rota", saved.pk)
    return _page(request, rota, form=form)


@settings_needed
def urgency(request: AgentRequest, rota_id: int) -> HttpResponse:
    rota = _rota(rota_id)
    form = UrgencyForm(rota, request.POST or None)
    if request.method == "POST" and form.is_valid():
        editing.set_urgency(rota, form.words, form.cleaned_data["reasons"])
        messages.success(request, _("Saved."))
        return redirect("settings:rota_urgency", rota.pk)
    context = {"rota": rota, "form": form}
    return render(request, "settings_pages/rota_urgency.html", context, status=422 if form.errors else 200)


@require_POST
@settings_needed
def remove(request: AgentRequest, rota_id: int) -> HttpResponse:
    editing.remove(_rota(rota_id))
    messages.success(request, _("The rota is removed. Nobody is called by it any more."))
    return redirect("settings:duty")


@require_POST
@settings_needed
def add_member(request: AgentRequest, rota_id: int) -> HttpResponse:
    rota = _rota(rota_id)
    form = MemberForm(request.POST)
    if not form.is_valid():
        return _page(request, rota, member_form=form)
    editing.add_member(rota, form.cleaned_data["agent"], form.cleaned_data["line"])
    return redirect(_address(rota, "lines"))


@require_POST
@settings_needed
def change_member(request: AgentRequest, rota_id: int, member_id: int) -> HttpResponse:
    """Move a place up, or remove; `change` says which."""
    rota = _rota(rota_id)
    member = get_object_or_404(Member, pk=member_id, rota=rota)
    change = {"up": editing.move_up, "remove": editing.remove_member}.get(request.POST.get("change", ""))
    if change is None:
        raise Http404("No such change.")
    change(member)
    return redirect(_address(rota, "lines"))


@require_POST
@settings_needed
def add_stand_in(request: AgentRequest, rota_id: int) -> HttpResponse:
    rota = _rota(rota_id)
    with timezone.override(rota.timezone):
        form = StandInForm(request.POST, instance=StandIn(rota=rota))
        if not form.is_valid():
            return _page(request, rota, stand_in_form=form)
    editing.add_stand_in(form.save(commit=False))
    messages.success(request, _("Saved."))
    return redirect(_address(rota, "stand-ins"))


@require_POST
@settings_needed
def remove_stand_in(request: AgentRequest, rota_id: int, stand_in_id: int) -> HttpResponse:
    rota = _rota(rota_id)
    editing.remove_stand_in(get_object_or_404(StandIn, pk=stand_in_id, rota=rota))
    return redirect(_address(rota, "stand-ins"))


def _rota(rota_id: int) -> Rota:
    return get_object_or_404(rotas.rotas(), pk=rota_id)


def _address(rota: Rota, part: str) -> str:
    return f"{redirect('settings:rota', rota.pk).url}#{part}"


def _page(request: AgentRequest, rota: Rota | None, **forms_given: Any) -> HttpResponse:
    context: dict[str, Any] = {"rota": rota, "form": RotaForm(instance=rota), **forms_given}
    wrong = any(form.errors for form in forms_given.values())
    if rota is None:
        return render(request, "settings_pages/rota.html", context, status=422 if wrong else 200)
    context |= {"member_form": MemberForm(), "stand_in_form": StandInForm(), **forms_given, **_shown(rota, request)}
    with timezone.override(rota.timezone):
        return render(request, "settings_pages/rota.html", context, status=422 if wrong else 200)


def _shown(rota: Rota, request: AgentRequest) -> dict[str, Any]:
    now, year, people = clock.now(), year_of(request), rotas.people(rota)
    first = rotas.roster_of(rota, Line.FIRST)
    seen = dict.fromkeys([*first.members, *(one.agent for one in first.replacements)])
    return {
        "lines": [(line, [one for one in rota.members.all() if one.line == line]) for line in Line],
        "stand_ins": StandIn.objects.filter(rota=rota, end__gt=now)
        .exclude(state=StandIn.State.DECLINED)
        .select_related("agent", "offered_by"),
        "next_turns": [(turn, people[turn.agent]) for turn in first.turns(now, now + 2 * MONTH) if turn.agent][:TURNS],
        "legend": [(colour_of(first.members, agent), people[agent]) for agent in seen],
        "year": year,
        "months": months(first, {pk: agent.name for pk, agent in people.items()}, year),
        # For those who may read the conversations, too.
        "calls": Call.objects.filter(rota=rota, conversation__in=access.conversations(request.user).values("pk"))
        .select_related("conversation__brand", "accepted_by")
        .order_by("-pk")[:CALLS],
    }
