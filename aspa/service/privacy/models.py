"""What the person has agreed to, and what was done for their rights. Written by the verbs beside."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from aspa.core.inboxes.models import Brand
from aspa.core.people.models import Agent, Contact
from aspa.kit.ids import new_public_id


class Purpose(models.Model):
    """What a brand asks consent for. Its text has a version: a consent says which one the person saw."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="consent_purposes", verbose_name=_("brand"))
    # What code asks for: "marketing", "visits", "personalisation", or one that the brand has made.
    key = models.SlugField(_("key"), max_length=40)
    # What agents call it, and {"fi": …, "sv": …, "en": …}: what customers agree to. Empty where Aspa's own words will do.
    name = models.CharField(_("name"), max_length=80, blank=True)
    words = models.JSONField(_("text"), default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    is_on = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("brand", "key"), name="purpose_once"),)

    def __str__(self) -> str:
        return self.key


class Consent(models.Model):
    """One word of a person for or against a purpose in a channel. Never changed: the newest is what holds."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="consents", db_index=False)
    purpose = models.CharField(max_length=40)
    # "email", "sms", …; empty is every channel.
    channel = models.CharField(max_length=20, blank=True)
    is_given = models.BooleanField()
    at = models.DateTimeField()
    # Where the word came from: "widget", "customer page", "agent", "shop", "api", "import".
    how = models.CharField(max_length=40)
    text_version = models.PositiveIntegerField(default=0)
    # The agent who wrote it down, and why.
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = (models.Index(fields=("contact", "purpose", "channel", "-id"), name="consent_newest"),)

    def __str__(self) -> str:
        return f"{self.purpose} {self.channel} {'given' if self.is_given else 'withdrawn'}"


class Erasure(models.Model):
    """That a person was to be erased, how far it has come, and what went: numbers alone, never what was in it."""

    class Reason(models.TextChoices):
        ASKED = "asked", _("The customer asked for it")
        WITHDRAWN = "withdrawn", _("The customer withdrew their consent")
        NOT_NEEDED = "not_needed", _("It isn’t needed any more")
        UNLAWFUL = "unlawful", _("It should never have been kept")
        RESTORED = "restored", _("It came back with a backup")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="erasures")
    # Who had it done; nobody when it is done again after a restore.
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    asked_at = models.DateTimeField()
    # How far it has come: the round (what arrives during the first is found by the second), the table, the row.
    round = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=100, blank=True)
    after = models.CharField(max_length=64, blank=True)
    # {table: rows}
    erased = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            # Two that run at once would count the same rows.
            models.UniqueConstraint(fields=("contact",), condition=models.Q(done_at=None), name="erasure_one_at_once"),
        )

    def __str__(self) -> str:
        return f"erasure of contact {self.contact_id}"


class Copy(models.Model):
    """A copy of everything that is known of a person, for them: made by a task, and there for a few days."""

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="copies")
    # Who ordered it; nobody when the person did, from their own page.
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    # Empty until it is made, and again once it has expired.
    file = models.FileField(upload_to="copies/", blank=True)
    size = models.PositiveBigIntegerField(default=0)
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("expires_at",), condition=~models.Q(file=""), name="copy_expiring"),)

    def __str__(self) -> str:
        return f"copy of contact {self.contact_id}"


class CopyTaken(models.Model):
    """Somebody downloaded a copy: an agent, or (without one) the person."""

    copy = models.ForeignKey(Copy, on_delete=models.CASCADE, related_name="takings")
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"copy {self.copy_id} taken"


class RetentionRule(models.Model):
    """What of a kind is older than so many days goes, every night."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", verbose_name=_("brand"))
    # A key of `retained.kinds`.
    kind = models.CharField(_("what"), max_length=40)
    # One channel, or all of them when empty; a rule for one channel stands in place of that for all.
    channel = models.CharField(_("channel"), max_length=20, blank=True)
    days = models.PositiveIntegerField(_("days"))

    class Meta:
        ordering = ("brand__name", "kind", "channel")
        constraints = (models.UniqueConstraint(fields=("brand", "kind", "channel"), name="retention_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.days}"


class Removal(models.Model):
    """What a rule removed in one night: the rule as it was, and how many rows."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=20, blank=True)
    days = models.PositiveIntegerField()
    at = models.DateTimeField()
    rows = models.PositiveIntegerField()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.rows} of {self.kind}"


class RedactionPolicy(models.Model):
    """Which numbers are taken out of customers' messages by themselves, after they have come in."""

    brand = models.OneToOneField(Brand, on_delete=models.CASCADE, primary_key=True, related_name="+")
    cards = models.BooleanField(_("Payment card numbers"), default=False)
    identity_numbers = models.BooleanField(_("Personal identity codes"), default=False)
    accounts = models.BooleanField(_("Bank account numbers (IBAN)"), default=False)

    def __str__(self) -> str:
        return str(self.brand)
