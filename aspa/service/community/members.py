"""Customers as others see them, and the points that they have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from aspa.core.conversations.changing import Refused
from aspa.kit import text as texts
from aspa.service.community.models import LONGEST_NAME, Answer, Member, Question
from aspa.service.moderation import names
from aspa.service.moderation.states import State

if TYPE_CHECKING:
    from aspa.core.people.models import Contact

ACCEPTED, VOTED = 5, 1


def member_of(contact: Contact) -> Member | None:
    return Member.objects.filter(contact=contact.pk).first()


def proposed_name(contact: Contact) -> str:
    """The first name and a letter of the last one; nothing for somebody who hasn't told us theirs."""
    words = contact.name.split()
    if not words:
        return ""
    return (f"{words[0]} {words[-1][0]}." if len(words) > 1 else words[0])[:LONGEST_NAME]


def join(contact: Contact, name: str) -> Member:
    """Be seen under this name from now on. Raises Refused for one that can't be."""
    name = " ".join(texts.clean(name).split())[:LONGEST_NAME]
    if len(name) < 2 or not any(letter.isalpha() for letter in name):
        raise Refused(_("Choose the name that others see."), code="name")
    names.must_be_own(name, contact.brand)
    member, _is_new = Member.objects.update_or_create(contact=contact, defaults={"name": name})
    return member


def count_points(contact_ids: set[int]) -> None:
    """Work out anew what these have, of what is published."""
    for contact_id in sorted(contact_ids):
        answers = Answer.objects.filter(contact=contact_id, state=State.PUBLISHED, question__state=State.PUBLISHED)
        questions = Question.objects.filter(contact=contact_id, state=State.PUBLISHED)
        votes = sum(rows.aggregate(sum=Sum("vote_count"))["sum"] or 0 for rows in (answers, questions))
        accepted = Question.objects.filter(
            accepted__contact=contact_id, accepted__state=State.PUBLISHED, state=State.PUBLISHED
        ).exclude(contact=contact_id)
        points = ACCEPTED * accepted.aggregate(count=Count("pk"))["count"] + VOTED * votes
        Member.objects.filter(contact=contact_id).update(points=points)
