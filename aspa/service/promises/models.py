"""A promise to a customer. It changes only by the verbs in `promising.py`."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from aspa.core.conversations.models import Conversation, Message
from aspa.core.people.models import Agent, Team


class Promise(models.Model):
    """What an agent promised in a reply, and by when.

    It is `held` with a reply that hasn't gone out yet, and found again by that reply's `client_id`. A broken one can
    still be kept, too late: `kept_at` is after `due_at` then.
    """

    class State(models.TextChoices):
        HELD = "held", _("Not sent yet")
        OPEN = "open", _("Open")
        KEPT = "kept", _("Kept")
        BROKEN = "broken", _("Broken")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="promises", db_index=False)
    message = models.ForeignKey(Message, null=True, on_delete=models.CASCADE, related_name="+")
    client_id = models.CharField(max_length=64, blank=True)
    # Whose it is to keep: nobody's when that agent has been removed.
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    text = models.CharField(max_length=200)
    due_at = models.DateTimeField()
    # When its owner is reminded; `warned_at` when that was done.
    warn_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    made_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("state", "due_at"), name="promise_due"),
            models.Index(fields=("agent", "state", "due_at"), name="promise_of_agent"),
            models.Index(fields=("conversation", "state", "due_at"), name="promise_of_conv"),
        )

    def __str__(self) -> str:
        return f"promise {self.pk}: {self.state}"

    @property
    def is_broken(self) -> bool:
        return self.state == self.State.BROKEN


LIVE = (Promise.State.OPEN, Promise.State.BROKEN)


class PromiseDay(models.Model):
    """What became of the promises of a team (or of nobody's) on one local day. A broken one may be kept late as well."""

    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    date = models.DateField()
    made = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    kept_late = models.PositiveIntegerField(default=0)
    broken = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=("date", "team"), name="promises_by_day"),)

    def __str__(self) -> str:
        return f"promises of team {self.team_id} on {self.date}"
