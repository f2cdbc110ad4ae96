"""What Aspa itself does about whose a conversation is: gives what waits to an agent, takes it back from who isn't there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aspa.core.conversations import access, activities
from aspa.core.conversations.changing import changing
from aspa.core.conversations.models import Conversation, Event
from aspa.core.people.models import Role

if TYPE_CHECKING:
    from aspa.core.people.models import Agent


def waits_for_anybody(conversation: Conversation) -> bool:
    """Whether its customer waits and nobody has it."""
    return _waits(conversation) and conversation.assignee_id is None


def give(conversation: Conversation, *, to: Agent, why: Mapping[str, Any]) -> bool:
    """Give to an agent what nobody has, saying why (`because.words`).

    False, and nothing is changed, when somebody has it by now, its customer no longer waits or the agent may not
    answer there.
    """
    with changing(conversation) as current:
        if not waits_for_anybody(current) or not access.reach(to).may(Role.Permission.REPLY, current.inbox_id):
            return False
        current.assignee = to
        current.save(update_fields=["assignee"])
        values: dict[str, Any] = {"before": None, "after": to.pk, "whom": to.name, "why": dict(why)}
        activities.add(current, "routed", event=Event.Kind.ASSIGNED, **values)
        return True


def take_back(conversation: Conversation, *, of: Agent, gone: str) -> bool:
    """Take from an agent whose customer waits in vain. `gone` says why: away, off or lost.

    False, and nothing is changed, when it is somebody else's by now or the customer no longer waits.
    """
    with changing(conversation) as current:
        if not _waits(current) or current.assignee_id != of.pk:
            return False
        current.assignee = None
        current.save(update_fields=["assignee"])
        values: dict[str, Any] = {"before": of.pk, "after": None, "whom": of.name, "gone": gone}
        activities.add(current, "moved_on", event=Event.Kind.ASSIGNED, **values)
        return True


def _waits(conversation: Conversation) -> bool:
    return conversation.status == Conversation.Status.OPEN and conversation.is_waiting_for_us
