"""Where customers identify themselves strongly: OpenID Connect providers, brand by brand."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aspa.service.verification.models import Fact, Provider
from aspa.service.verification.oidc import discovery, flow, our_keys
from aspa.service.verification.oidc.failing import Unreachable
from aspa.web.settings.doors import AgentRequest, settings_needed

# What a broker of the Finnish Trust Network calls its levels, and where it gives what is known of the person.
EXAMPLE = "http://ftn.ficora.fi/2017/loa2 = Korotettu taso"
KEPT = ((Fact.Key.NAME, "name"), (Fact.Key.BIRTHDATE, "birthdate"), (Fact.Key.IDENTITY_CODE, "urn:oid:1.2.246.21"))


class ProviderForm(forms.ModelForm[Provider]):
    issuer = forms.URLField(
        label=gettext_lazy("Issuer"),
        max_length=300,
        assume_scheme="https",
        help_text=gettext_lazy("The address that the provider gives as its issuer, exactly."),
    )
    new_secret = forms.CharField(
        label=gettext_lazy("Client secret"),
        required=False,
        max_length=500,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Left empty it stays as it is. It is kept encrypted and never shown."),
    )
    level_lines = forms.CharField(
        label=gettext_lazy("Levels that are enough"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": EXAMPLE, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One on a line: the provider’s acr value, =, what your agents call it. Without any, every answer is enough."
        ),
    )

    class Meta:
        model = Provider
        fields = ("brand", "name", "issuer", "client_id", "security", "scopes", "subject_claim", "is_active")
        help_texts = {
            "scopes": gettext_lazy("With spaces between them; openid is always asked for."),
            "subject_claim": gettext_lazy(
                "“sub”, unless the provider gives a new one each time; then for example the claim of the identity code."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, usual in KEPT:
            self.fields[f"claim_{key}"] = forms.CharField(
                label=_("Claim: %(what)s") % {"what": key.label.lower()},
                required=False,
                max_length=120,
                initial=self.instance.claims.get(key, ""),
                widget=forms.TextInput(attrs={"placeholder": usual, "spellcheck": "false"}),
            )
        self.initial["level_lines"] = "\n".join(f"{acr} = {name}" for acr, name in self.instance.levels)

    @property
    def kept(self) -> list[Any]:
        return [self[f"claim_{key}"] for key, _usual in KEPT]

    def clean_level_lines(self) -> list[list[str]]:
        levels = []
        for line in self.cleaned_data["level_lines"].splitlines():
            acr, _sign, name = (part.strip() for part in line.rpartition("="))
            if line.strip() and not (acr and name):
                raise ValidationError(_("Write on each line the acr value, = and its name."))
            if line.strip():
                levels.append([acr[:200], name[:80]])
        return levels

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        by_secret = given.get("security") == Provider.Security.SECRET
        if by_secret and not given.get("new_secret") and not self.instance.client_secret:
            self.add_error("new_secret", _("The provider gives you this with the client id."))
        if self.instance.client_secret and "issuer" in self.changed_data and not given.get("new_secret"):
            # It would be told to whoever the new address names.
            self.add_error("new_secret", _("The address has changed: give this again."))
        return given

    def save(self, commit: bool = True) -> Provider:
        provider = super().save(commit=False)
        given = self.cleaned_data
        provider.levels = given["level_lines"]
        provider.claims = {key.value: given[f"claim_{key}"] for key, _usual in KEPT if given[f"claim_{key}"]}
        if given["new_secret"]:
            provider.client_secret = given["new_secret"]
        if provider.security == Provider.Security.KEYS and provider.private_keys is None:
            provider.private_keys = our_keys.make()
        provider.save()
        return provider


@settings_needed
def providers(request: AgentRequest) -> HttpResponse:
    found = Provider.objects.select_related("brand")
    return render(request, "settings_pages/identification.html", {"providers": found})


@settings_needed
def edit(request: AgentRequest, provider_id: int | None = None) -> HttpResponse:
    provider = get_object_or_404(Provider, pk=provider_id) if provider_id else None
    form = ProviderForm(request.POST or None, instance=provider)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        _check(request, saved)
        return redirect("settings:identification_provider", saved.pk)
    page = {
        "form": form,
        "provider": provider,
        "return_address": flow.return_address(),
        "keys": json.dumps(our_keys.public(provider), indent=1) if provider and provider.private_keys else "",
    }
    return render(request, "settings_pages/identification_provider.html", page, status=422 if form.errors else 200)


@require_POST
@settings_needed
def remove(request: AgentRequest, provider_id: int) -> HttpResponse:
    get_object_or_404(Provider, pk=provider_id).delete()
    messages.success(request, _("The provider is removed. What customers were identified by stays known."))
    return redirect("settings:identification")


def _check(request: AgentRequest, provider: Provider) -> None:
    """Tell at once what a customer would meet otherwise."""
    discovery.forget()
    try:
        discovery.keys_of(discovery.metadata_of(provider.issuer))
    except Unreachable as problem:
        messages.warning(request, _("Saved, but customers can't use it yet: %(why)s") % {"why": problem})
    else:
        messages.success(request, _("Saved. The provider answers."))
