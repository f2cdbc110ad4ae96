"""When one matter is two conversations, or two are one: merge and its undo, split, link."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from aspa.core.conversations import activities, drafts, events, turns
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Conversation, ConversationLink, Event, Message
from aspa.kit import clock, text

if TYPE_CHECKING:
    from aspa.core.people.models import Agent

CLOSED = Conversation.Status.CLOSED
# What a merge changes of the conversation that goes away, and its undo restores.
MOMENTS = ("closed_at", "snoozed_until", "solved_asked_at")
STATE = ("status", "closed_how", "closed_reason", *MOMENTS)


def merge(conversation: Conversation, *, into: Conversation, by: Agent) -> Conversation:
    """Move everything of `conversation` into `into`; the emptied one points there and can be taken apart again.

    Only one customer's conversations merge: another person must never read them. Raises Refused otherwise.
    """
    with transaction.atomic():
        source, target = _lock(conversation, into)
        if source.pk == target.pk:
            raise Refused(_("Choose another conversation."), code="same")
        if source.contact_id != target.contact_id:
            raise Refused(_("These are two customers' conversations. Link them instead."), code="contact")
        if Conversation.ClosedHow.MERGED in (source.closed_how, target.closed_how):
            raise Refused(_("One of these has been merged already."), code="merged")
        if target.is_closed and not source.is_closed:
            raise Refused(_("The other conversation has ended. Open it again first."), code="closed")
        before = _state(source)
        Message.objects.filter(conversation=source, origin=None).update(origin=source)
        Message.objects.filter(conversation=source).update(conversation=target)
        drafts.move(source, target)
        source.status, source.closed_how, source.closed_reason = CLOSED, Conversation.ClosedHow.MERGED, ""
        source.closed_at, source.merged_into = clock.now(), target
        source.snoozed_until = source.solved_asked_at = None
        _refresh(source)
        activities.add(
            source, "merged_away", agent=by, event=Event.Kind.MERGED, reference=target.reference, before=before
        )
        _refresh(target)
        activities.add(
            target, "merged", agent=by, event=Event.Kind.MERGED, reference=source.reference, source=source.pk
        )
        return target


def unmerge(conversation: Conversation, *, by: Agent) -> Conversation:
    """Take a merge back: what was written in `conversation` returns to it. Raises Refused when it isn't merged."""
    with transaction.atomic():
        found = Conversation.objects.filter(pk=conversation.pk).values_list("merged_into", flat=True).first()
        if found is None:
            raise Refused(_("This conversation hasn't been merged."), code="not_merged")
        source, target = _lock(conversation, Conversation(pk=found))
        if source.merged_into_id != target.pk:
            raise Refused(_("This conversation hasn't been merged."), code="not_merged")
        if target.merged_into is not None:
            later = {"reference": target.merged_into.reference}
            raise Refused(_("Take the later merge into %(reference)s back first.") % later, code="later")
        Message.objects.filter(conversation=target, origin__in=_merged_tree(source)).update(conversation=source)
        Message.objects.filter(conversation=source, origin=source).update(origin=None)
        source.merged_into = None
        _restore(source, _state_before_merge(source))
        _refresh(source)
        activities.add(source, "unmerged", agent=by, event=Event.Kind.UNMERGED, reference=source.reference)
        _refresh(target)
        activities.add(target, "unmerged", agent=by, event=Event.Kind.UNMERGED, reference=source.reference)
        return source


def split(conversation: Conversation, *, at: Message, by: Agent) -> Conversation:
    """Move the message `at` and everything after it to a new conversation of the same customer, linked to this one."""
    with transaction.atomic():
        source, _same = _lock(conversation, conversation)
        if at.conversation_id != source.pk:
            raise Refused(_("That message isn't in this conversation."), code="elsewhere")
        if not Message.objects.filter(conversation=source, pk__lt=at.pk, kind=Message.Kind.INCOMING).exists():
            raise Refused(_("Something of the customer's must stay here. Choose a later message."), code="first")
        new = Conversation.objects.create(
            brand=source.brand,
            inbox=source.inbox,
            contact=source.contact,
            language=source.language,
            assignee=source.assignee,
            team=source.team,
            created_at=clock.now(),
            last_activity_at=source.last_activity_at,
        )
        Message.objects.filter(conversation=source, pk__gte=at.pk).update(conversation=new)
        ConversationLink.objects.create(
            source=new, target=source, kind=ConversationLink.Kind.SPLIT, created_at=clock.now()
        )
        _refresh(new)
        activities.add(new, "split", agent=by, event=Event.Kind.SPLIT, reference=source.reference)
        _refresh(source)
        activities.add(source, "split_away", agent=by, event=Event.Kind.SPLIT, reference=new.reference)
        return new


