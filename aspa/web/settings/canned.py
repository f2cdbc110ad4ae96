"""Canned replies: who may write them finds, writes and removes them here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aspa.service.writing.models import CannedReply
from aspa.service.writing.variables import NAMES, unknown_names
from aspa.web.settings.doors import AgentRequest, canned_needed

LANGUAGES = [("", gettext_lazy("Every language")), ("fi", "suomi"), ("sv", "svenska"), ("en", "English")]


class CannedReplyForm(forms.ModelForm[CannedReply]):
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES, required=False)

    class Meta:
        model = CannedReply
        fields = ("title", "shortcut", "body", "brand", "team", "language")
        labels = {"title": gettext_lazy("Heading")}
        widgets = {"body": forms.Textarea(attrs={"rows": 8})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["brand"].empty_label = _("All brands")  # type: ignore[attr-defined]
        self.fields["team"].empty_label = _("Everybody")  # type: ignore[attr-defined]

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        unknown = unknown_names(body)
        if unknown:
            raise ValidationError(_("There is no variable called %(name)s.") % {"name": unknown[0]})
        return body


@canned_needed
def replies(request: AgentRequest) -> HttpResponse:
    words = request.GET.get("q", "")[:80]
    found = CannedReply.objects.select_related("brand", "team")
    for word in words.split():
        found = found.filter(Q(shortcut__icontains=word) | Q(title__icontains=word) | Q(body__icontains=word))
    return render(request, "settings_pages/canned.html", {"replies": found, "words": words})


@canned_needed
def edit(request: AgentRequest, reply_id: int | None = None) -> HttpResponse:
    reply = get_object_or_404(CannedReply, pk=reply_id) if reply_id else None
    form = CannedReplyForm(request.POST or None, instance=reply)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The canned reply is saved."))
        return redirect("settings:canned")
    page = {"form": form, "reply": reply, "variables": NAMES.items()}
    return render(request, "settings_pages/canned_reply.html", page, status=422 if form.errors else 200)


@require_POST
@canned_needed
def remove(request: AgentRequest, reply_id: int) -> HttpResponse:
    get_object_or_404(CannedReply, pk=reply_id).delete()
    messages.success(request, _("The canned reply is removed."))
    return redirect("settings:canned")
