"""What agents keep of a customer beside the conversations, and moments of these that the timeline tells by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from aspa.core.conversations.models import Event, Message
from aspa.core.inboxes.models import Brand
from aspa.core.people.models import Agent, Contact

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY = RegexValidator(
    r"^[a-z][a-z0-9_]*$",
    _("Use small letters a–z, digits and underscores, for example shoe_size. Begin with a letter."),
)


class Field(models.Model):
    """Something that a brand wants to know of its customers; the values are in `Contact.custom`, by key.

    A value is text, a number, a date as "2026-11-22", one of `choices` or a boolean. `key` is what other programs call
    it, so it stays.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        CHOICE = "choice", _("One of several")
        YES_NO = "yes_no", _("Yes or no")

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", verbose_name=_("brand"))
    key = models.CharField(_("key"), max_length=40, validators=[KEY])
    label = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.TEXT)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    in_panel = models.BooleanField(_("Shown beside conversations"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ("position", "id")
        constraints = (models.UniqueConstraint(fields=("brand", "key"), name="timeline_field_once"),)
        verbose_name = _("custom field")
        verbose_name_plural = _("custom fields")

    def __str__(self) -> str:
        return self.label

    def value_of(self, custom: Mapping[str, object]) -> object | None:
        """What is known; None for nothing, and for what was written before the field became another kind."""
        value = custom.get(self.key)
        is_right = {
            self.Kind.YES_NO: isinstance(value, bool),
            self.Kind.NUMBER: isinstance(value, int | float) and not isinstance(value, bool),
        }.get(self.Kind(self.kind), isinstance(value, str) and value != "")
        return value if is_right else None


class Note(models.Model):
    """What agents tell each other of a customer, whatever the matter. Customers never see it."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    text = models.TextField()
    written_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("contact", "written_at", "id"), name="timeline_note_of"),)

    def __str__(self) -> str:
        return f"note {self.pk} on {self.contact_id}"


class Change(models.Model):
    """What an agent changed at once of what is known of a customer: `changes` is [[what, before, after]].

    What: one of `profile.WORDS`, or "custom:" and a field's key.
    """

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    changes = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("contact", "at", "id"), name="timeline_change_of"),)

    def __str__(self) -> str:
        return f"change of {self.contact_id}"


class Preference(models.Model):
    """How the customer wants to be served. `channel` is a channel's key; empty values: nothing is known."""

    class Address(models.TextChoices):
        INFORMAL = "informal", _("By first name, informally")
        FORMAL = "formal", _("Formally")

    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(_("preferred channel"), max_length=30, blank=True)
    address = models.CharField(_("form of address"), max_length=10, choices=Address, blank=True)
    wishes = models.CharField(_("wishes"), max_length=300, blank=True)

    def __str__(self) -> str:
        return f"preferences of {self.contact_id}"


class Moment(models.Model):
    """Something in a conversation that stands in the timeline by itself: a note, or a turn that the matter took.

    Made of the journal (`following`), so that it is found by customer and time without reading their conversations.
    `message` is the note, or the line that tells of the turn; a merge or a split may take it to another conversation.
    """

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="+", primary_key=True)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=Event.Kind)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("contact", "at", "event"), name="timeline_moment_of"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
