"""What customers asked and didn't find, and one step to do something about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aspa.service.deflection import gaps
from aspa.service.knowledge import publishing
from aspa.service.knowledge.models import LONGEST_TITLE, Kind
from aspa.service.knowledge.publishing import Text
from aspa.web.content.doors import AgentRequest, brands_of, writer
from aspa.web.content.listing import chosen_brand

if TYPE_CHECKING:
    from django.http import HttpResponse

PLACES = {
    "helpsite": gettext_lazy("Help site"),
    "widget": gettext_lazy("Chat"),
    "contact": gettext_lazy("Contact form"),
    "bot": gettext_lazy("Bot"),
    "desk": gettext_lazy("Desk"),
}


@writer
def page(request: AgentRequest) -> HttpResponse:
    brands = list(brands_of(request.user))
    brand = chosen_brand(request, brands)
    found = [
        (gap, [(PLACES.get(place, place), count) for place, count in gap.where.most_common()])
        for gap in gaps.found(brand)
    ]
    values = {"brand": brand, "brands": brands, "gaps": found, "days": gaps.DAYS}
    return render(request, "content/gaps.html", values)


@require_POST
@writer
def write(request: AgentRequest) -> HttpResponse:
    """An article that asks the question; leads to where it is answered."""
    brand = chosen_brand(request, list(brands_of(request.user)))
    title = " ".join(request.POST.get("text", "").split())[:LONGEST_TITLE]
    text = Text(title=title[:1].upper() + title[1:], body="")
    version = publishing.create(brand, Kind.FAQ, brand.language, text, by=request.user)
    return redirect("content:version", version.pk)
