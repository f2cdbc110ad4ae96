"""What the community's views share: which questions the reader may see, and who they are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import redirect

from aspa.kit.ids import ROW_IDS
from aspa.service.community import published
from aspa.service.community.models import Answer, Question
from aspa.service.community.rights import may_answer
from aspa.web.helpsite.showing import kinds_on, require_kind

if TYPE_CHECKING:
    from collections.abc import Set

    from django.http import HttpResponse

    from aspa.web.helpsite.readers import HelpRequest

PLACES = tuple(str(place) for place in Question.Place)
switched_on = require_kind(*PLACES)


def places_on(request: HelpRequest) -> Set[str]:
    """Those of the community and the products' questions that the brand has."""
    return kinds_on(request) & set(PLACES)


def is_staff(request: HelpRequest) -> bool:
    """Whether an agent who answers the brand's customers is signed in at the desk in this browser."""
    return request.agent is not None and may_answer(request.agent, request.brand.pk)


def question_for(request: HelpRequest, pk: int) -> Question:
    """Raises Http404 for what the reader may not see."""
    found = None
    if pk in ROW_IDS:
        found = published.question_for(
            request.brand, places_on(request), pk, contact=request.contact, is_staff=is_staff(request)
        )
    if found is None:
        raise Http404("No such question.")
    return found


def answer_for(request: HelpRequest, pk: int) -> Answer:
    """With its question; raises Http404 for what the reader may not see."""
    found = Answer.objects.filter(pk=pk).select_related("question").first() if pk in ROW_IDS else None
    if found is None or not published.may_see(found, request.contact, is_staff=is_staff(request)):
        raise Http404("No such answer.")
    found.question = question_for(request, found.question_id)
    return found


def back_to(question: Question, place: str = "") -> HttpResponse:
    return redirect(f"{question.url()}{place}")
