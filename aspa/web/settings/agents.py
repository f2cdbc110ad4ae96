"""Agents: inviting them, what they may do and where, and ending their access."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aspa.core.conversations.changing import Refused
from aspa.core.inboxes.models import Grant, Inbox
from aspa.core.people.models import Agent, Role, Team
from aspa.web.settings import staffing
from aspa.web.settings.doors import AgentRequest, agents_needed
from aspa.web.settings.rights import givable_roles, may_give, may_manage, other_owners


class AgentForm(forms.ModelForm[Agent]):
    """`by` is who fills it in: only owners make owners."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    teams = forms.ModelMultipleChoiceField(
        queryset=Team.objects.all(), label=gettext_lazy("Teams"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Agent
        fields = ("name", "email", "title", "language", "is_owner")
        widgets = {"email": forms.EmailInput(attrs={"autocomplete": "off"})}

    def __init__(self, *args: Any, by: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["teams"].initial = self.instance.teams.all()
        if not by.is_owner:
            del self.fields["is_owner"]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if Agent.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("An agent with this address exists already."))
        return email

    def clean_is_owner(self) -> bool:
        chosen: bool = self.cleaned_data["is_owner"]
        if not chosen and self.initial.get("is_owner") and not other_owners(self.instance).exists():
            raise ValidationError(_("The last owner has to stay."))
        return chosen

    def save(self, commit: bool = True) -> Agent:
        agent = super().save()
        agent.teams.set(self.cleaned_data["teams"])
        return agent


class GrantForm(forms.Form):
    """A role and where it holds."""

    role = forms.ModelChoiceField(queryset=Role.objects.all(), label=gettext_lazy("Role"))
    inbox = forms.ModelChoiceField(
        queryset=Inbox.objects.select_related("brand"), label=gettext_lazy("Where"), required=False
    )

    def __init__(self, *args: Any, by: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["inbox"].empty_label = _("In every inbox")  # type: ignore[attr-defined]
        self.fields["role"].queryset = Role.objects.filter(pk__in=[role.pk for role in givable_roles(by)])  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or {}
        role, inbox = chosen.get("role"), chosen.get("inbox")
        if role and not may_give(self.by, role.permissions, inbox and inbox.pk):
            raise ValidationError(_("You can only give what you may do yourself."))
        return chosen


class InvitationForm(AgentForm):
    """A new agent and, at once, their first role."""

    role = forms.ModelChoiceField(queryset=Role.objects.all(), label=gettext_lazy("Role"), required=False)
    inbox = forms.ModelChoiceField(
        queryset=Inbox.objects.select_related("brand"), label=gettext_lazy("Where"), required=False
    )

    def __init__(self, *args: Any, by: Agent, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        self.fields["role"].queryset = Role.objects.filter(pk__in=[role.pk for role in givable_roles(by)])  # type: ignore[attr-defined]
        self.fields["role"].empty_label = _("None yet") if Role.objects.exists() else _("Agent: reads and answers")  # type: ignore[attr-defined]
        self.fields["inbox"].empty_label = _("In every inbox")  # type: ignore[attr-defined]


@agents_needed
def agents(request: AgentRequest) -> HttpResponse:
    grants = Prefetch("grants", Grant.objects.select_related("role", "inbox__brand"))
    found = Agent.objects.prefetch_related(grants, "teams").order_by("-is_active", "name", "pk")
    safe = set(Authenticator.objects.filter(type=Authenticator.Type.TOTP).values_list("user_id", flat=True))
    return render(request, "settings_pages/agents.html", {"agents": [(agent, agent.pk in safe) for agent in found]})


@agents_needed
def invite(request: AgentRequest) -> HttpResponse:
    form = InvitationForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.instance.set_unusable_password()
            agent = form.save()
            role = form.cleaned_data["role"] or _first_role(agent)
            if role:
                Grant.objects.create(agent=agent, role=role, inbox=form.cleaned_data["inbox"])
            staffing.send_invitation.enqueue(agent_id=agent.pk, by_id=request.user.pk)
        return _with_link(request, agent)
    return render(request, "settings_pages/invite.html", {"form": form}, status=422 if form.errors else 200)


def _first_role(agent: Agent) -> Role | None:
    """A new installation has no roles yet, and a colleague without one would see nothing."""
    if agent.is_owner or Role.objects.exists():
        return None
    return Role.objects.create(name=_("Agent"), permissions=[Role.Permission.READ, Role.Permission.REPLY])


@agents_needed
def edit(request: AgentRequest, agent_id: int) -> HttpResponse:
    agent = _managed(request, agent_id)
    form = AgentForm(request.POST or None, instance=agent, by=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        staffing.address_changed(agent)
        messages.success(request, _("The agent is saved."))
        return redirect("settings:agent", agent.pk)
    return _page(request, agent, form=form, status=422 if form.errors else 200)


@require_POST
@agents_needed
def new_link(request: AgentRequest, agent_id: int) -> HttpResponse:
    """Send the invitation (or a way to a new password) again, and show a link."""
    agent = _managed(request, agent_id)
    staffing.send_invitation.enqueue(agent_id=agent.pk, by_id=request.user.pk)
    return _with_link(request, agent)


@require_POST
@agents_needed
def grant(request: AgentRequest, agent_id: int) -> HttpResponse:
    agent = _managed(request, agent_id, rights=True)
    form = GrantForm(request.POST, by=request.user)
    if not form.is_valid():
        return _page(request, Agent.objects.get(pk=agent.pk), grant_form=form, status=422)
    Grant.objects.get_or_create(agent=agent, role=form.cleaned_data["role"], inbox=form.cleaned_data["inbox"])
    messages.success(request, _("The role is given."))
    return redirect("settings:agent", agent.pk)


@require_POST
@agents_needed
def end_grant(request: AgentRequest, agent_id: int, grant_id: int) -> HttpResponse:
    agent = _managed(request, agent_id, rights=True)
    get_object_or_404(Grant, pk=grant_id, agent=agent).delete()
    messages.success(request, _("The role is taken away."))
    return redirect("settings:agent", agent.pk)


@require_POST
@agents_needed
def set_active(request: AgentRequest, agent_id: int) -> HttpResponse:
    agent = _managed(request, agent_id)
    try:
        if request.POST.get("active") == "yes":
            staffing.activate(agent)
            messages.success(request, _("The account is on again."))
        else:
            staffing.deactivate(agent, by=request.user)
            messages.success(request, _("The account is off, and its sessions have ended."))
    except Refused as refused:
        messages.error(request, str(refused), extra_tags="late")
    return redirect("settings:agent", agent.pk)


@require_POST
@agents_needed
def end_two_step(request: AgentRequest, agent_id: int) -> HttpResponse:
    """For a lost phone: the agent signs in with the password alone and turns two steps on anew."""
    agent = _managed(request, agent_id)
    if agent.pk == request.user.pk:
        raise PermissionDenied
    Authenticator.objects.filter(user=agent).delete()
    staffing.end_sessions(agent)
    messages.success(
        request, _("Two-step sign-in is off for %(name)s until they turn it on again.") % {"name": agent.name}
    )
    return redirect("settings:agent", agent.pk)


@require_POST
@agents_needed
def end_sessions(request: AgentRequest, agent_id: int) -> HttpResponse:
    agent = _managed(request, agent_id)
    staffing.end_sessions(agent)
    messages.success(request, _("%(name)s is signed out everywhere.") % {"name": agent.name})
    return redirect("settings:agent", agent.pk)


def _managed(request: AgentRequest, agent_id: int, *, rights: bool = False) -> Agent:
    """The agent, when the one who asks may manage them; their own `rights` only owners may change."""
    agent = get_object_or_404(Agent, pk=agent_id)
    if not may_manage(request.user, agent):
        raise PermissionDenied
    if rights and agent.pk == request.user.pk and not request.user.is_owner:
        raise PermissionDenied
    return agent


def _with_link(request: AgentRequest, agent: Agent) -> HttpResponse:
    """The agent's page with a fresh link, shown this once."""
    answer = _page(request, agent, link=staffing.password_link(agent))
    answer["Cache-Control"] = "no-store"
    return answer


def _page(
    request: AgentRequest,
    agent: Agent,
    *,
    form: AgentForm | None = None,
    grant_form: GrantForm | None = None,
    link: str = "",
    status: int = 200,
) -> HttpResponse:
    page: dict[str, Any] = {
        "agent": agent,
        "form": form or AgentForm(instance=agent, by=request.user),
        "grant_form": grant_form or GrantForm(by=request.user),
        "grants": Grant.objects.filter(agent=agent).select_related("role", "inbox__brand"),
        "may_change_rights": request.user.is_owner or agent.pk != request.user.pk,
        "two_step": Authenticator.objects.filter(user=agent, type=Authenticator.Type.TOTP).exists(),
        "sessions": UserSession.objects.filter(user=agent).count(),
        "link": link,
    }
    return render(request, "settings_pages/agent.html", page, status=status)
