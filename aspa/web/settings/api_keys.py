"""Keys with which a shop's systems use the API, and the systems that have no connector of ours."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from aspa.core.inboxes.models import Brand
from aspa.service.commerce import sources
from aspa.service.commerce.models import Source
from aspa.web.rest import keys
from aspa.web.rest.models import Key, Scope
from aspa.web.settings.doors import AgentRequest, settings_needed

# Old revoked keys make place for newer ones.
MOST_SHOWN = 200


class KeyForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("Where it is used, for example: stock system")
    )
    source = forms.ModelChoiceField(
        Source.objects.none(), label=gettext_lazy("System"), help_text=gettext_lazy("The key opens this one alone.")
    )
    scopes = forms.MultipleChoiceField(
        label=pgettext_lazy("to be allowed", "May"),
        choices=Scope.choices,
        initial=[Scope.INGEST],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        chosen = self.fields["source"]
        assert isinstance(chosen, forms.ModelChoiceField)
        chosen.queryset = _systems().filter(is_active=True)


class SystemForm(forms.ModelForm[Source]):
    currency = forms.RegexField(
        r"^[A-Za-z]{3}$",
        label=gettext_lazy("Currency"),
        initial="EUR",
        help_text=gettext_lazy("Of amounts that don’t say theirs."),
    )

    class Meta:
        model = Source
        fields = ("brand", "name", "currency", "accounts", "sets_tier", "is_active")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if self.instance.pk:
            # Its customers are the brand's.
            del self.fields["brand"]

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


@settings_needed
def api_keys(request: AgentRequest) -> HttpResponse:
    """The keys, and the form that makes one; its text is shown this once."""
    form, token = KeyForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        key, token = keys.make(asked["source"], asked["name"], [Scope(one) for one in asked["scopes"]], request.user)
        form = KeyForm(initial={"source": key.source_id})
    page = {
        "form": form,
        "token": token,
        "url": f"{settings.ASPA_URL.rstrip('/')}/api/v1/",
        "keys": _with_scopes(Key.objects.select_related("source__brand", "created_by")),
        "systems": _systems().filter(kind=sources.API),
        "has_systems": _systems().filter(is_active=True).exists(),
        "has_brands": Brand.objects.exists(),
    }
    answer = render(request, "settings_pages/api_keys.html", page, status=422 if form.errors else 200)
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@settings_needed
def revoke(request: AgentRequest, key_id: int) -> HttpResponse:
    key = get_object_or_404(Key, pk=key_id, revoked_at__isnull=True)
    keys.revoke(key)
    messages.success(request, _("The key “%(name)s” opens nothing any more.") % {"name": key.name})
    return redirect("settings:api_keys")


@settings_needed
def new_system(request: AgentRequest) -> HttpResponse:
    return _form(request, Source(kind=sources.API))


@settings_needed
def system(request: AgentRequest, source_id: int) -> HttpResponse:
    return _form(request, get_object_or_404(_systems(), pk=source_id, kind=sources.API))


def _form(request: AgentRequest, source: Source) -> HttpResponse:
    form = SystemForm(request.POST or None, instance=source)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("settings:api_keys")
    page = {"form": form, "system": source if source.pk else None}
    return render(request, "settings_pages/api_system.html", page, status=422 if form.errors else 200)


def _systems() -> QuerySet[Source]:
    # Secrets are decrypted as they are read.
    return Source.objects.select_related("brand").defer("settings", "brand__identity_secret")


def _with_scopes(found: QuerySet[Key]) -> list[tuple[Key, list[str]]]:
    shown = found.defer("source__settings", "source__brand__identity_secret")[:MOST_SHOWN]
    return [(key, [str(Scope(scope).label) for scope in key.scopes]) for key in shown]
