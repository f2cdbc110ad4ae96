"""What customers published, as far as moderation knows it. `submitting`, `reporting` and `deciding` write.

The words themselves stand in the tables of those who show them (`kinds`), and only there.
"""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from aspa.core.inboxes.models import Brand
from aspa.core.people.models import Agent, Contact
from aspa.service.moderation.states import Action, Reason, State


class HouseRules(models.Model):
    """What a brand looks at before others see it. A brand without them keeps these defaults."""

    class Hold(models.TextChoices):
        ALL = "all", _("Everything")
        NEWCOMERS = "newcomers", _("What newcomers write, and what looks doubtful")
        DOUBTFUL = "doubtful", _("Only what looks doubtful")

    brand = models.OneToOneField(Brand, on_delete=models.CASCADE, related_name="+", primary_key=True)
    hold = models.CharField(
        _("What is looked at before it is shown"), max_length=10, choices=Hold, default=Hold.NEWCOMERS
    )
    newcomer_items = models.PositiveSmallIntegerField(
        _("Published writings after which somebody is no newcomer"), default=2, validators=(MaxValueValidator(50),)
    )
    most_links = models.PositiveSmallIntegerField(
        _("Links that are allowed in one text"),
        default=1,
        validators=(MaxValueValidator(50),),
        help_text=_("Those to your own pages don't count. Of newcomers every link is looked at."),
    )
    holds_personal = models.BooleanField(
        _("Look first at texts with phone numbers, addresses and the like"), default=True
    )
    words = models.JSONField(_("words that are kept out"), default=list, blank=True)
    reports_hide = models.PositiveSmallIntegerField(
        _("Reports by readers that hide something until it is looked at"),
        default=3,
        validators=(MaxValueValidator(50),),
        help_text=_("0: reports hide nothing by themselves."),
    )

    def __str__(self) -> str:
        return str(self.brand)


class Item(models.Model):
    """One thing that a customer published. `kind` and `key` lead to it (`kinds`).

    `waiting_since` is set while staff has to look at it: it is held, or published and reported. `why`: values of `Why`.
    `reason` and `words`: of the last decision, for its author.
    """

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    key = models.BigIntegerField()
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=State, default=State.HELD)
    why = models.JSONField(default=list)
    reason = models.CharField(max_length=10, choices=Reason, blank=True)
    words = models.CharField(max_length=500, blank=True)
    by_newcomer = models.BooleanField(default=False)
    reports = models.PositiveIntegerField(default=0)
    # Of the text without its digits and marks; empty for one that is too short to be told apart.
    fingerprint = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("kind", "key"), name="moderation_item_once"),)
        indexes = (
            # Partial by "is null" alone: SQLite can't see that a bound value meets any other condition.
            models.Index(
                fields=("brand", "waiting_since", "id"),
                condition=models.Q(waiting_since__isnull=False),
                name="moderation_waiting",
            ),
            models.Index(fields=("brand", "at", "id"), name="moderation_by_age"),
            models.Index(fields=("contact", "at", "id"), name="moderation_of_contact"),
            models.Index(fields=("brand", "fingerprint", "at"), name="moderation_same_text"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def seen(self) -> str:
        """What a form says of the item that somebody looked at: which it is, and as it was written when."""
        return f"{self.pk}@{self.at.isoformat()}"

    @property
    def is_waiting(self) -> bool:
        return self.waiting_since is not None


class Report(models.Model):
    """A reader found something wrong with it."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="reported", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason)
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("item", "contact"), name="moderation_report_once"),)

    def __str__(self) -> str:
        return f"report {self.pk}"


class Decision(models.Model):
    """What an agent decided, for good: also a decision that was undone stays. `before`: what undoing it goes back to."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="decisions")
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    action = models.CharField(max_length=10, choices=Action)
    reason = models.CharField(max_length=10, choices=Reason, blank=True)
    words = models.CharField(max_length=500, blank=True)
    before = models.JSONField(default=dict)
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"{self.action} {self.item_id}"


class ShutOut(models.Model):
    """Somebody who may no longer publish anything in their brand."""

    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="+", primary_key=True)
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"shut out {self.contact_id}"
