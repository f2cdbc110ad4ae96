"""A customer's comments on articles in their timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aspa.kit import text
from aspa.service.knowledge.models import Comment
from aspa.service.timeline import sources

if TYPE_CHECKING:
    from collections.abc import Sequence

State = Comment.State
TONES = {State.HELD: "promise", State.HIDDEN: "late", State.REMOVED: "late"}


class Commented(sources.Source):
    key = "comments"
    name = gettext_lazy("Comments")
    icon = "message-square"
    model = Comment

    def entries(self, asked: sources.Asked) -> Sequence[sources.Entry]:
        rows = Comment.objects.filter(contact=asked.contact).select_related("version__brand")
        if asked.words:
            rows = rows.filter(asked.holding("text", "version__title"))
        return [
            sources.Entry(
                at=comment.at,
                pk=comment.pk,
                title=_("Commented on “%(title)s”") % {"title": comment.version.title},
                text=text.preview(comment.text),
                url=f"{comment.version.url()}#comment-{comment.pk}",
                state="" if comment.state == State.PUBLISHED else str(State(comment.state).label),
                tone=TONES.get(State(comment.state), ""),
            )
            for comment in asked.older(rows, at="at")
        ]
