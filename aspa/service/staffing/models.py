"""How the published hours were really kept."""

from __future__ import annotations

import datetime as dt

from django.db import models

from aspa.core.inboxes.models import Inbox


class Watch(models.Model):
    """What was seen when an inbox was last looked at."""

    inbox = models.OneToOneField(Inbox, on_delete=models.CASCADE, related_name="+")
    looked_at = models.DateTimeField()
    was_staffed = models.BooleanField(default=False)
    # Since when it has been open with nobody there; empty otherwise.
    unstaffed_since = models.DateTimeField(null=True, blank=True)
    alerted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"watch of inbox {self.inbox_id}"


class StaffedDay(models.Model):
    """One local day of an inbox: how long it was open, and how much of that somebody was there; seconds."""

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+")
    date = models.DateField()
    open_seconds = models.PositiveIntegerField(default=0)
    staffed_seconds = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("inbox", "date"), name="staffed_day_once"),)

    def __str__(self) -> str:
        return f"{self.date} of inbox {self.inbox_id}"

    @property
    def share(self) -> float:
        """0 to 1, of the open time."""
        return self.staffed_seconds / self.open_seconds if self.open_seconds else 0.0


class Gap(models.Model):
    """Open hours in a row in which nobody was there; it ends when somebody comes or it closes."""

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+", db_index=False)
    start = models.DateTimeField()
    end = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("inbox", "end"), name="gap_of_inbox"),)

    def __str__(self) -> str:
        return f"{self.start} of inbox {self.inbox_id}"

    @property
    def length(self) -> dt.timedelta:
        return self.end - self.start
