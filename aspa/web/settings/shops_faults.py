"""What a shop told and couldn't be understood: looked at as it came, tried again or put aside."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aspa.service.shops import delivering
from aspa.service.shops.models import Delivery
from aspa.web.settings.doors import AgentRequest, settings_needed
from aspa.web.settings.paging import newest_first
from aspa.web.settings.shops import shop

PAGE = 50


@settings_needed
def faults(request: AgentRequest, source_id: int) -> HttpResponse:
    source = shop(source_id)
    faults, pages = newest_first(request, delivering.failed(source), PAGE)
    return render(request, "settings_pages/shop_faults.html", {"source": source, "faults": faults, **pages})


@settings_needed
def raw(request: AgentRequest, source_id: int, delivery_id: int) -> HttpResponse:
    """As it came. Never shown in place: it may be anything."""
    fault = _fault(source_id, delivery_id)
    headers = {
        "Content-Disposition": f'attachment; filename="shop-{source_id}-{fault.pk}.json"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(fault.body, content_type="application/octet-stream", headers=headers)


@require_POST
@settings_needed
def again(request: AgentRequest, source_id: int, delivery_id: int) -> HttpResponse:
    delivering.again(_fault(source_id, delivery_id))
    messages.success(request, _("It is tried again. If it fails once more, it comes back here."))
    return redirect("settings:shop_faults", source_id)


@require_POST
@settings_needed
def dismiss(request: AgentRequest, source_id: int, delivery_id: int) -> HttpResponse:
    delivering.dismiss(_fault(source_id, delivery_id))
    messages.success(request, _("It is put aside."))
    return redirect("settings:shop_faults", source_id)


def _fault(source_id: int, delivery_id: int) -> Delivery:
    return get_object_or_404(delivering.failed(shop(source_id)).select_related("source"), pk=delivery_id)
