"""What of a person stands in these tables."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aspa.service.community import answering, asking
from aspa.service.community.models import Answer, Question
from aspa.service.privacy.declaring import DELETE, Basis, By, declare, nothing_personal
from aspa.service.privacy.retained import retain

PURPOSE = _("To let customers help one another in public")
UNTIL_ERASED = _("Until the customer deletes it or is erased")


def _blank_questions(contact_ids: list[int], limit: int) -> int:
    """Others' answers stay under a question without words."""
    theirs = Question.objects.filter(contact__in=contact_ids).exclude(title="").order_by("pk")[:limit]
    return _blank(list(theirs.values_list("pk", flat=True)))


def _remove_answers(contact_ids: list[int], limit: int) -> int:
    theirs = Answer.objects.filter(contact__in=contact_ids).order_by("pk")[:limit]
    return _remove(list(theirs.values_list("pk", flat=True)))


def _blank(questions: list[int]) -> int:
    found = list(Question.objects.filter(pk__in=questions))
    for question in found:
        asking.blank(question)
    return len(found)


def _remove(answers: list[int]) -> int:
    found = list(Answer.objects.filter(pk__in=answers))
    for answer in found:
        answering.remove(answer)
    return len(found)


declare(
    "community.Member",
    _("The name in the community"),
    of="contact",
    fields={"name": _("Name that others see"), "points": _("Points")},
    erased=DELETE,
    purpose=PURPOSE,
    basis=Basis.CONTRACT,
    kept=UNTIL_ERASED,
)
declare(
    "community.Question",
    _("Questions in the community"),
    of="contact",
    fields={"created_at": _("When"), "title": _("Question"), "text": _("Text"), "state": _("State")},
    erased=By(_blank_questions),
    purpose=PURPOSE,
    basis=Basis.CONTRACT,
    kept=_("Until the customer deletes it or is erased; what others answered stays"),
    retention="community_questions",
)
declare(
    "community.Answer",
    _("Answers in the community"),
    of="contact",
    fields={"created_at": _("When"), "question__title": _("Question"), "text": _("Text"), "state": _("State")},
    erased=By(_remove_answers),
    purpose=PURPOSE,
    basis=Basis.CONTRACT,
    kept=UNTIL_ERASED,
    retention="community_answers",
)
declare(
    "community.Vote",
    _("Votes in the community"),
    of="contact",
    fields={"at": _("When")},
    erased=DELETE,
    purpose=PURPOSE,
    basis=Basis.INTEREST,
    kept=UNTIL_ERASED,
)
declare(
    "community.Follow",
    _("Questions that are followed"),
    of="contact",
    fields={"at": _("When"), "question__title": _("Question")},
    erased=DELETE,
    purpose=_("To tell of new answers"),
    basis=Basis.CONSENT,
    kept=_("Until the customer ends it"),
)
declare(
    "community.Picture",
    _("Pictures in the community"),
    of="contact",
    fields={"at": _("When"), "file": _("File")},
    files=("file",),
    erased=DELETE,
    purpose=PURPOSE,
    basis=Basis.CONTRACT,
    kept=UNTIL_ERASED,
)
nothing_personal("community.Selector", because=_("What a question is about."))
retain(
    "community_questions",
    _("Questions in the community; what others answered stays"),
    rows=lambda: Question.objects.exclude(title=""),
    age="active_at",
    brand="brand",
    remove=_blank,
    least_days=30,
    is_walked=True,
)
retain(
    "community_answers",
    _("Customers’ answers in the community"),
    rows=lambda: Answer.objects.filter(contact__isnull=False),
    age="created_at",
    brand="question__brand",
    remove=_remove,
    least_days=30,
    is_walked=True,
)
