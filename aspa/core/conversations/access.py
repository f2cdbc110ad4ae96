"""Lookup is authorisation: agents reach conversations through here and nowhere else.

An agent sees the inboxes where a grant gives `conversations.read`; anything else is as if it didn't exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from aspa.core.conversations.models import Attachment, Conversation, Message
from aspa.core.conversations.rows import select
from aspa.core.inboxes.models import Grant, Inbox
from aspa.core.people.models import Agent, Contact, Role
from aspa.kit.ids import ROW_IDS, is_client_id

if TYPE_CHECKING:
    from collections.abc import Iterable

Permission = Role.Permission
AROUND = ("inbox", "brand", "contact", "assignee", "team", "reason")
SECRETS = ("inbox.settings", "brand.identity_secret", "assignee.password")


class Reach:
    """What one agent may do where, read once (one query) and asked often.

    `everywhere` are permissions in all inboxes, `by_inbox` those added in single ones.
    """

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self.everywhere: set[str] = set(Permission.values) if agent.is_owner else set()
        self.by_inbox: dict[int, set[str]] = {}
        if agent.is_owner or not agent.is_active:
            return
        for grant in select(Grant, "t.agent_id = %s", [agent.pk], related=("role",)):
            place = self.everywhere if grant.inbox_id is None else self.by_inbox.setdefault(grant.inbox_id, set())
            place.update(grant.role.permissions)

    def may(self, permission: str, inbox_id: int | None = None) -> bool:
        """Without an inbox: may the agent do this everywhere?"""
        if not self.agent.is_active:
            return False
        return permission in self.everywhere or permission in self.by_inbox.get(inbox_id or 0, ())

    def inbox_ids(self, permission: str = Permission.READ) -> list[int] | None:
        """The inboxes where the agent may, or None for all of them."""
        if self.may(permission):
            return None
        return sorted(inbox for inbox in self.by_inbox if self.may(permission, inbox))

    def may_anywhere(self, permission: str) -> bool:
        ids = self.inbox_ids(permission)
        return ids is None or bool(ids)


def reach(agent: Agent) -> Reach:
    """The agent's reach, remembered on the instance for the length of a request."""
    known: Reach | None = getattr(agent, "_reach", None)
    if known is None:
        known = agent._reach = Reach(agent)  # type: ignore[attr-defined]
    return known


def conversations(agent: Agent) -> QuerySet[Conversation]:
    """Every conversation the agent may read."""
    ids = reach(agent).inbox_ids()
    everything = Conversation.objects.select_related("brand", "inbox", "contact", "assignee", "team", "reason")
    # Secrets are decrypted as they are read, twice for each row of a list that shows none of them.
    everything = everything.defer("brand__identity_secret", "inbox__settings")
    return everything if ids is None else everything.filter(inbox_id__in=ids)


def conversation_for(agent: Agent, conversation_id: int, *, may: str = Permission.READ) -> Conversation:
    """One conversation with its inbox, brand, contact and whoever takes care of it.

    Raises Http404 when the agent can't read it, PermissionDenied when reading is all they may.
    """
    found = _read(conversation_id) if conversation_id in ROW_IDS else None
    if found is None or not reach(agent).may(Permission.READ, found.inbox_id):
        raise Http404("No such conversation.")
    if not reach(agent).may(may, found.inbox_id):
        raise PermissionDenied
    return found


def _read(conversation_id: int) -> Conversation | None:
    # Secrets are decrypted as they are read.
    for found in select(Conversation, "t.id = %s", [conversation_id], without=SECRETS, related=AROUND):
        found.inbox.brand = found.brand
        return found
    return None


def message_for(agent: Agent, message_id: int, *, may: str = Permission.READ) -> Message:
    """One message with its conversation. Raises as `conversation_for`."""
    message = Message.objects.filter(pk=message_id).first()
    if message is None:
        raise Http404("No such message.")
    message.conversation = conversation_for(agent, message.conversation_id, may=may)
    return message


def attachment_for(agent: Agent, public_id: str) -> Attachment:
    """A file in a conversation the agent may read, or one they uploaded themselves."""
    found = Attachment.objects.filter(public_id=public_id).select_related("message")
    attachment = found.first() if is_client_id(public_id) else None
    if attachment is None:
        raise Http404("No such file.")
    if attachment.message is not None:
        conversation_for(agent, attachment.message.conversation_id)
    elif attachment.agent_id != agent.pk:
        raise Http404("No such file.")
    return attachment


def contact_for(agent: Agent, contact_id: int) -> Contact:
    """A customer of a brand in which the agent reads some inbox."""
    around, secret = ("brand", "company"), ("brand.identity_secret",)
    found = select(Contact, "t.id = %s", [contact_id], related=around, without=secret) if contact_id in ROW_IDS else []
    if not found or found[0].brand_id not in brand_ids(agent):
        raise Http404("No such customer.")
    return found[0]


def brand_ids(agent: Agent) -> set[int]:
    """The brands in which the agent reads some inbox."""
    ids = reach(agent).inbox_ids()
    inboxes = Inbox.objects.all() if ids is None else Inbox.objects.filter(pk__in=ids)
    return set(inboxes.order_by().values_list("brand_id", flat=True))


def inboxes(agent: Agent, permission: str = Permission.READ) -> QuerySet[Inbox]:
    ids = reach(agent).inbox_ids(permission)
    everything = Inbox.objects.select_related("brand")
    return everything if ids is None else everything.filter(pk__in=ids)


def agents_of(inbox_ids: Iterable[int], permission: str = Permission.READ) -> QuerySet[Agent]:
    """The active agents who may do `permission` in any of these inboxes."""
    # JSON containment differs between the databases, and there are only a handful of roles.
    roles = [role.pk for role in Role.objects.all() if permission in role.permissions]
    granted = Grant.objects.filter(Q(inbox=None) | Q(inbox__in=list(inbox_ids)), role__in=roles).values("agent")
    return Agent.objects.filter(Q(is_owner=True) | Q(pk__in=granted), is_active=True)
