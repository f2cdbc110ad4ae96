"""Published questions with their published answers, as the search finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Prefetch

from aspa.service.community.models import Answer, Question
from aspa.service.community.states import SOURCE
from aspa.service.knowledge import rendering, switches
from aspa.service.moderation.states import State
from aspa.service.search.content import Document

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet

KIND = "question"
# The best ones; a talk of hundreds would be found by every word.
MOST_ANSWERS = 20


class Questions:
    name = SOURCE

    def read(self, keys: Collection[int]) -> Iterable[Document]:
        return _documents(_findable().filter(pk__in=keys))

    def after(self, key: int, most: int) -> list[Document]:
        found: list[Document] = []
        # A page of questions that are switched off isn't the end.
        while not found and (page := list(_findable().filter(pk__gt=key).order_by("pk")[:most])):
            key = page[-1].pk
            found = list(_documents(page))
        return found


def _findable() -> QuerySet[Question]:
    answers = Answer.objects.filter(state=State.PUBLISHED).order_by("-vote_count", "pk")
    questions = Question.objects.filter(state=State.PUBLISHED).exclude(title="")
    return questions.select_related("brand").prefetch_related(
        "selectors", Prefetch("answers", queryset=answers, to_attr="shown_answers")
    )


def _documents(questions: Iterable[Question]) -> Iterable[Document]:
    on: dict[int, frozenset[str]] = {}
    for question in questions:
        if question.brand_id not in on:
            on[question.brand_id] = switches.on(question.brand_id)
        if question.place in on[question.brand_id]:
            yield document(question)


def document(question: Question) -> Document:
    """The accepted answer first: it is the passage that is looked for."""
    answers: list[Answer] = question.shown_answers  # type: ignore[attr-defined]
    ordered = sorted(answers, key=lambda one: one.pk != question.accepted_id)[:MOST_ANSWERS]
    words = [rendering.plain(question.html), *(rendering.plain(answer.html) for answer in ordered)]
    return Document(
        source=SOURCE,
        key=question.pk,
        language=question.language,
        brand_id=question.brand_id,
        kind=KIND,
        title=question.title,
        body="\n\n".join(word for word in words if word),
        url=question.url(),
        published_at=question.published_at,
        helpfulness=helpfulness(question, answers),
        tags=tuple(f"{one.kind}:{one.value}" for one in question.selectors.all()),
    )


def helpfulness(question: Question, answers: list[Answer]) -> float:
    """Little while it is unanswered; an accepted answer, staff's and votes make it more."""
    if not answers:
        return 0.1
    best = max(answer.vote_count for answer in answers)
    return min(
        1.0, 0.4 + 0.3 * bool(question.accepted_id) + 0.1 * any(a.is_staff for a in answers) + min(best, 10) * 0.02
    )
