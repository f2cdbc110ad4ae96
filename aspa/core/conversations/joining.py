"""When one matter is two conversations, or two are one: merge and its undo, split, link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from aspa.core.conversations import activities, events
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Conversation, ConversationLink, Event, Message
from aspa.kit import clock, text

if TYPE_CHECKING:
    from aspa.core.people.models import Agent


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
        Message.objects.filter(conversation=source, origin=None).update(origin=source)
        Message.objects.filter(conversation=source).update(conversation=target)
        if source.waiting_since and not target.is_closed:
            target.waiting_since = min(filter(None, [source.waiting_since, target.waiting_since]))
        before = {"status": source.status, "closed_how": source.closed_how}
        source.status, source.closed_how = Conversation.Status.CLOSED, Conversation.ClosedHow.MERGED
        source.closed_at, source.merged_into, source.waiting_since = clock.now(), target, None
        source.save()
        activities.add(source, "merged_away", agent=by, event=Event.Kind.MERGED, reference=target.reference, **before)
        _refresh(target)
        activities.add(target, "merged", agent=by, event=Event.Kind.MERGED, reference=source.reference, source=source.pk)
        return target


def unmerge(conversation: Conversation, *, by: Agent) -> Conversation:
    """Take a merge back: what was written in `conversation` returns to it. Raises Refused when it isn't merged."""
    with transaction.atomic():
        found = Conversation.objects.filter(pk=conversation.pk).values_list("merged_into", flat=True).first()
        if found is None:
            raise Refused(_("This conversation hasn't been merged."), code="not_merged")
        source, target = _lock(conversation, Conversation(pk=found))
        Message.objects.filter(conversation=target, origin=source).update(conversation=source)
        Message.objects.filter(conversation=source, origin=source).update(origin=None)
        merged = source.events.filter(kind=Event.Kind.MERGED).order_by("-id").first()
        before = merged.data if merged else {}
        source.status = before.get("status", Conversation.Status.OPEN)
        source.closed_how = before.get("closed_how", "")
        source.merged_into = None
        if source.status != Conversation.Status.CLOSED:
            source.closed_at = None
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
            waiting_since=source.waiting_since,
        )
        Message.objects.filter(conversation=source, pk__gte=at.pk).update(conversation=new)
        source.waiting_since = None
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
        _made, created = ConversationLink.objects.get_or_create(
            source=source, target=target, defaults={"created_at": clock.now()}
        )
        if created:
            activities.add(source, "linked", agent=by, event=Event.Kind.LINKED, reference=target.reference)
            activities.add(target, "linked", agent=by, event=Event.Kind.LINKED, reference=source.reference)


def unlink(conversation: Conversation, *, other: Conversation, by: Agent) -> None:
    with transaction.atomic():
        source, target = _lock(conversation, other)
        gone, _kinds = ConversationLink.objects.filter(
            source__in=(source, target), target__in=(source, target)
        ).delete()
        if gone:
            events.record(source, Event.Kind.UNLINKED, agent=by, other=target.pk)
            events.record(target, Event.Kind.UNLINKED, agent=by, other=source.pk)


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


def _refresh(conversation: Conversation) -> None:
    """Set what lists show from the messages, after messages have moved."""
    messages = Message.objects.filter(conversation=conversation)
    newest = messages.filter(kind__in=(Message.Kind.INCOMING, Message.Kind.REPLY)).order_by("-pk").first()
    if newest is not None:
        conversation.preview, conversation.preview_kind = text.preview(newest.text, 140), newest.kind
        conversation.last_activity_at = newest.created_at
    ids = messages.aggregate(last=Max("pk"))
    incoming = messages.filter(kind=Message.Kind.INCOMING).aggregate(last=Max("pk"))
    conversation.last_message_id, conversation.last_incoming_id = ids["last"] or 0, incoming["last"] or 0
    conversation.save()
