"""Rules for everybody in the company."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from aspa.core.people.models import Agent
from aspa.web.settings.doors import AgentRequest, settings_needed
from aspa.web.shell.models import SignInRules, require_two_step, sign_in_rules


class RulesForm(forms.ModelForm[SignInRules]):
    class Meta:
        model = SignInRules
        fields = ("two_step_required",)


@settings_needed
def rules(request: AgentRequest) -> HttpResponse:
    form = RulesForm(request.POST or None, instance=sign_in_rules())
    if request.method == "POST" and form.is_valid():
        require_two_step(form.cleaned_data["two_step_required"])
        messages.success(request, _("Saved."))
        return redirect("settings:company")
    active = Agent.objects.filter(is_active=True)
    using = active.filter(pk__in=Authenticator.objects.filter(type=Authenticator.Type.TOTP).values("user"))
    page = {"form": form, "agents": active.count(), "using": using.count()}
    return render(request, "settings_pages/company.html", page)
