"""What readers write under articles. Others see a comment once moderation has published it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aspa.core.conversations.changing import Refused
from aspa.kit import clock
from aspa.kit.text import clean
from aspa.service.knowledge.models import Comment, Kind, Version
from aspa.service.moderation import authors, submitting
from aspa.service.moderation.kinds import Shown

if TYPE_CHECKING:
    from collections.abc import Collection

    from aspa.core.people.models import Contact
    from aspa.service.moderation.states import State
    from aspa.service.moderation.submitting import Verdict

LONGEST = 5000
# As many are shown; a lively talk belongs to the community.
MOST = 200
# A question with its answer is short, and is mended rather than discussed.
KINDS = frozenset({Kind.ARTICLE.value, Kind.VIDEO.value, Kind.POST.value})


class Comments:
    """How moderation reaches them."""

    key = "comment"
    name = gettext_lazy("Comment")
    icon = "message-square"

    def becomes(self, key: int, state: State) -> None:
        Comment.objects.filter(pk=key).update(state=state.value)

    def shown(self, keys: Collection[int]) -> dict[int, Shown]:
        found = Comment.objects.filter(pk__in=keys).select_related("version__brand")
        return {one.pk: _shown(one) for one in found}


def write(version: Version, contact: Contact, text: str) -> Verdict:
    """Raises Refused for an empty or endless one, and for what moderation doesn't take at all."""
    text = _checked(text)
    with transaction.atomic():
        made = Comment.objects.create(version=version, contact=contact, text=text, at=clock.now())
        return submitting.submit(Comments.key, made.pk, brand=version.brand, contact=contact, text=text)


def edit(comment: Comment, contact: Contact, text: str) -> Verdict:
    """Its author puts it right; it is judged anew. Raises Refused."""
    text = _checked(text)
    with transaction.atomic():
        current = _own(comment, contact)
        authors.must_be_editable(current.at)
        if current.text != text:
            current.text, current.edited_at = text, clock.now()
            current.save(update_fields=["text", "edited_at"])
        return submitting.submit(Comments.key, current.pk, brand=current.version.brand, contact=contact, text=text)


def take_back(comment: Comment, contact: Contact) -> None:
    """Its author deletes it. Raises Refused."""
    with transaction.atomic():
        remove([_own(comment, contact).pk])


def remove(keys: Collection[int]) -> None:
    """These comments, and what moderation knows of them; in a transaction."""
    for key in keys:
        submitting.withdraw(Comments.key, key)
    Comment.objects.filter(pk__in=keys).delete()


def own(version: Version, contact: Contact, key: int) -> Comment | None:
    """One that this reader wrote under the version and may still see."""
    mine = version.comments.filter(pk=key, contact=contact, state__in=(Comment.State.PUBLISHED, Comment.State.HELD))
    return mine.first()


def of(version: Version, contact: Contact | None) -> list[Comment]:
    """The oldest first: those that are published, and the reader's own that wait."""
    seen = Q(state=Comment.State.PUBLISHED)
    if contact is not None:
        seen |= Q(state=Comment.State.HELD, contact=contact)
    return list(version.comments.filter(seen).select_related("contact").order_by("at", "pk")[:MOST])


def _checked(text: str) -> str:
    text = clean(text)
    if not text:
        raise Refused(_("Write what you want to say."), code="empty")
    if len(text) > LONGEST:
        raise Refused(_("That is longer than a comment can be."), code="long")
    return text


def _own(comment: Comment, contact: Contact) -> Comment:
    rows = Comment.objects.select_for_update(of=("self",)).select_related("version__brand")
    current = rows.filter(pk=comment.pk, contact=contact).exclude(state=Comment.State.REMOVED).first()
    if current is None:
        raise Refused(_("There is nothing here any more."), code="gone")
    return current


def _shown(comment: Comment) -> Shown:
    author = comment.contact.display_name if comment.contact else ""
    version = comment.version
    return Shown(title=author, text=comment.text, url=f"{version.url()}#comment-{comment.pk}", about=version.title)
