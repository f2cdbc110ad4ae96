"""How well we know who this is: the strong identification, what was asked, and what can be asked now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from aspa.core.conversations.access import reach
from aspa.core.people.models import Identity, Role
from aspa.kit import clock
from aspa.service.timeline.held import held
from aspa.service.verification import codes, couriers
from aspa.service.verification.models import Challenge, Identification, Provider
from aspa.web.customers.panel import Section

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent, Contact

State = Identification.State
MOST = 5


def verification(agent: Agent, contact: Contact, conversation: Conversation | None) -> dict[str, Any] | None:
    newest = _identifications(contact)
    badge = next((one for one in newest if one.state == State.DONE), None)
    asked = next((one for one in newest if one.state == State.ASKED and one.expires_at > clock.now()), None)
    challenges = list(codes.open_ones(contact.pk).order_by("-pk")[:MOST]) if held(contact, [Challenge]) else []
    may_ask = _may_ask(agent, conversation)
    waiting = {(one.kind, one.value) for one in challenges}
    values = {
        "badge": badge,
        "other": bool(newest) and newest[0].state == State.OTHER_PERSON,
        "asked": asked,
        "challenges": [(one, couriers.masked(one.kind, one.value)) for one in challenges],
        "claims": [one for one in _claims(contact) if (one.kind, one.value) not in waiting] if may_ask else [],
        "providers": list(Provider.objects.filter(brand=contact.brand_id, is_active=True)) if may_ask else [],
    }
    return values if any(values.values()) else None


def _identifications(contact: Contact) -> list[Identification]:
    if not held(contact, [Identification]):
        return []
    found = Identification.objects.filter(contact=contact).exclude(state=State.VOID)
    return list(found.select_related("provider").order_by("-at", "-pk")[:MOST])


def _may_ask(agent: Agent, conversation: Conversation | None) -> bool:
    """Asking is something that is said in a conversation."""
    if conversation is None or conversation.is_closed:
        return False
    return reach(agent).may(Role.Permission.REPLY, conversation.inbox_id)


def _claims(contact: Contact) -> list[Identity]:
    told = Identity.objects.filter(contact=contact, verified_at__isnull=True).order_by("pk")[: MOST * 2]
    return [one for one in told if couriers.reaches(one.kind)][:MOST]


section = Section(
    key="verification",
    order=10,
    title=_("Who this is"),
    template="customers/sections/verification.html",
    context=verification,
    looked_into=(Identification, Challenge),
)
