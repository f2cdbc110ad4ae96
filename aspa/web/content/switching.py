"""Which kinds of content a brand's help site has."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from aspa.service.knowledge import switches
from aspa.service.knowledge.models import Switch
from aspa.web.content.doors import AgentRequest, brands_of, writer
from aspa.web.content.listing import chosen_brand


@writer
def page(request: AgentRequest) -> HttpResponse:
    brands = list(brands_of(request.user))
    brand = chosen_brand(request, brands)
    if request.method == "POST":
        wanted = set(request.POST.getlist("on"))
        for kind in Switch.Kind.values:
            switches.set_on(brand, kind, kind in wanted)
        messages.success(request, _("The help site shows what is on."))
        return redirect(f"{request.path}?brand={brand.pk}")
    on = switches.on(brand.pk)
    kinds = [(kind, kind.label, kind.value in on) for kind in Switch.Kind]
    return render(request, "content/switches.html", {"brands": brands, "brand": brand, "kinds": kinds})
