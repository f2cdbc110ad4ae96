"""Carts that were left behind: each brand's rules, and the report of what came of offering them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from aspa.core.inboxes.models import Brand
from aspa.service.carts import policies, report
from aspa.service.carts.models import CartPolicy
from aspa.service.commerce import money
from aspa.web.settings import spreadsheet
from aspa.web.settings.doors import AgentRequest, settings_needed

if TYPE_CHECKING:
    from django.http import HttpResponse


class PolicyForm(forms.ModelForm[CartPolicy]):
    class Meta:
        model = CartPolicy
        fields = ("is_on", "left_minutes", "bought_days")


@settings_needed
def results(request: AgentRequest) -> HttpResponse:
    page = {"months": report.months(), "brands": Brand.objects.defer("identity_secret").order_by("name")}
    return render(request, "settings_pages/carts.html", page)


@settings_needed
def results_csv(request: AgentRequest) -> HttpResponse:
    columns = [_("Date"), _("Brand"), _("Offered"), _("Gone on with"), _("Bought"), _("Value"), _("Currency")]
    rows = (
        [day.date.isoformat(), day.brand.name, day.offered, day.resumed, day.bought, _plain(day), day.currency]
        for day in report.days()
    )
    return spreadsheet.answer("carts.csv", columns, rows)


@settings_needed
def policy(request: AgentRequest, brand_id: int) -> HttpResponse:
    brand = get_object_or_404(Brand, pk=brand_id)
    form = PolicyForm(request.POST or None, instance=policies.policy_of(brand))
    if request.method == "POST" and form.is_valid():
        policies.set_policy(form.save(commit=False))
        messages.success(request, _("Saved."))
        return redirect("settings:brand_carts", brand.pk)
    page = {"brand": brand, "form": form}
    return render(request, "settings_pages/cart_policy.html", page, status=422 if form.errors else 200)


def _plain(day: report.CartDay) -> float:
    """A figure for a spreadsheet, in whole units."""
    return float(day.value) / float(10 ** money.places(day.currency))
