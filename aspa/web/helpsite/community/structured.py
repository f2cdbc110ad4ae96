"""A question with its answers as search engines take it: schema.org/QAPage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

from aspa.service.knowledge import rendering

if TYPE_CHECKING:
    from aspa.service.community.models import Question
    from aspa.service.community.published import Author, Thread, Written

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
        "inLanguage": question.language,
        **_author(thread.question.author),
    }
    if accepted:
        entity["acceptedAnswer"] = accepted[0]
    if others:
        entity["suggestedAnswer"] = others
    return {"@type": "QAPage", "mainEntity": entity}


def plain(html: str) -> str:
    return rendering.plain(html)


def _answer(written: Written, question: Question) -> dict[str, Any]:
    row = written.row
    return {
        "@type": "Answer",
        "text": plain(row.html),
        "upvoteCount": row.vote_count,
        "datePublished": row.created_at.isoformat(),
        "url": f"{settings.ASPA_URL}{question.url()}#a{row.pk}",
        **_author(written.author),
    }


def _author(author: Author) -> dict[str, Any]:
    """Staff is a person, too; who was erased is nobody."""
    if not author.name:
        return {}
    person = {"@type": "Person", "name": author.name}
    return {"author": {**person, "jobTitle": author.title} if author.title else person}
