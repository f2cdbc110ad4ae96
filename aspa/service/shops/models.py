"""What connectors keep: raw posts, how a shop's connection fares, and how far its history and files have been read."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aspa.core.people.models import Agent, Contact
from aspa.service.commerce.models import Source


class Connection(models.Model):
    """How the connection to a shop fares; what an admin reads as its health."""

    source = models.OneToOneField(Source, on_delete=models.CASCADE, primary_key=True, related_name="connection")
    # The last post that was the shop's own, and the last that only said so.
    heard_at = models.DateTimeField(null=True, blank=True)
    forged_at = models.DateTimeField(null=True, blank=True)
    # When the shop was last asked whether it knows us, and what is wrong; empty while nothing is.
    checked_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    # Whether its webhooks are ours to set up, when that was last asked for and done, and what is wrong with all of them.
    hooks_wanted = models.BooleanField(default=False)
    hooks_asked_at = models.DateTimeField(null=True, blank=True)
    hooks_at = models.DateTimeField(null=True, blank=True)
    hooks_problem = models.CharField(max_length=300, blank=True)
    # {topic: what is wrong with this one, empty while nothing is}, and when a topic was last told of, {topic: ISO moment}.
    hooks = models.JSONField(default=dict)
    heard = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"connection of source {self.source_id}"


class Delivery(models.Model):
    """Something a shop told, as it came: kept before it is understood. What can't be waits here for an admin."""

    class State(models.TextChoices):
        NEW = "new", _("Not handled yet")
        DONE = "done", _("Handled")
        FAILED = "failed", _("Not understood")

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    # The provider's id of the delivery, "sha256:…" of the body where there is none, or "history:KIND:ID" of something
    # found while the history was read. Stays when the body is erased, so that it isn't taken again.
    key = models.CharField(max_length=255)
    topic = models.CharField(max_length=80)
    # JSON as text; what isn't UTF-8 is written as \xNN. Empty once erased.
    body = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    # For an admin: why it failed.
    detail = models.CharField(max_length=300, blank=True)
    # Whom it tells of, as far as that is known.
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    received_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = (models.UniqueConstraint(fields=("source", "key"), name="delivery_once"),)
        indexes = (
            models.Index(fields=("source", "id"), condition=Q(state="failed"), name="delivery_failed"),
            models.Index(fields=("id",), condition=Q(state="new"), name="delivery_new"),
        )

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class Filling(models.Model):
    """Reading a shop's history, page by page; begins again after the last page that was committed."""

    class State(models.TextChoices):
        RUNNING = "running", _("Under way")
        DONE = "done", _("Done")
        FAILED = "failed", _("Stopped by a fault")
        STOPPED = "stopped", _("Stopped")

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="fillings")
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    # What is being read (a `Kind.key` of the connector), and where in it; the connector's own words, None: its beginning.
    kind = models.CharField(max_length=20)
    cursor = models.JSONField(null=True)
    # {kind: {"read": items, "refused": items, "total": items or None}}
    counts = models.JSONField(default=dict)
    # Attempts that failed since the last page, why, and when the next one is.
    failures = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    again_at = models.DateTimeField(null=True, blank=True)
    agent = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("source",), condition=Q(state="running"), name="filling_one_at_a_time"),
        )

    def __str__(self) -> str:
        return f"filling {self.pk} of source {self.source_id}"


class Import(models.Model):
    """A table of records that an admin handed over as a file."""

    class State(models.TextChoices):
        NEW = "new", _("Not begun")
        RUNNING = "running", _("Under way")
        DONE = "done", _("Done")
        FAILED = "failed", _("Stopped by a fault")

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="imports")
    # A `shapes.Shape.key`.
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    # Empty once it has been read, or has waited too long.
    file = models.FileField(upload_to="imports/%Y/%m/", blank=True)
    # {"encoding": "utf-8-sig", "delimiter": ";"}, and of the fields that a column is chosen for {field: column, from 0}.
    reading = models.JSONField(default=dict)
    columns = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    # How far it has been committed (rows after the heading), and of how many.
    done = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    agent = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"import {self.pk}"


class RefusedRow(models.Model):
    """A row of an imported file that could not be taken, as it stood, and why."""

    from_import = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="refused_rows")
    # Of the file, the heading's is 1.
    line = models.PositiveIntegerField()
    cells = models.JSONField(default=list)
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("from_import", "line"), name="refused_row_once"),)

    def __str__(self) -> str:
        return f"line {self.line} of import {self.from_import_id}"
