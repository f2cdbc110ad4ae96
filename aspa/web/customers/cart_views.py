"""Offering the customer their cart by hand, once the matter is solved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aspa.core.conversations import access
from aspa.core.conversations.changing import Refused
from aspa.core.people.models import Role
from aspa.service.carts import offering
from aspa.web.customers.doors import changed
from aspa.web.desk.doors import for_agents, refused

if TYPE_CHECKING:
    from django.http import HttpResponse

    from aspa.web.desk.doors import AgentRequest


@require_POST
@for_agents
def offer(request: AgentRequest, conversation_id: int) -> HttpResponse:
    conversation = access.conversation_for(request.user, conversation_id, may=Role.Permission.REPLY)
    try:
        offering.offer(conversation, by=request.user)
    except Refused as refusal:
        return refused(refusal)
    return changed(_("The customer was shown their cart."))