def link(conversation: Conversation, *, to: Conversation, by: Agent) -> None:
    """Note that two conversations belong together. Raises Refused for itself or another brand's."""
    with transaction.atomic():
        source, target = _lock(conversation, to)
        if source.pk == target.pk or source.brand_id != target.brand_id:
            raise Refused(_("Choose another conversation of the same brand."), code="same")
        if _links(source, target).exists():
            return
        ConversationLink.objects.create(source=source, target=target, created_at=clock.now())
        activities.add(source, "linked", agent=by, event=Event.Kind.LINKED, reference=target.reference)
        activities.add(target, "linked", agent=by, event=Event.Kind.LINKED, reference=source.reference)


def unlink(conversation: Conversation, *, other: Conversation, by: Agent) -> None:
    with transaction.atomic():
        source, target = _lock(conversation, other)
        gone, _kinds = _links(source, target).delete()
        if gone:
            events.record(source, Event.Kind.UNLINKED, agent=by, other=target.pk)
            events.record(target, Event.Kind.UNLINKED, agent=by, other=source.pk)


def _links(one: Conversation, other: Conversation) -> QuerySet[ConversationLink]:
    return ConversationLink.objects.filter(Q(source=one, target=other) | Q(source=other, target=one))


def _lock(one: Conversation, other: Conversation) -> tuple[Conversation, Conversation]:
    """Both as they are now, locked in one order so that two merges can't wait for each other."""
    found = (
        Conversation.objects.select_for_update(of=("self",))
        .select_related("brand", "inbox", "contact")
        .filter(pk__in={one.pk, other.pk})
        .order_by("pk")
    )
    by_id = {conversation.pk: conversation for conversation in found}
    return by_id[one.pk], by_id[other.pk]


def _state(conversation: Conversation) -> dict[str, str | None]:
    """How the conversation stands, as JSON, to be restored when a merge is taken back."""
    return {name: _json(getattr(conversation, name)) for name in STATE}


def _json(value: str | dt.datetime | None) -> str | None:
    return value.isoformat() if isinstance(value, dt.datetime) else value


def _state_before_merge(conversation: Conversation) -> dict[str, str | None]:
    merged = conversation.events.filter(kind=Event.Kind.MERGED, data__has_key="before").order_by("-id").first()
    return merged.data["before"] if merged else {"status": Conversation.Status.OPEN, "closed_how": ""}


def _restore(conversation: Conversation, state: dict[str, str | None]) -> None:
    for name, value in state.items():
        moment = value is not None and name in MOMENTS
        setattr(conversation, name, dt.datetime.fromisoformat(str(value)) if moment else value)


def _merged_tree(conversation: Conversation) -> list[int]:
    """The conversation and all that were merged into it, and into those."""
    tree = found = [conversation.pk]
    while found:
        found = list(Conversation.objects.filter(merged_into__in=found).values_list("pk", flat=True))
        tree = tree + found
    return tree


def _refresh(conversation: Conversation) -> None:
    """Set what lists show from the messages, after messages have moved. An emptied one keeps its last words."""
    conversation.waiting_since = None if conversation.is_closed else turns.waiting_since(conversation)
    messages = Message.objects.filter(conversation=conversation)
    newest = messages.filter(kind__in=(Message.Kind.INCOMING, Message.Kind.REPLY)).order_by("-pk").first()
    if newest is not None:
        conversation.preview, conversation.preview_kind = text.preview(newest.text, 140), newest.kind
        conversation.last_activity_at = newest.created_at
    ids = messages.aggregate(last=Max("pk"))
    incoming = messages.filter(kind=Message.Kind.INCOMING).aggregate(last=Max("pk"))
    conversation.last_message_id, conversation.last_incoming_id = ids["last"] or 0, incoming["last"] or 0
    conversation.save()
