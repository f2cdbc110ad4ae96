"""Urgent messages that nobody is there to read: the person on duty is called."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import F, Q

from aspa.core.conversations.changing import changing
from aspa.core.conversations.models import Conversation, Message
from aspa.core.people.models import Identity
from aspa.kit import clock
from aspa.service.duty import escalating, rotas, urgency
from aspa.service.duty.models import Call
from aspa.service.hours import calendars
from aspa.service.routing.present import present
from aspa.service.staffing import watching

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aspa.core.conversations.events import Entry
    from aspa.service.duty.models import Rota

# Who reads the journal late still calls, but not for what is long past.
RECENT = dt.timedelta(hours=12)
# Who has taken a conversation has it for a while, however urgent the customer goes on.
QUIET = dt.timedelta(hours=1)
# A person is in need a few times a day. Machines that answer each other stop here, whatever they call themselves.
MOST = 4
WITHIN = dt.timedelta(days=1)


def call_for(received: Sequence[Entry], among: Sequence[Rota]) -> None:
    """Look through messages that customers have sent. Calling again for the same ones changes nothing.

    `among`: all rotas there are, as `rotas.rotas()` gives them.
    """
    if not (received and among):
        return
    begins = {event.message_id for event in received if event.data.get("begins")}
    for message in _recent(received):
        conversation = message.conversation
        found = _urgent(message, rotas.of_brand(conversation.brand_id, among), begins=message.pk in begins)
        if found is not None and not _is_in_hand(conversation):
            call(message, found[0], why=found[1])


def call(message: Message, rota: Rota, *, why: str) -> None:
    """Begin a call; in open hours somebody of the team is given some minutes first."""
    now = clock.now()
    with changing(message.conversation) as current:
        if _has_been_called(current, message):
            return
        since = watching.unstaffed_since(current.inbox) or now
        made = Call.objects.create(conversation=current, rota=rota, message=message, why=why[:100], since=since)
        if is_due(made, current):
            escalating.climb(made, current)


def is_due(waiting: Call, conversation: Conversation) -> bool:
    """Whether nobody of the team is going to see it in time: it is closed, or nobody has been there for long enough."""
    if not calendars.schedule_of(conversation.inbox).is_open(clock.now()):
        return True
    minutes = waiting.rota.alone_minutes if waiting.rota else 0
    return not watching.is_staffed(conversation.inbox) and clock.now() - waiting.since >= dt.timedelta(minutes=minutes)


def _recent(received: Iterable[Entry]) -> list[Message]:
    """The customers' own recent messages that still wait for an answer, oldest first."""
    messages = Message.objects.filter(
        pk__in=[event.message_id for event in received], kind=Message.Kind.INCOMING,
        created_at__gt=clock.now() - RECENT, created_at__gte=F("conversation__waiting_since"),
    ).exclude(conversation__status=Conversation.Status.CLOSED)  # fmt: skip
    around = messages.select_related("conversation__reason").order_by("pk")
    return [message for message in around if not message.is_automatic]


def _urgent(message: Message, among: Sequence[Rota], *, begins: bool) -> tuple[Rota, str] | None:
    """Whose call it is, and why it is urgent."""
    conversation = message.conversation
    text = f"{conversation.subject}\n{message.text}" if begins else message.text
    for rota in among:
        why = urgency.found(text, rota.words, language=conversation.language)
        if why:
            return rota, why
        if conversation.reason and rota.reasons.filter(pk=conversation.reason.pk).exists():
            return rota, conversation.reason.name
    return None


def _is_in_hand(conversation: Conversation) -> bool:
    """Whether somebody who is at work has the conversation, or will see it, since the team is there."""
    if conversation.assignee_id in [who["id"] for who in present()]:
        return True
    is_open = calendars.schedule_of(conversation.inbox).is_open(clock.now())
    return is_open and watching.is_staffed(conversation.inbox)


def _has_been_called(conversation: Conversation, message: Message) -> bool:
    """Whether it is being called for already, has just been settled, or calls too often."""
    last = Call.objects.filter(conversation=conversation).order_by("-pk").first()
    if last is not None and (last.settled_at is None or last.settled_at + QUIET > message.created_at):
        return True
    # By address too: one that isn't proven may belong to a new contact each time.
    alike = Q(conversation__contact=conversation.contact_id)
    for identity in Identity.objects.filter(contact=conversation.contact_id).exclude(kind=Identity.Kind.VISITOR)[:10]:
        same = Identity.objects.filter(brand=conversation.brand_id, kind=identity.kind, value=identity.value)
        alike |= Q(conversation__contact__in=same.values("contact"))
    return Call.objects.filter(alike, since__gt=clock.now() - WITHIN)[:MOST].count() == MOST
