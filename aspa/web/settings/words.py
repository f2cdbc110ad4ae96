"""Labels and reasons: a brand's own short lists of words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aspa.core.conversations.models import Label, Reason
from aspa.core.inboxes.models import Brand
from aspa.web.settings.doors import AgentRequest, settings_needed


class LabelForm(forms.ModelForm[Label]):
    class Meta:
        model = Label
        fields = ("brand", "name")


class ReasonForm(forms.ModelForm[Reason]):
    class Meta:
        model = Reason
        fields = ("brand", "name")


@settings_needed
def labels(request: AgentRequest) -> HttpResponse:
    return _list(request, LabelForm, "settings_pages/labels.html")


@settings_needed
def label(request: AgentRequest, word_id: int) -> HttpResponse:
    return _edit(
        request, LabelForm, get_object_or_404(Label, pk=word_id), "settings_pages/label.html", "settings:labels"
    )


@require_POST
@settings_needed
def remove_label(request: AgentRequest, word_id: int) -> HttpResponse:
    return _remove(request, get_object_or_404(Label, pk=word_id), "settings:labels")


@settings_needed
def reasons(request: AgentRequest) -> HttpResponse:
    return _list(request, ReasonForm, "settings_pages/reasons.html")


@settings_needed
def reason(request: AgentRequest, word_id: int) -> HttpResponse:
    found = get_object_or_404(Reason, pk=word_id)
    return _edit(request, ReasonForm, found, "settings_pages/reason.html", "settings:reasons")


@require_POST
@settings_needed
def remove_reason(request: AgentRequest, word_id: int) -> HttpResponse:
    return _remove(request, get_object_or_404(Reason, pk=word_id), "settings:reasons")


def _list(request: AgentRequest, form_class: type[forms.ModelForm[Any]], template: str) -> HttpResponse:
    """The words by brand, and the form that adds one."""
    form = form_class(request.POST or None, initial={"brand": request.GET.get("brand") or Brand.objects.first()})
    if request.method == "POST" and form.is_valid():
        word = form.save()
        messages.success(request, _("“%(word)s” is added.") % {"word": word})
        return redirect(f"{request.path}?brand={word.brand_id}")
    words = form_class._meta.model.objects.select_related("brand").order_by("brand__name", "name")
    return render(request, template, {"form": form, "words": words}, status=422 if form.errors else 200)


def _edit(
    request: AgentRequest, form_class: type[forms.ModelForm[Any]], word: Label | Reason, template: str, back: str
) -> HttpResponse:
    form = form_class(request.POST or None, instance=word)
    form.fields["brand"].disabled = True
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect(back)
    return render(request, template, {"form": form, "word": word}, status=422 if form.errors else 200)


def _remove(request: AgentRequest, word: Label | Reason, back: str) -> HttpResponse:
    word.delete()
    messages.success(request, _("“%(word)s” is removed.") % {"word": word.name})
    return redirect(back)
