"""What a brand wants to know of its customers: fields that agents fill in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aspa.core.inboxes.models import Brand
from aspa.service.timeline import defining
from aspa.service.timeline.models import Field
from aspa.web.settings.doors import AgentRequest, settings_needed

MOST_CHOICES, LONGEST_CHOICE = 50, 80


class FieldForm(forms.ModelForm[Field]):
    choices = forms.CharField(
        label=gettext_lazy("choices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("One on each line."),
    )

    class Meta:
        model = Field
        fields = ("brand", "label", "kind", "choices", "key", "in_panel")
        help_texts = {
            "key": gettext_lazy("What other programs call it. Empty: made of the name. It can't be changed later.")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["choices"] = "\n".join(self.instance.choices)
        self.fields["key"].required = False
        for name in ("brand", "kind", "key"):
            self.fields[name].disabled = self.instance.pk is not None

    def clean_choices(self) -> list[str]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["choices"].splitlines()]
        choices = list(dict.fromkeys(line for line in lines if line))
        if len(choices) > MOST_CHOICES or any(len(choice) > LONGEST_CHOICE for choice in choices):
            told = {"count": MOST_CHOICES, "length": LONGEST_CHOICE}
            raise ValidationError(_("At most %(count)s choices of at most %(length)s characters.") % told)
        if self.cleaned_data.get("kind") == Field.Kind.CHOICE and not choices:
            raise ValidationError(_("Give at least one choice."))
        return choices

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.instance.pk and not given.get("key") and given.get("brand") and given.get("label"):
            given["key"] = defining.free_key(given["brand"], given["label"])
        return given


@settings_needed
def custom_fields(request: AgentRequest) -> HttpResponse:
    """The fields by brand, in order, and the form that adds one."""
    form = FieldForm(request.POST or None, initial={"brand": request.GET.get("brand") or Brand.objects.first()})
    if request.method == "POST" and form.is_valid():
        field = defining.add(form.save(commit=False))
        messages.success(request, _("“%(word)s” is added.") % {"word": field})
        return redirect(f"{request.path}?brand={field.brand_id}")
    known = Field.objects.select_related("brand").order_by("brand__name", "brand", "position", "pk")
    page = {"form": form, "fields": known}
    return render(request, "settings_pages/custom_fields.html", page, status=422 if form.errors else 200)


@settings_needed
def custom_field(request: AgentRequest, field_id: int) -> HttpResponse:
    field = get_object_or_404(Field.objects.select_related("brand"), pk=field_id)
    form = FieldForm(request.POST or None, instance=field)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("settings:custom_fields")
    page = {"form": form, "field": field}
    return render(request, "settings_pages/custom_field.html", page, status=422 if form.errors else 200)


@require_POST
@settings_needed
def move(request: AgentRequest, field_id: int) -> HttpResponse:
    defining.move(get_object_or_404(Field, pk=field_id), up=request.POST.get("where") == "up")
    return redirect("settings:custom_fields")


@require_POST
@settings_needed
def remove(request: AgentRequest, field_id: int) -> HttpResponse:
    field = get_object_or_404(Field, pk=field_id)
    field.delete()
    messages.success(request, _("“%(word)s” is removed.") % {"word": field.label})
    return redirect("settings:custom_fields")
