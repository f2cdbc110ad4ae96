"""Which policy a conversation has."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aspa.core.conversations.models import Conversation
    from aspa.service.sla.models import Policy


@dataclasses.dataclass(frozen=True, slots=True)
class Matter:
    """What policies ask of a conversation."""

    inbox_id: int
    reason_id: int | None
    priority: int
    tier: str

    @classmethod
    def of(cls, conversation: Conversation) -> Matter:
        contact = conversation.contact
        return cls(conversation.inbox_id, conversation.reason_id, conversation.priority, contact.tier.casefold())


def first_fitting(policies: Iterable[Policy], matter: Matter) -> Policy | None:
    """The first in use that fits; `policies` are in their order."""
    return next((policy for policy in policies if policy.is_active and fits(policy, matter)), None)


def fits(policy: Policy, matter: Matter) -> bool:
    asked = (
        (policy.inboxes, matter.inbox_id),
        (policy.reasons, matter.reason_id),
        (policy.priorities, matter.priority),
        (policy.tiers, matter.tier),
    )
    return all(not allowed or value in allowed for allowed, value in asked)
