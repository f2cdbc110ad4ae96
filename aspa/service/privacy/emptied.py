"""Customers of whom nothing is left: no conversation, order, review or anything else that was theirs, only who they are.

It goes by the tables that refer to a customer, so that a new one counts as something without anybody thinking of it.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, ForeignObjectRel, OuterRef, Q, QuerySet

from aspa.core.conversations.models import Message
from aspa.core.people.models import Contact
from aspa.service.privacy import erasing
from aspa.service.privacy.models import Erasure

# Of itself no reason to know somebody: how they are reached, what they agreed to, and what we worked out or noted by that.
WHO_THEY_ARE = {
    "community.Member",
    "desk.ShownPictures",
    "people.ContactChange",
    "people.Identity",
    "privacy.Consent",
    "receipts.Given",
    "segments.Membership",
    "timeline.Change",
    "timeline.Moment",
    "timeline.Preference",
    "verification.Challenge",
}


def contacts() -> QuerySet[Contact]:
    """Living ones that nothing belongs to. A guest of a shop is one by their orders; a customer account is something."""
    rows = Contact.objects.filter(erased_at=None, merged_into=None)
    # Those without a way back from the customer are hidden.
    for relation in Contact._meta.get_fields(include_hidden=True):
        model: Any = relation.related_model
        if not isinstance(relation, ForeignObjectRel) or model is Message or model._meta.label in WHO_THEY_ARE:
            continue
        theirs = Q(**{relation.field.name: OuterRef("pk")})
        if model._meta.label == "commerce.Customer":
            theirs &= Q(is_guest=False)
        rows = rows.filter(~Exists(model._base_manager.filter(theirs)))
    return rows


def remove(pks: list[Any]) -> None:
    """Have them erased; their numbers stay for the figures. Who has written in somebody else's conversation stays, too."""
    # Asked once for them all: no index leads from a customer to single messages.
    writers = set(Message.objects.filter(contact__in=pks).values_list("contact", flat=True).distinct())
    for contact in Contact.objects.filter(pk__in=set(pks) - writers).order_by("pk"):
        erasing.erase(contact, by=None, reason=Erasure.Reason.NOT_NEEDED)
