"""The form of a review, and what it sends: for who has signed in, and for who follows an invitation."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from aspa.core.conversations.changing import Refused
from aspa.kit import files, pictures
from aspa.service.reviews import photos, writing
from aspa.service.reviews.writing import Words
from aspa.web.helpsite import guards
from aspa.web.live import bodies
from aspa.web.shell.pictures import problem as picture_problem

if TYPE_CHECKING:
    from aspa.core.people.models import Contact
    from aspa.service.reviews.models import Review
    from aspa.web.helpsite.readers import HelpRequest

PURPOSE = "review"


@dataclasses.dataclass(slots=True)
class Filled:
    """The form as it stands: what was written, what is wrong with it, and with which status it is shown again."""

    words: Words
    problem: str = ""
    status: int = 200

    @property
    def values(self) -> dict[str, Any]:
        return {
            "words": self.words,
            "problem": self.problem,
            "most_photos": photos.MOST,
            "longest": writing,
            "accept": pictures.ACCEPT,
            "purpose": PURPOSE,
        }


def begun(contact: Contact, review: Review | None, language: str, stars: str = "") -> Filled:
    """As it stands before anything is written: with what they wrote before, or the name that suits a stranger's eyes."""
    if review is not None:
        return Filled(
            Words(stars=review.stars, name=review.name, title=review.title, text=review.text, language=language)
        )
    number = int(stars) if stars in {"1", "2", "3", "4", "5"} else 0
    return Filled(Words(stars=number, name=writing.short_name(contact.name), language=language))


def take(request: HelpRequest, contact: Contact, sku: str) -> Filled | None:
    """Write the review; None when it is done, else the form with what is wrong."""
    stars = request.POST.get("stars", "")
    filled = Filled(
        Words(
            stars=int(stars) if stars in {"1", "2", "3", "4", "5"} else 0,
            name=request.POST.get("name", "")[:200],
            title=request.POST.get("title", "")[:500],
            text=request.POST.get("text", "")[: 2 * writing.LONGEST_TEXT],
            language=request.language,
        )
    )
    if bodies.is_cut(request):
        filled.problem = _("The photos are too large together. Choose fewer or smaller ones.")
        filled.status = 413
        return filled
    if problem := guards.problem(request, PURPOSE):
        filled.problem, filled.status = problem, guards.status_of(problem)
        return filled
    try:
        chosen = [photos.read(file) for file in request.FILES.getlist("photos")[: photos.MOST + 1]]
        writing.write(contact, sku, filled.words, pictures=chosen, without=request.POST.getlist("without"))
    except files.Refused as refused:
        filled.problem, filled.status = picture_problem(refused), 422
    except Refused as refused:
        filled.problem, filled.status = str(refused), 422
    return filled if filled.problem else None
