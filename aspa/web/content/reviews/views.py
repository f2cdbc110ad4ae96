"""Reviews for those who look after them: found, looked at, answered in public, and how buyers are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.forms import modelform_factory
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aspa.core.conversations.changing import Refused
from aspa.service.moderation import deciding
from aspa.service.moderation.models import Item
from aspa.service.moderation.states import Action, Reason
from aspa.service.reviews import answering, policies
from aspa.service.reviews import photos as pictures
from aspa.service.reviews.models import Policy
from aspa.service.reviews.moderated import KIND
from aspa.web.content.doors import NoBrand, no_brand
from aspa.web.content.reviews import doors, facts, finding
from aspa.web.desk.doors import for_agents

if TYPE_CHECKING:
    from aspa.service.reviews.models import Review
    from aspa.web.desk.doors import AgentRequest

PolicyForm = modelform_factory(Policy, fields=("buyers_only", "sends_letters", "wait_days"))


@require_safe
@for_agents
def listed(request: AgentRequest) -> HttpResponse:
    """The newest first, as asked for; the next ones by keyset."""
    try:
        brands = doors.brands(request.user)
    except NoBrand:
        return no_brand(request)
    asked = finding.asked(request.GET, brands)
    found, after = finding.page(asked)
    values = {"brands": brands, "asked": asked, "reviews": found, "after": after, "shelves": finding.SHELVES}
    return render(request, "content/reviews/list.html", values)


@require_safe
@for_agents
def one(request: AgentRequest, review_id: int) -> HttpResponse:
    return _shown(request, doors.review_for(request.user, review_id))


@require_POST
@for_agents
def answer(request: AgentRequest, review_id: int) -> HttpResponse:
    """Answer in public, write the answer anew, or take it back."""
    review = doors.review_for(request.user, review_id)
    if "take_back" in request.POST:
        answering.take_back(review)
        messages.success(request, _("The answer was taken back."))
        return redirect("content:review", review.pk)
    try:
        answering.answer(review, request.POST.get("text", ""), by=request.user)
    except Refused as refused:
        return _shown(request, review, problem=str(refused), written=request.POST.get("text", ""), status=422)
    messages.success(request, _("The answer is public now."))
    return redirect("content:review", review.pk)


@require_POST
@for_agents
def decide(request: AgentRequest, review_id: int) -> HttpResponse:
    """Publish, hide or remove, with a reason that the author is told."""
    review = doors.review_for(request.user, review_id)
    given = request.POST.get("action", "")
    reason = request.POST.get("reason", "")
    if given not in Action.values or reason not in {*Reason.values, ""}:
        raise Http404("No such decision.")
    item = Item.objects.filter(kind=KIND, key=review.pk)
    try:
        deciding.decide(item, by=request.user, action=Action(given), reason=reason, words=request.POST.get("words", ""))
    except Refused as refused:
        return _shown(request, review, problem=str(refused), status=422)
    messages.success(request, _("Done. The author is told why, where there is a reason."))
    return redirect("content:review", review.pk)


@require_POST
@for_agents
def photos(request: AgentRequest, review_id: int) -> HttpResponse:
    """Those that are ticked are shown, the others not."""
    review = doors.review_for(request.user, review_id)
    shown = set(request.POST.getlist("shown"))
    known = set(review.photos.values_list("public_id", flat=True))
    pictures.decide(review, sorted(known & shown), sorted(known - shown))
    messages.success(request, _("The photos have been looked at."))
    return redirect("content:review", review.pk)


@require_safe
@for_agents
def photo(request: AgentRequest, public_id: str) -> HttpResponse:
    """A photo whatever its state, for those who look at it first."""
    found = doors.photo_for(request.user, public_id)
    file = found.small if "small" in request.GET else found.file
    try:
        response = FileResponse(file.open(), content_type="image/webp")
    except FileNotFoundError:
        raise Http404("The file is gone.") from None
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response  # type: ignore[return-value]


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def policy(request: AgentRequest, brand_id: int) -> HttpResponse:
    """Who may review a brand's products, and how buyers are asked; with the line that shows reviews in the shop."""
    brand = doors.brand_for(request.user, brand_id)
    kept = policies.policy_of(brand.pk)
    form: Any = PolicyForm(request.POST or None, instance=kept)
    if request.method == "POST" and form.is_valid():
        policies.set_policy(form.save(commit=False))
        messages.success(request, _("Saved."))
        return redirect("content:review_policy", brand.pk)
    values = {"brand": brand, "form": form, "brands": doors.brands(request.user), "line": facts.block_line(brand)}
    return render(request, "content/reviews/policy.html", values, status=422 if form.errors else 200)


def _shown(
    request: AgentRequest, review: Review, *, problem: str = "", written: str = "", status: int = 200
) -> HttpResponse:
    values = {
        **facts.of(request.user, review),
        "review": review,
        "problem": problem,
        "written": written or (review.answer.text if hasattr(review, "answer") else ""),
        "reasons": Reason.choices,
        "most": answering.LONGEST,
    }
    return render(request, "content/reviews/review.html", values, status=status)
