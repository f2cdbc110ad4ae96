"""What the customer asked and answered in public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aspa.kit.text import preview
from aspa.service.community.models import Answer, Question
from aspa.service.moderation.states import State
from aspa.service.timeline import sources

if TYPE_CHECKING:
    from collections.abc import Sequence

TONES = {State.PUBLISHED: "ok", State.HELD: "promise"}


class Questions(sources.Source):
    key = "questions"
    name = gettext_lazy("Questions in the community")
    icon = "circle-question-mark"
    model = Question

    def entries(self, asked: sources.Asked) -> Sequence[sources.Entry]:
        rows = Question.objects.filter(contact=asked.contact).exclude(title="").select_related("brand")
        if asked.words:
            rows = rows.filter(asked.holding("title", "text"))
        return [
            sources.Entry(
                at=row.created_at,
                pk=row.pk,
                title=_("Asked in public: %(question)s") % {"question": row.title},
                text=preview(row.text),
                url=row.url(),
                state=str(State(row.state).label),
                tone=TONES.get(State(row.state), ""),
            )
            for row in asked.older(rows, at="created_at")
        ]


class Answers(sources.Source):
    key = "answers"
    name = gettext_lazy("Answers in the community")
    icon = "message-square"
    model = Answer

    def entries(self, asked: sources.Asked) -> Sequence[sources.Entry]:
        rows = Answer.objects.filter(contact=asked.contact).select_related("question__brand")
        if asked.words:
            rows = rows.filter(asked.holding("text"))
        return [
            sources.Entry(
                at=row.created_at,
                pk=row.pk,
                title=_("Answered in public: %(question)s") % {"question": row.question.title},
                text=preview(row.text),
                url=f"{row.question.url()}#a{row.pk}",
                state=str(State(row.state).label),
                tone=TONES.get(State(row.state), ""),
            )
            for row in asked.older(rows, at="created_at")
        ]
