"""Labels and reasons: a brand's own short lists of words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aspa.core.conversations.models import Label, Reason
from aspa.core.inboxes.models import Brand
from aspa.web.settings.doors import AgentRequest, settings_needed

if TYPE_CHECKING:
    from django.utils.functional import Promise


class LabelForm(forms.ModelForm[Label]):
    class Meta:
        model = Label
        fields = ("brand", "name")


class ReasonForm(forms.ModelForm[Reason]):
    class Meta:
        model = Reason
        fields = ("brand", "name")


@dataclass(frozen=True)
class Kind:
    """What the pages of labels and those of reasons differ in; `all`, `one` and `removal` are names of addresses."""

    form: type[forms.ModelForm[Any]]
    all: str
    one: str
    removal: str
    icon: str
    name: Promise
    about: Promise
    loss: Promise


LABELS = Kind(
    LabelForm,
    "settings:labels",
    "settings:label",
    "settings:label_remove",
    icon="tag",
    name=gettext_lazy("Labels"),
    about=gettext_lazy("Short words for sorting and finding conversations. Each brand has its own."),
    loss=gettext_lazy("It disappears from the conversations that have it."),
)
REASONS = Kind(
    ReasonForm,
    "settings:reasons",
    "settings:reason",
    "settings:reason_remove",
    icon="circle-question-mark",
    name=gettext_lazy("Reasons"),
    about=gettext_lazy(
        "Why customers get in touch, recorded apart from the channel they used. Each brand has its own."
    ),
    loss=gettext_lazy("The conversations that have it are left without a reason."),
)


@settings_needed
def labels(request: AgentRequest) -> HttpResponse:
    return _list(request, LABELS)


@settings_needed
def label(request: AgentRequest, word_id: int) -> HttpResponse:
    return _edit(request, LABELS, get_object_or_404(Label, pk=word_id))


@require_POST
@settings_needed
def remove_label(request: AgentRequest, word_id: int) -> HttpResponse:
    return _remove(request, LABELS, get_object_or_404(Label, pk=word_id))


@settings_needed
def reasons(request: AgentRequest) -> HttpResponse:
    return _list(request, REASONS)


@settings_needed
def reason(request: AgentRequest, word_id: int) -> HttpResponse:
    return _edit(request, REASONS, get_object_or_404(Reason, pk=word_id))


@require_POST
@settings_needed
def remove_reason(request: AgentRequest, word_id: int) -> HttpResponse:
    return _remove(request, REASONS, get_object_or_404(Reason, pk=word_id))


def _list(request: AgentRequest, kind: Kind) -> HttpResponse:
    """The words by brand, and the form that adds one."""
    form = kind.form(request.POST or None, initial={"brand": request.GET.get("brand") or Brand.objects.first()})
    if request.method == "POST" and form.is_valid():
        word = form.save()
        messages.success(request, _("“%(word)s” is added.") % {"word": word})
        return redirect(f"{request.path}?brand={word.brand_id}")
    words = kind.form._meta.model.objects.select_related("brand").order_by("brand__name", "name")
    page = {"kind": kind, "form": form, "words": words}
    return render(request, "settings_pages/words.html", page, status=422 if form.errors else 200)


def _edit(request: AgentRequest, kind: Kind, word: Label | Reason) -> HttpResponse:
    form = kind.form(request.POST or None, instance=word)
    form.fields["brand"].disabled = True
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect(kind.all)
    page = {"kind": kind, "form": form, "word": word}
    return render(request, "settings_pages/word.html", page, status=422 if form.errors else 200)


def _remove(request: AgentRequest, kind: Kind, word: Label | Reason) -> HttpResponse:
    word.delete()
    messages.success(request, _("“%(word)s” is removed.") % {"word": word.name})
    return redirect(kind.all)
