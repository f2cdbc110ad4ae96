"""What follows when a question or an answer is shown or no longer shown. Moderation calls it, and staff's own answers."""

from __future__ import annotations

from django.db import transaction

from aspa.kit import clock
from aspa.service.community import following, handing_over, members
from aspa.service.community.models import Answer, Question
from aspa.service.moderation.states import State
from aspa.service.search import content

SOURCE = "community"


def question_becomes(key: int, state: State) -> None:
    """In the caller's transaction. Published for the first time it is new to readers now; one that is gone stays so."""
    question = Question.objects.select_for_update().filter(pk=key).first()
    if question is None:
        return
    question.state = state
    if question.is_published and question.published_at is None:
        question.published_at = question.active_at = clock.now()
    question.save(update_fields=["state", "published_at", "active_at"])
    _count(question)
    content.touch(SOURCE, [question.pk])
    members.count_points({question.contact_id})


def answer_becomes(key: int, state: State) -> None:
    """In the caller's transaction. Shown it is told to those who follow the question; hidden it isn't the accepted one."""
    answer = Answer.objects.filter(pk=key).first()
    if answer is None:
        return
    locked = Question.objects.select_for_update(of=("self",)).select_related("brand", "contact")
    question = answer.question = locked.get(pk=answer.question_id)
    was = Answer.objects.filter(pk=key).values_list("state", flat=True).get()
    Answer.objects.filter(pk=key).update(state=state)
    if state == State.PUBLISHED and was != State.PUBLISHED:
        question.active_at = clock.now()
        question.save(update_fields=["active_at"])
        following.answered(key)
        if answer.contact_id == question.contact_id:
            handing_over.tell_of(answer)
    elif state != State.PUBLISHED and question.accepted_id == key:
        question.accepted = None
        question.save(update_fields=["accepted"])
    _count(question)
    content.touch(SOURCE, [question.pk])
    members.count_points({answer.contact_id} - {None})  # type: ignore[arg-type]


def forget(question: Question) -> None:
    """It is going, or its words have gone: nobody finds it any more."""
    with transaction.atomic():
        content.touch(SOURCE, [question.pk])


def _count(question: Question) -> None:
    """How many answers are shown, and whether it waits for one. The asker's own additions answer nothing."""
    shown = Answer.objects.filter(question=question, state=State.PUBLISHED)
    question.answer_count = shown.count()
    is_answered = shown.exclude(contact=question.contact_id).exists() if question.answer_count else False
    waits = question.is_published and not is_answered and not question.conversation_id and not question.is_blank
    question.unanswered_since = (question.unanswered_since or question.published_at) if waits else None
    question.save(update_fields=["answer_count", "unanswered_since"])
