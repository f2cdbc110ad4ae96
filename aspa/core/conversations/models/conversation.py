"""A Conversation: one matter of one customer, whatever the channel. It changes only by the verbs beside it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aspa.core.inboxes.models import Brand, Inbox
from aspa.core.people.models import Agent, Contact, Team

# References start here so that the first customer isn't told "A-1".
FIRST_REFERENCE = 10_000


class Label(models.Model):
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="labels", verbose_name=_("brand"))
    name = models.CharField(_("name"), max_length=40)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("brand", "name"), name="label_once"),)

    def __str__(self) -> str:
        return self.name


class Reason(models.Model):
    """Why customers get in touch, recorded apart from the channel they used."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="reasons", verbose_name=_("brand"))
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("brand", "name"), name="reason_once"),)

    def __str__(self) -> str:
        return self.name


class Conversation(models.Model):
    """A customer's matter, from their first message to its end. Changed by the verbs beside these models alone: they lock
    it and write the event; here are the questions about how it stands.

    `language`: in which the customer is served. `closed_how` says how it ended, `closed_reason` why, in an agent's words.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        WAITING = "waiting", _("Waiting for the customer")
        SNOOZED = "snoozed", _("Snoozed")
        CLOSED = "closed", _("Ended")

    class ClosedHow(models.TextChoices):
        CUSTOMER = "customer", _("Ended by the customer")
        SILENCE = "silence", _("Closed by silence")
        SPAM = "spam", _("Spam")
        ABUSE = "abuse", _("Abuse")
        DUPLICATE = "duplicate", _("Duplicate")
        MERGED = "merged", _("Merged into another conversation")

    class Priority(models.IntegerChoices):
        LOW = -1, _("Low")
        NORMAL = 0, _("Normal")
        HIGH = 1, _("High")
        URGENT = 2, _("Urgent")

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+", db_index=False)
    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, related_name="+", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="conversations", db_index=False)
    subject = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=5, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    closed_how = models.CharField(max_length=10, choices=ClosedHow, blank=True)
    closed_reason = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    priority = models.SmallIntegerField(choices=Priority, default=Priority.NORMAL)
    assignee = models.ForeignKey(
        Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    reason = models.ForeignKey(
        Reason, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    labels = models.ManyToManyField(Label, related_name="+", blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    # Since when the customer has waited for an answer; empty when it is not our turn.
    waiting_since = models.DateTimeField(null=True, blank=True)
    # When "did this solve it?" was asked and has not been answered.
    solved_asked_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged")
    created_at = models.DateTimeField()
    last_activity_at = models.DateTimeField()
    # What lists show of the newest message, kept by the verbs so that lists read one table.
    preview = models.CharField(max_length=160, blank=True)
    preview_kind = models.CharField(max_length=10, blank=True)
    last_message_id = models.BigIntegerField(default=0)
    last_incoming_id = models.BigIntegerField(default=0)
    # The newest message that each side has seen.
    contact_read_id = models.BigIntegerField(default=0)
    agent_read_id = models.BigIntegerField(default=0)
    # Where the customer was and what the pre-chat questions were answered: {"page": {...}, "answers": {...}}.
    context = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=("status", "last_activity_at", "id"), name="conv_status"),
            models.Index(fields=("inbox", "status", "last_activity_at", "id"), name="conv_inbox_status"),
            # Partial by "is null" alone: SQLite can't see that a bound value meets any other condition.
            models.Index(
                fields=("inbox", "status", "last_activity_at", "id"),
                condition=Q(assignee__isnull=True),
                name="conv_inbox_unassigned",
            ),
            models.Index(
                fields=("status", "last_activity_at", "id"),
                condition=Q(assignee__isnull=True),
                name="conv_unassigned",
            ),
            models.Index(
                fields=("assignee", "status", "last_activity_at", "id"),
                condition=Q(assignee__isnull=False),
                name="conv_assignee",
            ),
            models.Index(
                fields=("team", "status", "last_activity_at", "id"), condition=Q(team__isnull=False), name="conv_team"
            ),
            models.Index(fields=("contact", "inbox", "id"), name="conv_contact"),
            models.Index(fields=("snoozed_until",), condition=Q(snoozed_until__isnull=False), name="conv_snoozed"),
            models.Index(
                fields=("priority", "status", "last_activity_at", "id"),
                condition=Q(priority__gt=0),
                name="conv_priority",
            ),
        )

    def __str__(self) -> str:
        return f"Conversation {self.pk}"

    @property
    def number(self) -> int:
        return FIRST_REFERENCE + int(self.pk)

    @property
    def reference(self) -> str:
        """What the customer is told and can quote, for example "A-20817"."""
        return f"{self.brand.reference_prefix}-{self.number}"

    @property
    def is_closed(self) -> bool:
        return self.status == self.Status.CLOSED

    @property
    def is_set_aside(self) -> bool:
        """Ended by us as spam, abuse or a duplicate, the reasoned exceptions."""
        return self.closed_how in (self.ClosedHow.SPAM, self.ClosedHow.ABUSE, self.ClosedHow.DUPLICATE)

    @property
    def is_waiting_for_us(self) -> bool:
        return self.waiting_since is not None

    @property
    def asked_solved(self) -> bool:
        return self.solved_asked_at is not None


class ConversationLink(models.Model):
    """Two conversations about one matter. `kind` says how they came to be linked."""

    class Kind(models.TextChoices):
        RELATED = "related", _("Related")
        CONTINUES = "continues", _("Continues")
        SPLIT = "split", _("Split from")

    source = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="links_out")
    target = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="links_in")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.RELATED)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "target"), name="link_once"),)

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"
