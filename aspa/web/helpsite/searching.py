"""Search: one question over everything that the brand publishes and the reader may see."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db import OperationalError
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aspa.kit.ids import row_id
from aspa.kit.rates import Buckets
from aspa.kit.text import clean
from aspa.service.knowledge import published
from aspa.service.knowledge.models import Kind, Selector
from aspa.service.search import content
from aspa.web.helpsite import guards
from aspa.web.helpsite.readers import HelpRequest, for_readers
from aspa.web.helpsite.showing import address, kinds_on, shown

if TYPE_CHECKING:
    from aspa.service.knowledge.published import Shelf
    from aspa.service.search.content import Results

logger = logging.getLogger(__name__)

ON_A_PAGE = 10
FARTHEST = 190
LONGEST = 200
OFFERED = 6
# Of each kind of selector; whoever has more of them searches by name.
MOST_CHOICES = 60
# A person types quickly, an office behind one address more so; programs that read everything are slowed down.
_typed = Buckets(20, 200)
_asked = Buckets(3, 60)


@require_safe
@for_readers
def page(request: HelpRequest) -> HttpResponse:
    """`?q=`; `kind`, `category`, `product`, `topic` and `model` narrow it; `from` goes on."""
    question = clean(request.GET.get("q", "")[:LONGEST])
    if question and _asked.take(guards.network_of(request)):
        return shown(request, "helpsite/search_later.html", {"asked": question}, status=429, index=False)
    chosen = _chosen(request)
    first = min(row_id(request.GET.get("from", "")) or 0, FARTHEST)
    results = _results(request, question, chosen, first)
    if question and first == 0 and request.method == "GET":
        _note(request, question, len(results.hits))
    shelves = published.categories(request.brand, request.reader, request.language)
    # What isn't the brand's own instruction says so.
    others = {kind: name for kind, name in _kinds(request) if kind not in (Kind.FAQ, Kind.ARTICLE)}
    values = {
        "asked": question,
        "results": results,
        "hits": [(hit, others.get(hit.kind, "")) for hit in results.hits],
        "chosen": chosen,
        "is_narrowed": any(chosen.values()),
        "narrowed_to": _narrowed_to(chosen, shelves),
        "chips": _chips(request, question, chosen),
        "selectors": _selectors(request),
        "shelves": shelves,
        "meant": _again(request, question=results.did_you_mean, chosen=chosen) if results.did_you_mean else "",
        "more": _again(request, question=question, chosen=chosen, first=first + ON_A_PAGE) if results.has_more else "",
        "popular": [] if results.hits else published.popular(request.brand, request.reader, request.language),
    }
    return shown(request, "helpsite/search.html", values, index=False)


@require_safe
@for_readers
def suggest(request: HelpRequest) -> HttpResponse:
    """[{"title", "url", "kind"}] for what has been typed so far."""
    beginning = clean(request.GET.get("q", "")[:LONGEST])
    if _typed.take(guards.network_of(request)):
        return JsonResponse([], safe=False, status=429)
    hits = (
        content.suggest(request.brand.pk, beginning, reader=request.reader, language=request.language, most=OFFERED)
        if beginning
        else []
    )
    names = dict(_kinds(request))
    found = [{"title": hit.title, "url": hit.url, "kind": names.get(hit.kind, "")} for hit in hits]
    return JsonResponse(found, safe=False)


def _results(request: HelpRequest, question: str, chosen: dict[str, str], first: int) -> Results:
    if not question:
        return content.Results()
    tags = [f"{name}:{value}" for name, value in chosen.items() if value and name != "kind"]
    kinds = (chosen["kind"],) if chosen["kind"] else ()
    return content.search(
        request.brand.pk, question, reader=request.reader, language=request.language, kinds=kinds, tags=tags,
        first=first, most=ON_A_PAGE,
    )  # fmt: skip


def _note(request: HelpRequest, question: str, found: int) -> None:
    """Noting is for us: when the database is too busy for it the reader has the answer all the same."""
    try:
        content.asked(request.brand.pk, question, where="helpsite", found=found)
    except OperationalError:
        logger.info("A question of the help site of %s wasn't noted", request.brand.slug)


def _chosen(request: HelpRequest) -> dict[str, str]:
    return {name: clean(request.GET.get(name, "")[:100]) for name in ("kind", "category", *Selector.Kind.values)}


def _kinds(request: HelpRequest) -> list[tuple[str, str]]:
    """What can be searched by kind: those that are switched on."""
    on = kinds_on(request)
    names = {
        "faq": _("Questions and answers"),
        "article": _("Articles"),
        "video": _("Videos"),
        "post": _("Blog"),
        "question": _("Community"),
        "review": _("Reviews"),
    }
    if "community" in on:
        on |= {"question"}
    return [(kind, name) for kind, name in names.items() if kind in on]


def _chips(request: HelpRequest, question: str, chosen: dict[str, str]) -> list[tuple[str, str, bool]]:
    """(name, address, is chosen): everything, and each kind by itself, the chosen one before those that it hides."""
    kinds = sorted(_kinds(request), key=lambda one: one[0] != chosen["kind"])
    return [
        (name, _again(request, question=question, chosen={**chosen, "kind": kind}), chosen["kind"] == kind)
        for kind, name in (("", _("All")), *kinds)
    ]


def _narrowed_to(chosen: dict[str, str], shelves: list[Shelf]) -> str:
    """What was chosen besides the kind, in words."""
    names = {str(shelf.category.pk): shelf.name for shelf in shelves}
    told = [names.get(chosen["category"], ""), *(chosen[name] for name in Selector.Kind.values)]
    return ", ".join(one for one in told if one)


def _selectors(request: HelpRequest) -> list[tuple[str, str, list[str]]]:
    """(kind, its name, values) of what the reader may read in this language."""
    readable = published.articles(request.brand, request.reader, request.language).order_by().values("article")
    pairs = Selector.objects.filter(article__in=readable).order_by("value").values_list("kind", "value").distinct()
    found: dict[str, list[str]] = {}
    for kind, value in pairs[: MOST_CHOICES * 3]:
        found.setdefault(kind, []).append(value)
    return [(kind, str(label), found[kind]) for kind, label in Selector.Kind.choices if kind in found]


def _again(request: HelpRequest, *, question: str, chosen: dict[str, str], first: int = 0) -> str:
    asked: dict[str, Any] = {"q": question, **{name: value for name, value in chosen.items() if value}}
    if first:
        asked["from"] = first
    return f"{address(request, 'search')}?{urlencode(asked)}"
