"""The journal: every change of a conversation, in the order in which it became true."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Func

from aspa.core.conversations.models.conversation import Conversation
from aspa.core.conversations.models.message import Message
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent


class CurrentTransaction(Func):
    """The writing transaction's id on PostgreSQL; 0 on SQLite, where one writes at a time anyway.

    `events.record` refines it; the default is for rows made in bulk, like a demo's.
    """

    template = "0"
    output_field = models.BigIntegerField()

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return "(pg_current_xact_id()::text::bigint)", ()


class Event(models.Model):
    """A change of a conversation, written in the transaction of the change: timeline, audit trail, outbox and stream.

    `tx`, `id` is its place; readers follow in that order (docs/decisions/0001-journal-order.md). What is in `data` depends
    on the kind.
    """

    class Kind(models.TextChoices):
        RECEIVED = "received"
        REPLIED = "replied"
        NOTED = "noted"
        ACTIVITY = "activity"
        DELIVERY = "delivery"
        ASSIGNED = "assigned"
        TEAM_ASSIGNED = "team_assigned"
        LABELLED = "labelled"
        UNLABELLED = "unlabelled"
        PRIORITISED = "prioritised"
        REASON_SET = "reason_set"
        RENAMED = "renamed"
        SNOOZED = "snoozed"
        WOKEN = "woken"
        SOLVED_ASKED = "solved_asked"
        NOT_SOLVED = "not_solved"
        ENDED = "ended"
        REOPENED = "reopened"
        SET_ASIDE = "set_aside"
        WAITING = "waiting"
        MERGED = "merged"
        UNMERGED = "unmerged"
        SPLIT = "split"
        LINKED = "linked"
        UNLINKED = "unlinked"
        READ = "read"
        IDENTIFIED = "identified"
        HELD = "held"
        TAKEN_BACK = "taken_back"
        PROMISED = "promised"
        PROMISE_MOVED = "promise_moved"
        PROMISE_KEPT = "promise_kept"
        PROMISE_WITHDRAWN = "promise_withdrawn"
        PROMISE_HANDED_OVER = "promise_handed_over"
        PROMISE_DUE = "promise_due"
        PROMISE_BROKEN = "promise_broken"
        REMINDED = "reminded"
        OFFERED = "offered"
        OFFER_DECLINED = "offer_declined"
        OFFER_EXPIRED = "offer_expired"
        DUTY_CALLED = "duty_called"
        DUTY_ACCEPTED = "duty_accepted"
        DUTY_ESCALATED = "duty_escalated"
        SLA_WARNED = "sla_warned"
        SLA_BREACHED = "sla_breached"
        VERIFICATION_ASKED = "verification_asked"
        CART_OFFERED = "cart_offered"
        CART_RESUMED = "cart_resumed"
        CART_BOUGHT = "cart_bought"
        REDACTED = "redacted"
        CONTACT_MERGED = "contact_merged"
        CONTACT_UNMERGED = "contact_unmerged"
        BOT_ANSWERED = "bot_answered"
        HANDED_OVER = "handed_over"
        ARTICLE_GIVEN = "article_given"

    tx = models.BigIntegerField(db_default=CurrentTransaction())
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="events", db_index=False)
    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, choices=Kind)
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    # Who did it: an agent, the customer (no agent, by_contact) or Aspa itself (neither).
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    by_contact = models.BooleanField(default=False)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=("tx", "id"), name="event_order"),
            models.Index(fields=("conversation", "tx", "id"), name="event_conversation"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def cursor(self) -> str:
        return f"{self.tx}.{self.pk}"


class SubscriberCursor(models.Model):
    """How far a subscriber has read the journal."""

    name = models.CharField(max_length=60, primary_key=True)
    tx = models.BigIntegerField(default=0)
    event = models.BigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.name} {self.tx}.{self.event}"
