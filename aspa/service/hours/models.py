"""A brand's calendar, and those of single inboxes that keep other hours."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from aspa.core.inboxes.models import Brand, Inbox


class Hours(models.Model):
    """The weekly hours of a brand (`inbox` empty) or of one of its inboxes. Without any it is open around the clock."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", verbose_name=_("brand"))
    inbox = models.ForeignKey(Inbox, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    # Monday first, each as people write it: "9:00–12:00, 13:00–17:00"; empty is closed.
    week = models.JSONField(default=list)
    # Whose public holidays are closed: an ISO 3166 country, or empty for none.
    country = models.CharField(_("public holidays"), max_length=2, blank=True, default="FI")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("brand",), condition=models.Q(inbox__isnull=True), name="hours_of_brand"),
            models.UniqueConstraint(fields=("inbox",), condition=models.Q(inbox__isnull=False), name="hours_of_inbox"),
        )

    def __str__(self) -> str:
        return str(self.inbox or self.brand)


class ExceptionDay(models.Model):
    """A date with hours of its own."""

    hours = models.ForeignKey(Hours, on_delete=models.CASCADE, related_name="exceptions")
    date = models.DateField(_("date"))
    # As in `Hours.week`; empty is closed.
    periods = models.CharField(_("hours"), max_length=100, blank=True)
    # Told to customers: "Inventory".
    note = models.CharField(_("note"), max_length=80, blank=True)

    class Meta:
        ordering = ("date",)
        constraints = (models.UniqueConstraint(fields=("hours", "date"), name="exception_once"),)

    def __str__(self) -> str:
        return f"{self.date}: {self.periods or '–'}"
