"""A public answer becomes an article, as a draft for somebody to finish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from aspa.core.conversations import access
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Role
from aspa.service.knowledge import arranging, publishing
from aspa.service.knowledge.models import Kind

if TYPE_CHECKING:
    from aspa.core.people.models import Agent
    from aspa.service.community.models import Answer
    from aspa.service.knowledge.models import Version


def may_write(agent: Agent, brand_id: int) -> bool:
    ids = access.reach(agent).inbox_ids(Role.Permission.CONTENT)
    return ids is None or Inbox.objects.filter(pk__in=ids, brand=brand_id).exists()


def from_answer(answer: Answer, *, by: Agent) -> Version:
    """The question as its title, the answer as its text, and about the same things. No name of a customer goes along."""
    question = answer.question
    if not may_write(by, question.brand_id):
        raise PermissionDenied
    text = publishing.Text(title=question.title, body=answer.text)
    with transaction.atomic():
        version = publishing.create(
            question.brand, Kind.FAQ, question.language, text, by=by, from_conversation=question.conversation
        )
        about = [(one.kind, one.value) for one in question.selectors.all()]
        if about:
            article = version.article
            arranging.describe(
                article, kind=article.kind, audience=article.audience, category=article.category, selectors=about
            )
        return version
