"""What customers may expect, and how their conversations keep to it.

Policies are an admin's. The rest follows the journal: it is written by `following` and `watching` alone, and can be
built anew by sending the subscriber back to the beginning.
"""

from __future__ import annotations

import datetime as dt

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aspa.core.conversations.models import Conversation
from aspa.core.people.models import Agent, Team

WARN_PERCENT = 75


class Kind(models.TextChoices):
    FIRST_REPLY = "first_reply", _("First reply")
    NEXT_REPLY = "next_reply", _("Next reply")
    RESOLUTION = "resolution", _("Solution")


REPLIES = (Kind.FIRST_REPLY, Kind.NEXT_REPLY)


class Policy(models.Model):
    """Targets in minutes of opening time (empty: none), and which conversations they are for; empty lists: any.

    The first policy in order that fits a conversation is its policy.
    """

    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(_("in use"), default=True)
    # Ids, so that a policy for an inbox that is gone fits nothing, and not everything.
    inboxes = models.JSONField(default=list, blank=True)
    reasons = models.JSONField(default=list, blank=True)
    priorities = models.JSONField(default=list, blank=True)
    # As they are compared: in small letters.
    tiers = models.JSONField(default=list, blank=True)
    first_reply = models.PositiveIntegerField(_("first reply"), null=True, blank=True)
    next_reply = models.PositiveIntegerField(_("next reply"), null=True, blank=True)
    resolution = models.PositiveIntegerField(_("solution"), null=True, blank=True)
    warn_percent = models.PositiveSmallIntegerField(
        _("warn when so much of the time is used (per cent)"),
        default=WARN_PERCENT,
        validators=(MinValueValidator(10), MaxValueValidator(99)),
    )
    # Who hears of a breach besides those whose conversation it is.
    escalate_agent = models.ForeignKey(
        Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("tell also")
    )
    escalate_team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("tell also the team")
    )

    class Meta:
        ordering = ("position", "id")
        verbose_name_plural = "policies"

    def __str__(self) -> str:
        return self.name

    def target(self, kind: str) -> dt.timedelta | None:
        minutes = {
            Kind.FIRST_REPLY: self.first_reply,
            Kind.NEXT_REPLY: self.next_reply,
            Kind.RESOLUTION: self.resolution,
        }[Kind(kind)]
        return None if minutes is None else dt.timedelta(minutes=minutes)


class Standing(models.Model):
    """How a conversation stands, as far as its journal has been followed: up to `tx`, `event`."""

    conversation = models.OneToOneField(Conversation, primary_key=True, on_delete=models.CASCADE, related_name="+")
    tx = models.BigIntegerField(default=0)
    event = models.BigIntegerField(default=0)
    policy = models.ForeignKey(Policy, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    # When the customer first wrote; empty while only we have.
    began_at = models.DateTimeField(null=True)
    is_answered = models.BooleanField(default=False)
    is_over = models.BooleanField(default=False)
    # Since when the customer waits for an answer.
    waiting_since = models.DateTimeField(null=True)
    # Since when it is ours to bring to its end, and for how much opening time it had been before that.
    open_since = models.DateTimeField(null=True)
    worked = models.DurationField(default=dt.timedelta)

    def __str__(self) -> str:
        return f"standing of conversation {self.conversation_id}"


class Countdown(models.Model):
    """A target of a conversation that runs, is paused (`due_at` is empty) or has been met. One of each kind."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind)
    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="+", db_index=False)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    # The opening time that is left, while it is paused.
    left = models.DurationField(null=True)
    # When somebody is to be told next: before it is due, and once it is late. Empty when there is nothing to tell.
    next_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    # When its breach was told.
    told_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    # The reply by which it was met: one that doesn't arrive meets nothing.
    met_by = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("conversation", "kind"), name="countdown_once"),)
        indexes = (
            models.Index(fields=("next_at",), condition=Q(next_at__isnull=False), name="countdown_next"),
            models.Index(
                fields=("due_at", "conversation"),
                condition=Q(due_at__isnull=False, met_at__isnull=True),
                name="countdown_due",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} of conversation {self.conversation_id}"


class Tally(models.Model):
    """How many targets of a policy were met and breached on a day, by the calendar of the inbox."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind)
    date = models.DateField()
    met = models.IntegerField(default=0)
    breached = models.IntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("policy", "kind", "date"), name="tally_once"),)
        indexes = (models.Index(fields=("date",), name="tally_date"),)

    def __str__(self) -> str:
        return f"{self.date}: {self.kind} of policy {self.policy_id}"


class Pace(models.Model):
    """How many first replies of a day took so many minutes of opening time. Long ones are counted by rounder numbers."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="+", db_index=False)
    date = models.DateField()
    minutes = models.PositiveIntegerField()
    count = models.IntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("policy", "date", "minutes"), name="pace_once"),)
        indexes = (models.Index(fields=("date",), name="pace_date"),)

    def __str__(self) -> str:
        return f"{self.date}: {self.minutes} min of policy {self.policy_id}"


class KnownTiers(models.Model):
    """The customer tiers that somebody has, as they were found when all customers were last looked through. One row."""

    names = models.JSONField(default=list)
    looked_at = models.DateTimeField()

    def __str__(self) -> str:
        return ", ".join(self.names)
