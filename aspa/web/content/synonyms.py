"""Words that mean the same to a brand's customers: the search finds one by the other."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aspa.kit.ids import ROW_IDS
from aspa.service.search import synonyms
from aspa.service.search.models import Synonyms
from aspa.web.content.doors import AgentRequest, brands_of, writer
from aspa.web.content.listing import chosen_brand


@writer
def page(request: AgentRequest) -> HttpResponse:
    brands = list(brands_of(request.user))
    brand = chosen_brand(request, brands)
    if request.method == "POST":
        try:
            synonyms.add(brand, _words(request))
        except synonyms.TooFew:
            messages.error(request, _("Give at least two words, with commas between."))
        else:
            messages.success(request, _("The search knows them from now on."))
        return redirect(f"{request.path}?brand={brand.pk}")
    about = {
        "brands": brands,
        "brand": brand,
        "groups": synonyms.of(brand.pk),
        "proposals": synonyms.proposals(brand.pk),
    }
    return render(request, "content/synonyms.html", about)


@writer
@require_POST
def change(request: AgentRequest, group_id: int) -> HttpResponse:
    """Its words anew; without any it goes."""
    group = _group_for(request, group_id)
    words = _words(request)
    if "remove" in request.POST or not any(word.strip() for word in words):
        synonyms.remove(group)
        messages.success(request, _("The search no longer takes them for the same."))
    else:
        try:
            synonyms.change(group, words)
        except synonyms.TooFew:
            messages.error(request, _("Give at least two words, with commas between."))
        else:
            messages.success(request, _("The search knows them from now on."))
    return redirect(f"{request.path.removesuffix(f'{group_id}/')}?brand={group.brand_id}")


def _words(request: AgentRequest) -> list[str]:
    """Parted by commas; a proposal's form has the word that was asked in a field of its own."""
    return [word for given in request.POST.getlist("words") for word in given.split(",")]


def _group_for(request: AgentRequest, group_id: int) -> Synonyms:
    found = Synonyms.objects.filter(pk=group_id, brand__in=brands_of(request.user)) if group_id in ROW_IDS else None
    group = found.first() if found is not None else None
    if group is None:
        raise Http404("No such thing here.")
    return group
