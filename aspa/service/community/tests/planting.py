"""A person in the community's tables: a question and an answer name one another, so neither can be planted by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aspa.kit import clock
from aspa.service.community.models import Answer, Question, Vote

if TYPE_CHECKING:
    from aspa.core.people.models import Contact


def plant(contact: Contact, mark: str) -> None:
    now = clock.now()
    question = Question.objects.create(
        brand=contact.brand,
        language="fi",
        contact=contact,
        title=mark,
        text=mark,
        html=mark,
        created_at=now,
        active_at=now,
    )
    answer = Answer.objects.create(question=question, contact=contact, text=mark, html=mark, created_at=now)
    Question.objects.filter(pk=question.pk).update(accepted=answer)
    Vote.objects.create(answer=answer, contact=contact, at=now)
