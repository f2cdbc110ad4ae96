"""What the person has agreed to, and what was done for their rights. Written by the verbs beside."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from aspa.core.inboxes.models import Brand
from aspa.core.people.models import Agent, Contact


class Purpose(models.Model):
    """What a brand asks consent for. Its text has a version: a consent says which one the person saw."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="consent_purposes", verbose_name=_("brand"))
    # What code asks for: "marketing", "visits", "personalisation", or one that the brand has made.
    key = models.SlugField(_("key"), max_length=40)
    # {"fi": …, "sv": …, "en": …}; empty where Aspa's own words will do.
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
