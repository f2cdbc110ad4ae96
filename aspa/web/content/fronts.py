"""What a brand's help site says at its front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from aspa.service.knowledge import fronts
from aspa.web.content.doors import AgentRequest, brands_of, writer
from aspa.web.content.listing import chosen_brand

if TYPE_CHECKING:
    from django.http import HttpResponse


@writer
def page(request: AgentRequest) -> HttpResponse:
    brands = list(brands_of(request.user))
    brand = chosen_brand(request, brands)
    if request.method == "POST":
        told = {
            code: fronts.Words(request.POST.get(f"title-{code}", ""), request.POST.get(f"welcome-{code}", ""))
            for code, _name in settings.LANGUAGES
        }
        fronts.describe(brand, told)
        messages.success(request, _("The front page of the help site says it now."))
        return redirect(f"{request.path}?brand={brand.pk}")
    words = [(code, name, fronts.of(brand, code)) for code, name in settings.LANGUAGES]
    limits = {"title": fronts.LONGEST_TITLE, "welcome": fronts.LONGEST_WELCOME}
    return render(request, "content/front.html", {"brands": brands, "brand": brand, "words": words, "limits": limits})
