"""That a question or an answer helped: one vote each, never for one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from aspa.core.conversations.changing import Refused
from aspa.kit import clock
from aspa.service.community import members, states
from aspa.service.community.models import Answer, Question, Vote
from aspa.service.moderation.states import State
from aspa.service.search import content

if TYPE_CHECKING:
    from aspa.core.people.models import Contact


def vote(on: Question | Answer, *, contact: Contact) -> bool:
    """Vote for it, or take the vote back; returns whether it is given now. Raises Refused for one's own."""
    if on.contact_id == contact.pk:
        raise Refused(_("Others say whether this helps."), code="own")
    question_id = on.question_id if isinstance(on, Answer) else on.pk
    answer = on if isinstance(on, Answer) else None
    with transaction.atomic():
        question = Question.objects.select_for_update().filter(pk=question_id, brand=contact.brand_id).first()
        table: type[Question | Answer] = type(on)
        if question is None or not question.is_published or not _is_shown(table, on.pk):
            raise Refused(_("There is nothing here any more."), code="gone")
        taken_back, _rows = Vote.objects.filter(question=question_id, answer=answer, contact=contact).delete()
        if not taken_back:
            Vote.objects.create(question=question, answer=answer, contact=contact, at=clock.now())
        table._base_manager.filter(pk=on.pk).update(
            vote_count=Vote.objects.filter(question=question_id, answer=answer).count()
        )
        content.touch(states.SOURCE, [question_id])
        if on.contact_id is not None:
            members.count_points({on.contact_id})
    return not taken_back


def _is_shown(table: type[Question | Answer], pk: int) -> bool:
    return table._base_manager.filter(pk=pk, state=State.PUBLISHED).exists()
