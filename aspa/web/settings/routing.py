"""Routing: how each inbox gives out what waits, what each agent can take, and which customers are served sooner."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aspa.core.conversations import access
from aspa.core.conversations.access import Permission
from aspa.core.conversations.models import Reason
from aspa.core.people.models import Agent
from aspa.service.routing import changes
from aspa.service.routing.models import LIVE_ROOM, OTHER_ROOM, Ability, Rules, Skill, Tier
from aspa.web.settings.doors import AgentRequest, needs, settings_needed

PAGE = "settings:routing"
# Shorter nobody manages, longer no customer understands.
OFFER_SECONDS, KNOWN_SECONDS = (10, 600), (0, 900)
MOST_ROOM, MOST_AHEAD = 500, 240


class RulesForm(forms.ModelForm[Rules]):
    class Meta:
        model = Rules
        fields = ("policy", "pick", "offer_seconds", "known_seconds", "speaks")
        widgets = {"policy": forms.RadioSelect, "pick": forms.RadioSelect}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        bound(self.fields["offer_seconds"], *OFFER_SECONDS)
        bound(self.fields["known_seconds"], *KNOWN_SECONDS)


class AbilityForm(forms.ModelForm[Ability]):
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Nothing ticked: takes customers of every language."),
    )

    class Meta:
        model = Ability
        fields = ("live_room", "other_room", "languages", "skills")
        widgets = {"skills": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, usual in (("live_room", LIVE_ROOM), ("other_room", OTHER_ROOM)):
            bound(self.fields[name], 0, MOST_ROOM)
            self.fields[name].help_text = _("Empty: the usual %(number)s.") % {"number": usual}


class SkillForm(forms.ModelForm[Skill]):
    reasons = forms.ModelMultipleChoiceField(
        queryset=Reason.objects.select_related("brand").order_by("brand__name", "name"),
        label=gettext_lazy("Needed for these reasons"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Skill
        fields = ("name", "reasons")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["reasons"].label_from_instance = lambda reason: f"{reason.brand} · {reason.name}"  # type: ignore[attr-defined]


class TierForm(forms.ModelForm[Tier]):
    class Meta:
        model = Tier
        fields = ("brand", "name", "ahead_minutes")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        bound(self.fields["ahead_minutes"], 0, MOST_AHEAD)


def bound(field: forms.Field, least: int, most: int) -> None:
    field.validators += [MinValueValidator(least), MaxValueValidator(most)]
    field.widget.attrs |= {"min": least, "max": most}


@needs(Permission.SETTINGS, in_some_inbox=True)
def page(request: AgentRequest) -> HttpResponse:
    """The inboxes that the agent may change; what holds for all of them only for who may change everything."""
    inboxes = access.inboxes(request.user, Permission.SETTINGS).filter(is_active=True).order_by("brand__name", "name")
    rules = {one.inbox_id: one for one in Rules.objects.filter(inbox__in=inboxes)}
    shown: dict[str, Any] = {"inboxes": [(inbox, rules.get(inbox.pk) or Rules(inbox=inbox)) for inbox in inboxes]}
    everything = access.reach(request.user).may(Permission.SETTINGS)
    form = TierForm(request.POST if everything and request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return _saved(request, form)
    if everything:
        shown |= {
            "abilities": _abilities(),
            "live_room": LIVE_ROOM,
            "other_room": OTHER_ROOM,
            "skills": Skill.objects.prefetch_related("reasons"),
            "tiers": Tier.objects.select_related("brand").order_by("brand__name", "-ahead_minutes"),
            "tier_form": form,
        }
    return render(request, "settings_pages/routing.html", shown, status=422 if form.errors else 200)


@needs(Permission.SETTINGS, in_some_inbox=True)
def of_inbox(request: AgentRequest, inbox_id: int) -> HttpResponse:
    inbox = get_object_or_404(access.inboxes(request.user, Permission.SETTINGS), pk=inbox_id)
    rules = Rules.objects.filter(inbox=inbox).first() or Rules(inbox=inbox)
    return _form(request, RulesForm(request.POST or None, instance=rules), str(inbox))


@settings_needed
def of_agent(request: AgentRequest, agent_id: int) -> HttpResponse:
    agent = get_object_or_404(Agent, pk=agent_id, is_active=True)
    ability = Ability.objects.filter(agent=agent).first() or Ability(agent=agent)
    return _form(request, AbilityForm(request.POST or None, instance=ability), agent.name)


@settings_needed
def skill(request: AgentRequest, skill_id: int | None = None) -> HttpResponse:
    found = get_object_or_404(Skill, pk=skill_id) if skill_id else None
    return _form(request, SkillForm(request.POST or None, instance=found), found.name if found else _("New skill"))


@require_POST
@settings_needed
def remove_skill(request: AgentRequest, skill_id: int) -> HttpResponse:
    return _remove(request, get_object_or_404(Skill, pk=skill_id))


@require_POST
@settings_needed
def remove_tier(request: AgentRequest, tier_id: int) -> HttpResponse:
    return _remove(request, get_object_or_404(Tier, pk=tier_id))


def _abilities() -> list[Ability]:
    """What every agent can take, the usual for those of whom nothing is recorded."""
    known = {one.agent_id: one for one in Ability.objects.prefetch_related("skills")}
    abilities = []
    for agent in Agent.objects.filter(is_active=True):
        ability = known.get(agent.pk) or Ability(agent=agent)
        ability.agent = agent
        abilities.append(ability)
    return abilities


def _form(request: AgentRequest, form: forms.ModelForm[Any], name: str) -> HttpResponse:
    """The page of one form, its kind told by its class."""
    if request.method == "POST" and form.is_valid():
        return _saved(request, form)
    shown = {"form": form, "name": name, "kind": type(form).__name__}
    return render(request, "settings_pages/routing_form.html", shown, status=422 if form.errors else 200)


def _saved(request: AgentRequest, form: forms.ModelForm[Any]) -> HttpResponse:
    form.save()
    changes.settings_changed()
    messages.success(request, _("Saved."))
    return redirect(PAGE)


def _remove(request: AgentRequest, gone: Skill | Tier) -> HttpResponse:
    gone.delete()
    changes.settings_changed()
    messages.success(request, _("“%(word)s” is removed.") % {"word": gone.name})
    return redirect(PAGE)
