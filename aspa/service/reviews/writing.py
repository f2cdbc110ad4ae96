"""Writing a review and editing it: one for each customer and product, judged by moderation before others see it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from aspa.core.conversations.changing import Refused
from aspa.core.people import changes
from aspa.core.people.models import Contact
from aspa.kit import clock, text
from aspa.service.moderation import authors, names, submitting
from aspa.service.moderation.models import Item
from aspa.service.moderation.states import State
from aspa.service.reviews import figures, photos, products, purchases
from aspa.service.reviews.models import Review, Version
from aspa.service.reviews.moderated import KIND
from aspa.service.reviews.policies import policy_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from aspa.service.commerce.models import Order
    from aspa.service.moderation.submitting import Verdict
    from aspa.service.reviews.photos import Picture

LONGEST_TITLE, LONGEST_TEXT, LONGEST_NAME = 120, 4000, 40


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What somebody says. `name`: as others shall see it; `stars`: 1 to 5."""

    stars: int
    name: str
    title: str = ""
    text: str = ""
    language: str = ""

    def cleaned(self) -> Words:
        """Raises Refused for what is no review."""
        if self.stars not in range(1, 6):
            raise Refused(_("Give one to five stars."), code="stars")
        name = " ".join(text.clean(self.name).split())
        title = " ".join(text.clean(self.title).split())
        said = text.clean(self.text)
        if not name:
            raise Refused(_("Say by which name you are shown; a first name or a nickname will do."), code="name")
        if len(name) > LONGEST_NAME or len(title) > LONGEST_TITLE or len(said) > LONGEST_TEXT:
            raise Refused(
                _("That is longer than fits: at most %(most)s characters of text.") % {"most": LONGEST_TEXT},
                code="long",
            )
        return dataclasses.replace(self, name=name, title=title, text=said)


@dataclasses.dataclass(frozen=True, slots=True)
class Written:
    review: Review
    verdict: Verdict


def may_write(contact: Contact, sku: str) -> bool:
    """Whether this customer may review this product."""
    if purchases.proof(contact, sku) is not None:
        return True
    return not policy_of(contact.brand_id).buyers_only and products.told(contact.brand_id, sku) is not None


def mine(contact: Contact, sku: str) -> Review | None:
    """What this customer has written of the product, whatever became of it."""
    if not products.is_code(sku):
        return None
    return Review.objects.filter(product__brand=contact.brand_id, product__sku=sku, contact=contact).first()


def skus_of(contact: Contact) -> set[str]:
    """The codes of the products that this customer has reviewed."""
    return set(Review.objects.filter(contact=contact).values_list("product__sku", flat=True))


def write(
    contact: Contact,
    sku: str,
    words: Words,
    *,
    pictures: Sequence[Picture] = (),
    without: Collection[str] = (),
) -> Written:
    """Write the review, or what it says from now on; the former words are kept.

    `contact` has signed in or follows a signed link: this is no place for a claim. `without`: public ids of photos
    that go. Raises Refused: who hasn't bought it, what has been removed, what is no review.
    """
    said = words.cleaned()
    with photos.storing(pictures) as stored, transaction.atomic():
        # One at a time: a form that is sent twice must not meet itself.
        person = Contact.objects.select_for_update().select_related("brand").get(pk=contact.pk)
        names.must_be_own(said.name, person.brand)
        order = purchases.proof(person, sku)
        if order is None and not may_write(person, sku):
            raise Refused(_("Only those who have bought the product from us can review it."), code="not_bought")
        known = mine(person, sku)
        review = _edited(known, said, order) if known else _new(person, sku, said, order)
        photos.change(review, stored, without=without)
        verdict = submitting.submit(
            KIND, review.pk, brand=person.brand, contact=person, text="\n".join((said.name, said.title, said.text))
        )
        changes.touch([person.pk])
    review.refresh_from_db()
    return Written(review, verdict)


def short_name(name: str) -> str:
    """ "Maija Koskinen" is "Maija K." to strangers, until she says otherwise."""
    words = name.split()
    if not words:
        return ""
    return (f"{words[0]} {words[-1][0]}." if len(words) > 1 else words[0])[:LONGEST_NAME]


def _new(person: Contact, sku: str, said: Words, order: Order | None) -> Review:
    name = next((one.name for one in purchases.in_order(order) if one.sku == sku), "") if order else ""
    return Review.objects.create(
        product=products.kept(person.brand_id, sku, name=name),
        brand_id=person.brand_id,
        contact=person,
        order=order,
        is_buyer=order is not None,
        created_at=clock.now(),
        **dataclasses.asdict(said),
    )


def _edited(known: Review, said: Words, order: Order | None) -> Review:
    # Moderation locks its item before the review; whoever does it the other way round could wait without end.
    Item.objects.select_for_update().filter(kind=KIND, key=known.pk).first()
    review = Review.objects.select_for_update().get(pk=known.pk)
    if review.state == State.REMOVED:
        raise Refused(_("Your review of this product has been removed, so it can't be written anew."), code="removed")
    authors.must_be_editable(review.created_at, authors.OPINION)
    if review.is_shown:
        # Out of the figures until the new words have been judged.
        figures.gone(review.product_id, review.stars)
    before = {"stars": review.stars, "title": review.title, "text": review.text, "name": review.name}
    now = clock.now()
    if before != {name: getattr(said, name) for name in before}:
        Version.objects.create(review=review, until=now, **before)
        review.edited_at = now
    for name, value in dataclasses.asdict(said).items():
        setattr(review, name, value)
    review.order, review.is_buyer = order or review.order, review.is_buyer or order is not None
    review.state = State.HELD
    review.save()
    return review
