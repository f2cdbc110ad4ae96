"""Letters to those who follow a question, with a signed link to end it that needs no signing in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
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


def tell(answer: Answer) -> int:
    """Write to the followers, but not to the answer's own author; returns how many letters went."""
    question = answer.question
    if answer.state != State.PUBLISHED or question.state != State.PUBLISHED or question.is_blank:
        return 0
    follows = Follow.objects.filter(question=question).exclude(contact=answer.contact_id or 0)
    found = list(follows.select_related("contact").order_by("pk")[:MOST_LETTERS])
    addresses = letters.addresses([one.contact_id for one in found])
    told = [one for one in found if one.contact_id in addresses and one.contact.erased_at is None]
    for one in told:
        _send(one, answer, addresses[one.contact_id])
    return len(told)


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
