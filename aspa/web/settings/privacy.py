"""Privacy, brand by brand: what customers are asked to agree to, and which numbers are taken out of messages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aspa.core.conversations.access import Permission
from aspa.core.conversations.changing import Refused
from aspa.core.inboxes.models import Brand
from aspa.service.privacy import purposes, redacting
from aspa.service.privacy.models import Purpose, RedactionPolicy, Removal
from aspa.web.settings.doors import AgentRequest, needs
from aspa.web.settings.privacy_retention import rules_of, title_of

privacy_needed: Any = needs(Permission.PRIVACY)
SHOWN_REMOVALS = 12


class RedactionForm(forms.ModelForm[RedactionPolicy]):
    class Meta:
        model = RedactionPolicy
        fields = ("cards", "identity_numbers", "accounts")


class PurposeForm(forms.Form):
    """A text field for each language; Aspa's own words stand in those of its own purposes until others are written."""

    name = forms.CharField(label=capfirst(gettext_lazy("name")), max_length=80, required=False)
    is_on = forms.BooleanField(label=capfirst(gettext_lazy("in use")), required=False, initial=True)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for code, language in settings.LANGUAGES:
            self.fields[f"words_{code}"] = forms.CharField(
                label=_("What customers agree to, %(language)s") % {"language": language},
                max_length=500,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def texts(self) -> list[forms.BoundField]:
        return [self[f"words_{code}"] for code, _language in settings.LANGUAGES]


@privacy_needed
def page(request: AgentRequest) -> HttpResponse:
    """The brands, and what was removed by itself lately."""
    removals = Removal.objects.select_related("brand").defer("brand__identity_secret")[:SHOWN_REMOVALS]
    context = {
        "brands": Brand.objects.order_by("name").defer("identity_secret"),
        "removals": [(removal, title_of(removal.kind)) for removal in removals],
    }
    return render(request, "settings_pages/privacy.html", context)


@privacy_needed
def of_brand(request: AgentRequest, brand_id: int) -> HttpResponse:
    brand = _brand(brand_id)
    form = RedactionForm(request.POST or None, instance=redacting.policy_of(brand.pk))
    if request.method == "POST":
        form.is_valid()
        form.save()
        messages.success(request, _("Saved."))
        return redirect("settings:privacy_brand", brand.pk)
    context = {"brand": brand, "form": form, "purposes": purposes.of_brand(brand.pk), "rules": rules_of(brand)}
    return render(request, "settings_pages/privacy_brand.html", context)


@privacy_needed
def purpose(request: AgentRequest, brand_id: int, key: str = "") -> HttpResponse:
    brand = _brand(brand_id)
    asked = next((one for one in purposes.of_brand(brand.pk) if one.key == key), None)
    if key and asked is None:
        raise Http404("No such purpose.")
    form = PurposeForm(request.POST or None, initial=_initial(brand, asked))
    if request.method == "POST" and form.is_valid():
        words = {code: form.cleaned_data[f"words_{code}"] for code, _language in settings.LANGUAGES}
        name, is_on = form.cleaned_data["name"], form.cleaned_data["is_on"]
        try:
            purposes.write(brand.pk, key, name=name, words=words, is_on=is_on)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("settings:privacy_brand", brand.pk)
    context = {"brand": brand, "form": form, "asked": asked, "is_own": bool(asked) and key not in purposes.STANDARD}
    return render(request, "settings_pages/privacy_purpose.html", context, status=422 if form.errors else 200)


@require_POST
@privacy_needed
def remove_purpose(request: AgentRequest, brand_id: int, key: str) -> HttpResponse:
    """One of the brand's own; what was agreed to it stays written at the customers."""
    get_object_or_404(Purpose.objects.exclude(key__in=purposes.STANDARD), brand=brand_id, key=key).delete()
    return redirect("settings:privacy_brand", brand_id)


def _initial(brand: Brand, asked: purposes.Asked | None) -> dict[str, Any]:
    if asked is None:
        return {}
    written = Purpose.objects.filter(pk=asked.pk).first() if asked.pk else None
    words = {f"words_{code}": text for code, text in (written.words if written else {}).items()}
    return {"name": written.name if written else "", "is_on": asked.is_on, **words}


def _brand(brand_id: int) -> Brand:
    return get_object_or_404(Brand.objects.defer("identity_secret"), pk=brand_id)
