"""A question with its answers as search engines take it: schema.org/QAPage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

from aspa.service.knowledge import rendering

if TYPE_CHECKING:
    from aspa.service.community.models import Question
    from aspa.service.community.published import Thread, Written

MOST_ANSWERS = 10


def of(thread: Thread, question: Question) -> dict[str, Any] | None:
    """Of what everybody sees; None while nobody has answered, as search engines want it.

    https://developers.google.com/search/docs/appearance/structured-data/qapage
    """
    answers = [one for one in thread.answers if one.row.is_published]
    if not answers or question.is_blank:
        return None
    accepted = [_answer(one, question) for one in answers if one.is_accepted]
    others = [_answer(one, question) for one in answers if not one.is_accepted][:MOST_ANSWERS]
    entity: dict[str, Any] = {
        "@type": "Question",
        "name": question.title,
        "text": plain(question.html) or question.title,
        "answerCount": len(answers),
        "upvoteCount": question.vote_count,
        "datePublished": (question.published_at or question.created_at).isoformat(),
        "author": {"@type": "Person", "name": thread.question.author.name},
    }
    if accepted:
        entity["acceptedAnswer"] = accepted[0]
    if others:
        entity["suggestedAnswer"] = others
    return {"@type": "QAPage", "mainEntity": entity}


def plain(html: str) -> str:
    return rendering.plain(html)


def _answer(written: Written, question: Question) -> dict[str, Any]:
    row, author = written.row, written.author
    return {
        "@type": "Answer",
        "text": plain(row.html),
        "upvoteCount": row.vote_count,
        "datePublished": row.created_at.isoformat(),
        "url": f"{settings.ASPA_URL}{question.url()}#a{row.pk}",
        "author": {"@type": "Organization" if author.is_staff else "Person", "name": author.name},
    }
