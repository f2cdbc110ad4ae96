"""The merchant's public answer to a review, by an agent with name and title. Everyone can read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from aspa.core.conversations.changing import Refused
from aspa.kit import clock, text
from aspa.service.reviews import figures, telling
from aspa.service.reviews.models import Answer, Review

if TYPE_CHECKING:
    from aspa.core.people.models import Agent

LONGEST = 3000


def answer(review: Review, words: str, *, by: Agent) -> Answer:
    """Answer, or write the answer anew; a first one is told to the author. Raises Refused for an empty or endless one."""
    said = text.clean(words)
    if not said:
        raise Refused(_("Write the answer first."), code="empty")
    if len(said) > LONGEST:
        raise Refused(_("The answer has %(most)s characters at most.") % {"most": LONGEST}, code="long")
    now = clock.now()
    with transaction.atomic():
        current = Review.objects.select_for_update().get(pk=review.pk)
        known = Answer.objects.filter(review=current).first()
        written = known or Answer(review=current, at=now)
        written.agent, written.name, written.title, written.text = by, by.public_name, by.title, said
        written.edited_at = now if known else None
        written.save()
        if known is None:
            telling.tell_later(written)
        figures.touch(current.product_id)
    return written


def take_back(review: Review) -> None:
    """The answer goes."""
    with transaction.atomic():
        current = Review.objects.select_for_update().get(pk=review.pk)
        Answer.objects.filter(review=current).delete()
        figures.touch(current.product_id)
