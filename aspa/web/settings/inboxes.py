"""Inboxes: one configured place where contacts arrive. What a channel asks is its own form; nothing here knows which."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aspa.core.conversations import access
from aspa.core.conversations.access import Permission
from aspa.core.inboxes.channel import Channel, channel_for, channels
from aspa.core.inboxes.models import Brand, Inbox
from aspa.web.settings.doors import AgentRequest, needs, settings_needed


class InboxForm(forms.ModelForm[Inbox]):
    class Meta:
        model = Inbox
        fields = ("brand", "name", "team", "is_active")


@needs(Permission.SETTINGS, in_some_inbox=True)
def inboxes(request: AgentRequest) -> HttpResponse:
    found = access.inboxes(request.user, Permission.SETTINGS).select_related("team")
    page = {
        "inboxes": [(inbox, channel_for(inbox), channel_for(inbox).health(inbox)) for inbox in found],
        "channels": channels() if access.reach(request.user).may(Permission.SETTINGS) else [],
    }
    return render(request, "settings_pages/inboxes.html", page)


@settings_needed
def new(request: AgentRequest, channel: str) -> HttpResponse:
    chosen = next((known for known in channels() if known.key == channel), None)
    if chosen is None:
        raise Http404("No such channel.")
    brand = Brand.objects.first()
    if brand is None:
        messages.info(request, _("Create the brand first: the inbox is one of its."))
        return redirect("settings:brand_new")
    return _form(request, Inbox(brand=brand, channel=chosen.key), chosen)


@needs(Permission.SETTINGS, in_some_inbox=True)
def edit(request: AgentRequest, inbox_id: int) -> HttpResponse:
    inbox = get_object_or_404(access.inboxes(request.user, Permission.SETTINGS), pk=inbox_id)
    return _form(request, inbox, channel_for(inbox))


def _form(request: AgentRequest, inbox: Inbox, channel: Channel) -> HttpResponse:
    form = InboxForm(request.POST or None, instance=inbox)
    if inbox.pk:
        # Conversations belong to the brand they arrived at.
        form.fields["brand"].disabled = True
    own = channel.settings_form()(request.POST or None, initial=inbox.settings, prefix="channel")
    if request.method == "POST" and form.is_valid() and own.is_valid():
        saved = form.save(commit=False)
        saved.settings = own.cleaned_data
        saved.save()
        messages.success(request, _("The inbox is saved."))
        return redirect("settings:inbox", saved.pk)
    page: dict[str, Any] = {
        "form": form,
        "own": own,
        "channel": channel,
        "inbox": inbox if inbox.pk else None,
        "health": channel.health(inbox) if inbox.pk else None,
        "on_pages": channel.on_pages(inbox) if inbox.pk else None,
        "handouts": channel.handouts(inbox) if inbox.pk else (),
    }
    return render(request, "settings_pages/inbox.html", page, status=422 if form.errors or own.errors else 200)


@needs(Permission.SETTINGS, in_some_inbox=True)
@require_POST
def check(request: AgentRequest, inbox_id: int, key: str) -> HttpResponse:
    """What a check of the channel sees now, as a part of the inbox's page."""
    inbox = get_object_or_404(access.inboxes(request.user, Permission.SETTINGS), pk=inbox_id)
    channel = channel_for(inbox)
    if key not in {known.key for known in channel.checks}:
        raise Http404("No such check.")
    return render(request, "settings_pages/findings.html", {"findings": channel.check(inbox, key)})
