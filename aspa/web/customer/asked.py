"""What the customer is asked to show: that an address is theirs, or who they are."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from aspa.service.verification import codes, couriers, identifying

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """`where`: the address to which a code went, masked; `identify_at`: where to identify oneself, `by` what."""

    where: str = ""
    identify_at: str = ""
    by: str = ""


def of(conversation: Conversation) -> Asked | None:
    challenge = codes.open_ones(conversation.contact_id).order_by("-pk").first()
    identification = identifying.waiting_for(conversation.contact_id)
    if challenge is None and identification is None:
        return None
    return Asked(
        where=couriers.masked(challenge.kind, challenge.value) if challenge else "",
        identify_at=identifying.address(identification) if identification else "",
        by=identification.provider.name if identification and identification.provider else "",
    )
