"""The letter that tells a review's author of the merchant's answer; a link in it ends such letters without signing in."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from aspa.core.inboxes import letters
from aspa.kit import clock
from aspa.kit import text as texts
from aspa.kit.tasks import task
from aspa.service.moderation.states import State
from aspa.service.reviews import purchases
from aspa.service.reviews.models import Answer, Review

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand

SALT = "aspa.reviews.letters"
# Meanwhile the answer can be put right or taken back without anybody having been told.
PAUSE = dt.timedelta(minutes=2)


def tell_later(answer: Answer) -> None:
    """In the transaction that writes the answer."""
    tell_author.enqueue_at(clock.now() + PAUSE, answer_id=answer.pk)


@task(retries=4, backoff=60)
def tell_author(answer_id: int) -> None:
    """One letter for each answer, while everybody sees the review."""
    untold = Answer.objects.filter(pk=answer_id, told_at=None)
    shown = untold.filter(review__state=State.PUBLISHED, review__wants_letters=True)
    answer = shown.select_related("review__brand", "review__contact", "review__order", "review__product").first()
    if answer is None or answer.review.contact.erased_at is not None:
        return
    address = purchases.address_of(answer.review.contact, answer.review.order)
    # Claimed before the letter is sent and not around it: a mail server takes its time, and on SQLite nobody could write.
    if not address or not untold.update(told_at=clock.now()):
        return
    try:
        _send(answer, address)
    except Exception:
        Answer.objects.filter(pk=answer.pk).update(told_at=None)
        raise


def written(brand: Brand, token: str) -> Review | None:
    """The review to whose letters a link belongs; None when it isn't ours, or the review is gone."""
    try:
        public_id = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return Review.objects.filter(public_id=public_id, brand=brand).select_related("product").first()


def end(review: Review) -> None:
    """No letter tells of answers to it any more."""
    Review.objects.filter(pk=review.pk).update(wants_letters=False)


def _send(answer: Answer, address: str) -> None:
    review = answer.review
    brand, language = review.brand, review.brand.spoken(review.contact.language or review.language)
    place = {"brand": brand.slug, "language": language}
    token = signing.dumps(review.public_id, salt=SALT)
    page = reverse("helpsite:reviews-one", kwargs={**place, "public_id": review.public_id})
    stop = settings.ASPA_URL + reverse("helpsite:reviews-letters", kwargs={**place, "token": token})
    with override(language):
        lines = (
            _("%(brand)s has answered your review of “%(product)s”:")
            % {"brand": brand.name, "product": review.product},
            texts.preview(answer.text, 1000),
            f"{settings.ASPA_URL}{page}",
            _("You get this letter as you wrote the review. No more letters about it: %(address)s") % {"address": stop},
        )
        subject = _("Your review was answered: %(product)s") % {"product": texts.preview(str(review.product), 80)}
        letters.send(brand, address, subject, lines, unsubscribe=stop)
