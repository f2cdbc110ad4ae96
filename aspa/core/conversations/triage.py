"""Sorting: whose it is, what it is about, how urgent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from aspa.core.conversations import access, activities, events
from aspa.core.conversations.changing import Refused, changing
from aspa.core.conversations.models import Conversation, Event, Follow, Label, Reason
from aspa.core.people.models import Contact, Role

if TYPE_CHECKING:
    from aspa.core.people.models import Agent, Team


def assign(conversation: Conversation, *, by: Agent | None, to: Agent | None, reason: str = "") -> Conversation:
    """Give to an agent, or to nobody. Raises Refused when that agent can't answer in this inbox."""
    with changing(conversation) as current:
        if current.assignee_id == (to.pk if to else None):
            return current
        if to is not None and not access.reach(to).may(Role.Permission.REPLY, current.inbox_id):
            raise Refused(_("%(agent)s can't answer in this inbox.") % {"agent": to.name}, code="outsider")
        before = current.assignee_id
        current.assignee = to
        current.save(update_fields=["assignee"])
        code, values = _assignment(by, to, reason.strip()[:300])
        activities.add(
            current, code, agent=by, event=Event.Kind.ASSIGNED, before=before, after=to.pk if to else None, **values
        )
        return current


def _assignment(by: Agent | None, to: Agent | None, reason: str) -> tuple[str, dict[str, Any]]:
    if to is None:
        return "released", {}
    if by is not None and by.pk == to.pk:
        return "taken", {}
    if reason:
        return "transferred", {"whom": to.name, "reason": reason}
    return "assigned", {"whom": to.name}


def assign_team(conversation: Conversation, *, by: Agent | None, to: Team | None) -> Conversation:
    """Move to a team's list, or take it off."""
    with changing(conversation) as current:
        if current.team_id == (to.pk if to else None):
            return current
        before = current.team_id
        current.team = to
        current.save(update_fields=["team"])
        values: dict[str, Any] = {"team": to.name} if to else {}
        activities.add(
            current,
            "team_assigned" if to else "team_released",
            agent=by,
            event=Event.Kind.TEAM_ASSIGNED,
            before=before,
            after=to.pk if to else None,
            **values,
        )
        return current


def label(conversation: Conversation, *, by: Agent | None, name: str) -> Label:
    """Put a label on, making it if the brand doesn't have it yet. Raises Refused for an empty name."""
    name = " ".join(name.split())[:40]
    if not name:
        raise Refused(_("Name the label."), code="empty")
    with changing(conversation) as current:
        label, _created = Label.objects.get_or_create(brand_id=current.brand_id, name=name)
        if not current.labels.filter(pk=label.pk).exists():
            current.labels.add(label)
            events.record(current, Event.Kind.LABELLED, agent=by, label=label.pk, name=name)
        return label


def unlabel(conversation: Conversation, *, by: Agent | None, label: Label) -> None:
    with changing(conversation) as current:
        if current.labels.filter(pk=label.pk).exists():
            current.labels.remove(label)
            events.record(current, Event.Kind.UNLABELLED, agent=by, label=label.pk, name=label.name)


def prioritise(conversation: Conversation, *, by: Agent | None, priority: int) -> Conversation:
    """Set the priority, a `Conversation.Priority`. Raises ValueError for any other number."""
    priority = Conversation.Priority(priority)
    with changing(conversation) as current:
        if current.priority != priority:
            current.priority = priority
            current.save(update_fields=["priority"])
            activities.add(current, "priority", agent=by, event=Event.Kind.PRIORITISED, priority=int(priority))
        return current


def set_reason(conversation: Conversation, *, by: Agent | None, reason: Reason | None) -> Conversation:
    """Record why the customer got in touch. Raises Refused for another brand's reason."""
    with changing(conversation) as current:
        if reason is not None and reason.brand_id != current.brand_id:
            raise Refused(_("That reason belongs to another brand."), code="brand")
        if current.reason_id != (reason.pk if reason else None):
            current.reason = reason
            current.save(update_fields=["reason"])
            events.record(current, Event.Kind.REASON_SET, agent=by, reason=reason.pk if reason else None)
        return current


def set_tier(conversation: Conversation, *, by: Agent | None, tier: str) -> None:
    """Say what the brand calls a customer like this one, "gold" for example; nothing for an ordinary one."""
    tier = " ".join(tier.split())[:40]
    with changing(conversation) as current:
        if Contact.objects.filter(pk=current.contact_id).exclude(tier=tier).update(tier=tier):
            events.record(current, Event.Kind.IDENTIFIED, agent=by, tier=tier)


def rename(conversation: Conversation, *, by: Agent | None, subject: str) -> Conversation:
    subject = " ".join(subject.split())[:200]
    with changing(conversation) as current:
        if current.subject != subject:
            current.subject = subject
            current.save(update_fields=["subject"])
            events.record(current, Event.Kind.RENAMED, agent=by, subject=subject)
        return current


def follow(conversation: Conversation, *, agent: Agent, on: bool) -> None:
    """Hear of what happens here, or no longer. The agent's own matter: not in the journal."""
    if on:
        Follow.objects.get_or_create(agent=agent, conversation=conversation)
    else:
        Follow.objects.filter(agent=agent, conversation=conversation).delete()
