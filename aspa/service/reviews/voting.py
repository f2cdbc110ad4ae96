"""Readers say that a review was helpful: each once, and nobody of their own."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from aspa.core.conversations.changing import Refused
from aspa.core.people.models import Contact
from aspa.kit import clock
from aspa.service.reviews.models import Helpful, Review


def find_helpful(review: Review, contact: Contact) -> bool:
    """Note it, or take it back; returns whether it stands now. Raises Refused for the author."""
    if review.contact_id == contact.pk:
        raise Refused(_("That is your own review."), code="own")
    with transaction.atomic():
        current = Review.objects.select_for_update().get(pk=review.pk)
        _vote, is_new = Helpful.objects.get_or_create(review=current, contact=contact, defaults={"at": clock.now()})
        if not is_new:
            Helpful.objects.filter(review=current, contact=contact).delete()
        current.helpful = max(0, current.helpful + (1 if is_new else -1))
        current.save(update_fields=["helpful"])
    return is_new
