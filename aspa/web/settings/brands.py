"""Brands: what customers see of us, and the secret with which a shop tells who its signed-in customers are."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aspa.core.inboxes.models import Brand
from aspa.kit.ids import new_token
from aspa.web.settings.domain_field import DomainsField
from aspa.web.settings.doors import AgentRequest, settings_needed
from aspa.web.settings.picture_field import PictureField, replace
from aspa.web.settings.shop_code import signing_example
from aspa.web.shell import pictures

AREAS = ("Europe/", "America/", "Asia/", "Africa/", "Atlantic/", "Australia/", "Indian/", "Pacific/", "UTC")


def timezones() -> list[tuple[str, str]]:
    names = sorted(name for name in available_timezones() if name.startswith(AREAS))
    return [(name, name.replace("_", " ")) for name in names]


class BrandForm(forms.ModelForm[Brand]):
    domains = DomainsField(
        label=gettext_lazy("Web addresses"),
        required=False,
        help_text=gettext_lazy("Pages on these may show the chat; one on a line, for example shop.example."),
    )
    new_logo = PictureField(
        redraw=pictures.logo,
        label=gettext_lazy("Logo"),
        help_text=gettext_lazy("PNG, JPEG, WebP or GIF, at most 8 MB."),
    )
    remove_logo = forms.BooleanField(label=gettext_lazy("Remove the logo"), required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=settings.LANGUAGES,
        help_text=gettext_lazy("Used when a customer's page doesn't say its own."),
    )
    timezone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=timezones)

    class Meta:
        model = Brand
        fields = ("name", "slug", "colour", "domains", "language", "timezone", "reference_prefix")
        widgets = {"colour": forms.TextInput(attrs={"type": "color", "data-colour": ""})}
        help_texts = {
            "slug": gettext_lazy(
                "Stands in the help site's address: small letters, digits and hyphens. Left empty it is made of the name."
            ),
            "reference_prefix": gettext_lazy("Begins the numbers that customers get, for example A-20817."),
        }

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["slug"].required = False

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"] or slugify(self.cleaned_data.get("name", ""))
        if not slug:
            raise forms.ValidationError(self.fields["slug"].error_messages["required"], code="required")
        return slug

    def save(self, commit: bool = True) -> Brand:
        brand = super().save(commit=False)
        replace(brand.logo, self.cleaned_data["new_logo"], remove=self.cleaned_data["remove_logo"])
        brand.save()
        return brand


@settings_needed
def brands(request: AgentRequest) -> HttpResponse:
    found = Brand.objects.annotate(inbox_count=Count("inboxes"))
    return render(request, "settings_pages/brands.html", {"brands": found})


@settings_needed
def new(request: AgentRequest) -> HttpResponse:
    return _form(request, Brand())


@settings_needed
def edit(request: AgentRequest, brand_id: int) -> HttpResponse:
    return _form(request, get_object_or_404(Brand, pk=brand_id))


@require_POST
@settings_needed
def new_secret(request: AgentRequest, brand_id: int) -> HttpResponse:
    """Replace the identity secret and show the new one, this once."""
    brand = get_object_or_404(Brand, pk=brand_id)
    brand.identity_secret = new_token()
    brand.save(update_fields=["identity_secret"])
    page = {
        "form": BrandForm(instance=brand),
        "brand": brand,
        "secret": brand.identity_secret,
        "example": signing_example(brand),
    }
    answer = render(request, "settings_pages/brand.html", page)
    answer["Cache-Control"] = "no-store"
    return answer


def _form(request: AgentRequest, brand: Brand) -> HttpResponse:
    form = BrandForm(request.POST or None, request.FILES or None, instance=brand)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        messages.success(request, _("The brand is saved."))
        return redirect("settings:brand", saved.pk)
    page = {"form": form, "brand": brand if brand.pk else None, "example": signing_example(brand)}
    return render(request, "settings_pages/brand.html", page, status=422 if form.errors else 200)
