"""How moderation reaches questions and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from aspa.service.community import states
from aspa.service.community.models import Answer, Question
from aspa.service.moderation.kinds import Shown

if TYPE_CHECKING:
    from collections.abc import Collection

    from aspa.service.moderation.states import State


class Questions:
    key = "question"
    name = _("A question")
    icon = "circle-question-mark"

    def becomes(self, key: int, state: State) -> None:
        states.question_becomes(key, state)

    def shown(self, keys: Collection[int]) -> dict[int, Shown]:
        found = Question.objects.filter(pk__in=keys).select_related("brand").prefetch_related("pictures", "selectors")
        return {
            question.pk: Shown(
                title=question.title,
                text=question.text,
                url=question.url(),
                pictures=addresses_of(question, question),
                about=", ".join(one.value for one in question.selectors.all()),
            )
            for question in found
        }


class Answers:
    key = "answer"
    name = _("An answer")
    icon = "message-square"

    def becomes(self, key: int, state: State) -> None:
        states.answer_becomes(key, state)

    def shown(self, keys: Collection[int]) -> dict[int, Shown]:
        found = Answer.objects.filter(pk__in=keys).select_related("question__brand").prefetch_related("pictures")
        return {
            answer.pk: Shown(
                title="",
                text=answer.text,
                url=f"{answer.question.url()}#a{answer.pk}",
                pictures=addresses_of(answer, answer.question),
                about=answer.question.title,
            )
            for answer in found
        }


def addresses_of(under: Question | Answer, question: Question) -> tuple[str, ...]:
    """Of the pictures under it, their pages' paths."""
    place = {"brand": question.brand.slug, "language": question.language}
    return tuple(
        reverse("helpsite:community-picture", kwargs={**place, "public_id": picture.public_id})
        for picture in under.pictures.all()
    )
