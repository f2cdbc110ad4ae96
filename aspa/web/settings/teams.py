"""Teams, and who is in them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aspa.core.people.models import Agent, Team
from aspa.web.settings.doors import AgentRequest, settings_needed


class TeamForm(forms.ModelForm[Team]):
    members = forms.ModelMultipleChoiceField(
        queryset=Agent.objects.filter(is_active=True),
        label=gettext_lazy("Members"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Team
        fields = ("name", "members")


@settings_needed
def teams(request: AgentRequest) -> HttpResponse:
    members = Prefetch("members", Agent.objects.filter(is_active=True))
    return render(request, "settings_pages/teams.html", {"teams": Team.objects.prefetch_related(members)})


@settings_needed
def edit(request: AgentRequest, team_id: int | None = None) -> HttpResponse:
    team = get_object_or_404(Team, pk=team_id) if team_id else None
    form = TeamForm(request.POST or None, instance=team)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The team is saved."))
        return redirect("settings:teams")
    page: dict[str, Any] = {"form": form, "team": team}
    return render(request, "settings_pages/team.html", page, status=422 if form.errors else 200)


@require_POST
@settings_needed
def remove(request: AgentRequest, team_id: int) -> HttpResponse:
    get_object_or_404(Team, pk=team_id).delete()
    messages.success(request, _("The team is removed. Its conversations wait for anybody now."))
    return redirect("settings:teams")
