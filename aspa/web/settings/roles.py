"""Roles: named sets of permissions. Nobody makes a role that may more than they do themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from aspa.core.people.models import Agent, Role
from aspa.web.settings.doors import AgentRequest, agents_needed
from aspa.web.settings.rights import may_give


class RoleForm(forms.ModelForm[Role]):
    permissions = forms.MultipleChoiceField(
        label=pgettext_lazy("to be allowed", "May"),
        choices=Role.Permission.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Role
        fields = ("name", "permissions")

    def __init__(self, *args: Any, giver: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.giver = giver

    def clean_permissions(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["permissions"]
        if not may_give(self.giver, chosen):
            raise ValidationError(_("You can only give permissions that you have everywhere yourself."))
        return chosen


@agents_needed
def roles(request: AgentRequest) -> HttpResponse:
    names = dict(Role.Permission.choices)
    found = Role.objects.annotate(holders=Count("grants__agent", distinct=True))
    shown = [
        (role, [names[one] for one in role.permissions if one in names], _may_change(request.user, role))
        for role in found
    ]
    return render(request, "settings_pages/roles.html", {"roles": shown})


@agents_needed
def edit(request: AgentRequest, role_id: int | None = None) -> HttpResponse:
    role = get_object_or_404(Role, pk=role_id) if role_id else None
    if role and not _may_change(request.user, role):
        raise PermissionDenied
    form = RoleForm(request.POST or None, instance=role, giver=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The role is saved."))
        return redirect("settings:roles")
    return render(request, "settings_pages/role.html", {"form": form, "role": role}, status=422 if form.errors else 200)


@require_POST
@agents_needed
def remove(request: AgentRequest, role_id: int) -> HttpResponse:
    role = get_object_or_404(Role, pk=role_id)
    if not _may_change(request.user, role):
        raise PermissionDenied
    role.delete()
    messages.success(request, _("The role is removed, also from those who had it."))
    return redirect("settings:roles")


def _may_change(agent: Agent, role: Role) -> bool:
    """One's own role is changed by somebody else, so that nobody raises themselves by it."""
    if agent.is_owner:
        return True
    return may_give(agent, role.permissions) and not role.grants.filter(agent=agent).exists()
