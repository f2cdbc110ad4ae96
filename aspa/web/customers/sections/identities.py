"""By what the customer is known: claimed or verified, how, when and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from aspa.core.people.models import Identity
from aspa.web.customers.panel import PAGE, Section

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent, Contact

ICONS = {"email": "mail", "phone": "phone", "shop": "shopping-cart", "strong": "shield-check"}
HOW = {
    "signed": _("signed in on the shop's pages"),
    "shop": _("told by the shop"),
    "code": _("by a code"),
    "token": _("by the browser"),
    "agent": _("by an agent"),
}
MOST = 20


def identities(agent: Agent, contact: Contact, conversation: Conversation | None) -> dict[str, Any] | None:
    """Browsers aren't told apart; a strong identification and a customer number have no value that says anything."""
    wordless = (Identity.Kind.VISITOR, Identity.Kind.STRONG, Identity.Kind.CUSTOMER)
    known = Identity.objects.filter(contact=contact).exclude(kind__in=wordless)
    found = known.select_related("verified_by").order_by("pk")[:MOST]
    return {
        "identities": [
            {
                "identity": one,
                "icon": ICONS.get(one.kind, "key-round"),
                "how": HOW.get(one.verified_how, one.verified_how),
            }
            for one in found
        ]
    }


section = Section(
    key="identities",
    order=5,
    title=_("Known by"),
    template="customers/sections/identities.html",
    context=identities,
    places=frozenset({PAGE}),
)
