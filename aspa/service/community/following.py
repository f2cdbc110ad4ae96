"""Letters to those who follow a question, with a signed link to end it that needs no signing in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from aspa.core.inboxes import letters
from aspa.kit import clock
from aspa.kit import text as texts
from aspa.service.community.models import Answer, Follow, Question
from aspa.service.moderation.states import State

if TYPE_CHECKING:
    from aspa.core.people.models import Contact

SALT = "aspa.community.follow"
# A question that half a town follows is no reason to write to half a town.
MOST_LETTERS = 200


def follow(question: Question, *, contact: Contact) -> None:
    Follow.objects.get_or_create(question=question, contact=contact, defaults={"at": clock.now()})


def unfollow(question: Question, *, contact: Contact) -> None:
    Follow.objects.filter(question=question, contact=contact).delete()


def is_following(question: Question, contact: Contact | None) -> bool:
    return contact is not None and Follow.objects.filter(question=question, contact=contact).exists()


def token_of(follow: Follow) -> str:
    return signing.dumps([follow.question_id, follow.contact_id], salt=SALT, compress=True)


def followed_by(token: str) -> Follow | None:
    """The following that the link in a letter ends; None when it has ended, or the link isn't ours."""
    try:
        question_id, contact_id = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Follow.objects.filter(question=question_id, contact=contact_id).select_related("question__brand").first()


def answered(answer_id: int) -> None:
    """Have those told who follow the question, in the transaction that shows the answer."""
    from aspa.service.community.tasks import tell_followers

    tell_followers.enqueue(answer_id=answer_id)


def tell_all(answer: Answer) -> None:
    """Have each follower told, but not the answer's own author. A letter that fails is tried again by itself: nobody
    else gets a second one."""
    from aspa.service.community.tasks import tell_follower

    follows = Follow.objects.filter(question=answer.question_id).exclude(contact=answer.contact_id or 0)
    with transaction.atomic():
        for follow_id in follows.order_by("pk").values_list("pk", flat=True)[:MOST_LETTERS]:
            tell_follower.enqueue(follow_id=follow_id, answer_id=answer.pk)


def tell(follow: Follow, answer: Answer) -> None:
    """While everybody sees the answer, and as far as we know where to write. Raises what the mail server raises."""
    question = answer.question
    if answer.state != State.PUBLISHED or question.state != State.PUBLISHED or question.is_blank:
        return
    address = letters.addresses([follow.contact_id]).get(follow.contact_id)
    if address and follow.contact.erased_at is None:
        _send(follow, answer, address)


def _send(follow: Follow, answer: Answer, address: str) -> None:
    question, brand = answer.question, answer.question.brand
    language = brand.spoken(follow.contact.language or question.language)
    with override(language):
        path = reverse(
            "helpsite:community-unfollow",
            kwargs={"brand": brand.slug, "language": language, "token": token_of(follow)},
        )
        lines = (
            _("There is a new answer to “%(question)s”:") % {"question": question.title},
            texts.preview(answer.text, 600),
            f"{settings.ASPA_URL}{question.url()}#a{answer.pk}",
            _("You get this letter as you follow the question. No more letters about it: %(address)s")
            % {"address": f"{settings.ASPA_URL}{path}"},
        )
        subject = _("Answered: %(question)s") % {"question": texts.preview(question.title, 80)}
        letters.send(brand, address, subject, lines, unsubscribe=f"{settings.ASPA_URL}{path}")
