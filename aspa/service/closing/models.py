"""The announced wait, and how conversations ended. `editing`, `waiting`, `sweeping` and `counting` change these."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from aspa.core.conversations.models import Conversation, Event
from aspa.core.inboxes.models import Brand, Inbox
from aspa.core.people.models import Agent

DAYS = (MinValueValidator(1), MaxValueValidator(60))


class SilencePolicy(models.Model):
    """What a brand does when its customers are silent. A brand without one keeps these defaults."""

    brand = models.OneToOneField(Brand, on_delete=models.CASCADE, related_name="+", primary_key=True)
    is_on = models.BooleanField(_("Close after an announced silence"), default=True)
    remind_days = models.PositiveSmallIntegerField(_("Days until the reminder"), default=4, validators=DAYS)
    close_days = models.PositiveSmallIntegerField(
        _("Days from the reminder to the closing"), default=3, validators=DAYS
    )

    def __str__(self) -> str:
        return str(self.brand)


class Wait(models.Model):
    """A conversation in which the last word was ours.

    `settle_at`: when it becomes "waiting for the customer" unless a word comes; empty when that has been decided.
    `remind_at` and `close_at` are what is planned while it is the customer's turn; empty when silence closes nothing:
    the policy is off, something is promised, or the reminder can't reach the customer.
    """

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, related_name="+", primary_key=True)
    since = models.DateTimeField()
    is_waiting = models.BooleanField(default=False)
    settle_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    close_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            # Partial by "is null" alone: SQLite can't see that a bound value meets any other condition.
            models.Index(fields=("settle_at",), condition=models.Q(settle_at__isnull=False), name="wait_to_settle"),
            models.Index(
                fields=("remind_at",),
                condition=models.Q(remind_at__isnull=False, reminded_at__isnull=True),
                name="wait_to_remind",
            ),
            models.Index(
                fields=("close_at",),
                condition=models.Q(close_at__isnull=False, reminded_at__isnull=False),
                name="wait_to_close",
            ),
        )

    def __str__(self) -> str:
        return f"wait in conversation {self.conversation_id}"


class EndedDay(models.Model):
    """How many conversations of an inbox ended in one way on one local day; the exceptions by who made them."""

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+", db_index=False)
    date = models.DateField()
    how = models.CharField(max_length=10, choices=Conversation.ClosedHow)
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    count = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=("inbox", "date"), name="ended_by_day"),)

    def __str__(self) -> str:
        return f"{self.count} {self.how} on {self.date}"


class ExceptionalEnding(models.Model):
    """An ending that wasn't the customer's: the event says by whom and why."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="+", primary_key=True)
    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        indexes = (models.Index(fields=("inbox", "-event"), name="exceptional_newest"),)

    def __str__(self) -> str:
        return f"exceptional ending {self.event_id}"
