"""Ask: what is there already is shown before another question is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from aspa.core.conversations.changing import Refused
from aspa.kit import text as texts
from aspa.kit.rates import Buckets
from aspa.service.commerce.models import Product
from aspa.service.community import asking, members
from aspa.service.community.models import LONGEST_TITLE, Question, Selector
from aspa.service.search import content
from aspa.web.helpsite import guards
from aspa.web.helpsite.community import doors, taking
from aspa.web.helpsite.community.questions import writing
from aspa.web.helpsite.readers import for_readers, for_signed_in
from aspa.web.helpsite.showing import address, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.service.search.content import Hit
    from aspa.web.helpsite.readers import HelpRequest

MOST_SIMILAR = 4
# A person types quickly, an office behind one address more so.
_typed = Buckets(3, 60)
# More can't be chosen from; those arrive by a link of their own.
MOST_PRODUCTS = 300
# Below this share of the question's words something is hardly about the same.
LIKELY = 0.4


@require_http_methods(["GET", "HEAD", "POST"])
@for_signed_in
@doors.switched_on
def ask(request: HelpRequest) -> HttpResponse:
    """The form. What may answer the question already is shown once before it is sent."""
    about = _about(request)
    _must_have_a_place(request, about)
    if request.method != "POST":
        return _form(request, about, {"title": request.GET.get("title", "")[:LONGEST_TITLE]})
    written = {"title": request.POST.get("title", ""), "text": request.POST.get("text", "")}
    try:
        asking.checked(written["title"], written["text"])
        if asking.place_of(about) not in doors.places_on(request):
            raise Refused(_("Choose the product."), code="product")
        if not request.POST.get("seen") and (found := _similar(request, written["title"], is_finished=True)):
            return _form(request, about, {**written, "similar": found, "seen": True})
        taking.guarded(request, "question")
        assert request.contact is not None
        told = asking.Written(written["title"], written["text"], about, taking.images(request))
        question, verdict = asking.ask(
            told,
            brand=request.brand,
            contact=request.contact,
            name=_name(request),
            language=request.language,
        )
    except Refused as refusal:
        return _form(request, about, {**written, "problem": str(refusal)}, status=taking.status_of(refusal))
    question.brand = request.brand
    return redirect(f"{question.url()}?said={'shown' if verdict.is_published else 'held'}")


@require_http_methods(["GET", "HEAD", "POST"])
@for_signed_in
@doors.switched_on
def edit(request: HelpRequest, pk: int) -> HttpResponse:
    question = doors.question_for(request, pk)
    contact = request.contact
    if contact is None or question.contact_id != contact.pk or question.is_blank:
        raise Http404("Not theirs.")
    if request.method != "POST":
        return _form(request, (), {"title": question.title, "text": question.text, "question": question})
    title, text = request.POST.get("title", ""), request.POST.get("text", "")
    try:
        taking.guarded(request, "question")
        told = asking.Written(title, text, images=taking.images(request))
        verdict = asking.edit(question, told, contact=contact)
    except Refused as refusal:
        written = {"title": title, "text": text, "question": question, "problem": str(refusal)}
        return _form(request, (), written, status=taking.status_of(refusal))
    question = Question.objects.select_related("brand").get(pk=question.pk)
    return redirect(f"{question.url()}?said={'shown' if verdict.is_published else 'held'}")


@require_safe
@for_readers
@doors.switched_on
def similar(request: HelpRequest) -> HttpResponse:
    """What may answer already, while the question is being written: a piece of the page; 429 for a flood."""
    if _typed.take(guards.network_of(request)):
        return HttpResponse(status=429)
    found = _similar(request, request.GET.get("title", ""))
    return render(request, "helpsite/community/similar.html", {"similar": found})


def _similar(request: HelpRequest, title: str, *, is_finished: bool = False) -> Sequence[Hit]:
    """What may answer it; a finished question that finds nothing is a gap in what is written."""
    results = content.search(
        request.brand.pk, title[:LONGEST_TITLE], reader=request.reader, language=request.language, most=MOST_SIMILAR
    )
    likely = [hit for hit in results.hits if hit.confidence >= LIKELY]
    if is_finished:
        content.asked(request.brand.pk, title, where="helpsite", found=len(likely))
    return likely


def _form(
    request: HelpRequest, about: Sequence[tuple[str, str]], told: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    member = members.member_of(request.contact) if request.contact else None
    values = {
        "about": about,
        "about_name": _named(request, about),
        "products": [] if about or "question" in told else _products(request),
        "is_general": Question.Place.COMMUNITY in doors.places_on(request),
        "longest_title": LONGEST_TITLE,
        **writing(request, member.name if member else ""),
        "trail": [(_("Community"), address(request, "community"))],
        **told,
    }
    return shown(request, "helpsite/community/ask.html", values, status=status, index=False, fresh=True)


def _about(request: HelpRequest) -> list[tuple[str, str]]:
    """What the address or the form says that it is about."""
    told = request.POST if request.method == "POST" else request.GET
    pairs = [(str(kind), texts.clean(told.get(kind, ""))[:100]) for kind in Selector.Kind.values]
    return [(kind, value) for kind, value in pairs if value]


def _must_have_a_place(request: HelpRequest, about: Sequence[tuple[str, str]]) -> None:
    if about and asking.place_of(about) not in doors.places_on(request):
        raise Http404("Such questions are not switched on.")


def _named(request: HelpRequest, about: Sequence[tuple[str, str]]) -> str:
    """The product by its name where the shop has told it, else as it came."""
    for kind, value in about:
        if kind == Selector.Kind.PRODUCT:
            return dict(_products(request)).get(value, value)
    return ", ".join(value for _kind, value in about)


def _products(request: HelpRequest) -> list[tuple[str, str]]:
    """(number, name) of those that the shop has told, by name."""
    if Question.Place.PRODUCT not in doors.places_on(request):
        return []
    rows = Product.objects.filter(source__brand=request.brand, is_active=True).exclude(name="").order_by("name")
    found = {
        sku or external_id: name
        for sku, external_id, name in rows.values_list("sku", "external_id", "name")[:MOST_PRODUCTS]
    }
    return list(found.items())


def _name(request: HelpRequest) -> str:
    """By which others see them: what they are known as already, unless they choose anew."""
    assert request.contact is not None
    member = members.member_of(request.contact)
    return request.POST.get("name", "") or (member.name if member else "")
