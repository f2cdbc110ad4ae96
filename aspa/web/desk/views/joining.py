"""When one matter is two conversations, or two are one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.http import Http404
from django.utils.translation import gettext as _

from aspa.core.conversations import access, joining
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models.conversation import FIRST_REFERENCE
from aspa.core.people.models import Role
from aspa.kit.ids import row_id
from aspa.web.desk.doors import Done, verb
from aspa.web.desk.views.sorting import url

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.web.desk.doors import AgentRequest


@verb(may=Role.Permission.MODERATE)
def merge(request: AgentRequest, conversation: Conversation) -> Done:
    target = other(request, may=Role.Permission.MODERATE)
    joining.merge(conversation, into=target, by=request.user)
    return Done(
        _("Merged into %(reference)s.") % {"reference": target.reference},
        undo={"url": url("unmerge", conversation), "values": {}},
        go=url("conversation", target),
        changed=[target.pk],
    )


@verb(may=Role.Permission.MODERATE)
def unmerge(request: AgentRequest, conversation: Conversation) -> Done:
    into = conversation.merged_into_id
    joining.unmerge(conversation, by=request.user)
    return Done(_("Taken apart again."), go=url("conversation", conversation), changed=[into] if into else [])


@verb(may=Role.Permission.MODERATE)
def split(request: AgentRequest, conversation: Conversation) -> Done:
    message = access.message_for(request.user, row_id(request.POST.get("message", "")) or 0)
    new = joining.split(conversation, at=message, by=request.user)
    return Done(
        _("Split to %(reference)s.") % {"reference": new.reference},
        undo={"url": url("merge", new), "values": {"other": conversation.pk}},
        go=url("conversation", new),
        changed=[new.pk],
    )


@verb()
def link(request: AgentRequest, conversation: Conversation) -> Done:
    target = other(request)
    joining.link(conversation, to=target, by=request.user)
    return Done(
        _("Linked with %(reference)s.") % {"reference": target.reference},
        undo={"url": url("unlink", conversation), "values": {"other": target.pk}},
    )


@verb()
def unlink(request: AgentRequest, conversation: Conversation) -> Done:
    target = other(request)
    joining.unlink(conversation, other=target, by=request.user)
    return Done(_("Link removed."), undo={"url": url("link", conversation), "values": {"other": target.pk}})


def other(request: AgentRequest, *, may: str = Role.Permission.READ) -> Conversation:
    """The other conversation: `other` is its id, `reference` what people call it ("A-20817"). Raises Refused."""
    given, reference = request.POST.get("other", ""), request.POST.get("reference", "")
    digits = re.search(r"(\d+)\s*$", reference)
    pk = row_id(given)
    if pk is None:
        pk = ((row_id(digits[1]) if digits else None) or 0) - FIRST_REFERENCE
    try:
        return access.conversation_for(request.user, pk, may=may)
    except Http404:
        raise Refused(_("There is no conversation with that number."), code="unknown") from None
