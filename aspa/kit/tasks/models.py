"""The queue on SQLite, and the schedules on both databases."""

from django.db import models


class Job(models.Model):
    """A task to run on SQLite. Done ones are deleted; dead ones stay to be looked at.

    A job is free when due_at has come. To claim it is to move due_at to the end of a lease, so what a killed
    worker held becomes free by itself.
    """

    name = models.CharField(max_length=200)
    args = models.JSONField()
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    claim = models.CharField(max_length=32, default="")
    error = models.TextField(default="")
    dead_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], condition=models.Q(dead_at=None), name="tasks_job_free"),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class Schedule(models.Model):
    """When a periodic task is enqueued next."""

    name = models.CharField(max_length=200, unique=True)
    cron = models.CharField(max_length=100)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.cron}"
