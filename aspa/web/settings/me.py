"""An agent's own pages: how customers and colleagues see me, and how I sign in."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aspa.core.people.models import Agent
from aspa.web.settings.doors import AgentRequest
from aspa.web.settings.picture_field import PictureField, replace
from aspa.web.shell import pictures
from aspa.web.shell.models import two_step_required


class ProfileForm(forms.ModelForm[Agent]):
    new_picture = PictureField(
        redraw=pictures.face,
        label=gettext_lazy("Picture"),
        help_text=gettext_lazy("PNG, JPEG, WebP or GIF, at most 8 MB."),
    )
    remove_picture = forms.BooleanField(label=gettext_lazy("Remove the picture"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = Agent
        fields = ("name", "title", "alias", "signature", "language")
        widgets = {
            "signature": forms.Textarea(attrs={"rows": 4}),
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "title": forms.TextInput(attrs={"autocomplete": "organization-title"}),
            "alias": forms.TextInput(attrs={"autocomplete": "nickname"}),
        }

    def save(self, commit: bool = True) -> Agent:
        agent = super().save(commit=False)
        replace(agent.picture, self.cleaned_data["new_picture"], remove=self.cleaned_data["remove_picture"])
        agent.save()
        return agent


@login_required
def profile(request: AgentRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, request.FILES or None, instance=Agent.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        agent = form.save()
        translation.activate(agent.language)
        messages.success(request, _("Your profile is saved."))
        return redirect("settings:me")
    return render(request, "settings_pages/me.html", {"form": form}, status=422 if form.errors else 200)


@login_required
def safety(request: AgentRequest) -> HttpResponse:
    kinds = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    page: dict[str, Any] = {
        "two_step": Authenticator.Type.TOTP in kinds,
        "required": two_step_required(),
        "sessions": UserSession.objects.filter(user=request.user).count(),
    }
    return render(request, "settings_pages/safety.html", page)


@require_POST
@login_required
def end_session(request: AgentRequest, session_id: int) -> HttpResponse:
    session = get_object_or_404(UserSession, pk=session_id, user=request.user)
    session.end()
    messages.success(request, _("The session is ended."))
    return redirect("usersessions_list")
