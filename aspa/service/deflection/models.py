"""Help that was offered before a contact, and what came of it. `attempts`, `counting` and `settling` write these."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from aspa.core.inboxes.models import Brand


class Where(models.TextChoices):
    """Where articles were shown to somebody who was about to write to us."""

    WIDGET = "widget", _("Chat")
    CONTACT = "contact", _("Contact form")


class Outcome(models.TextChoices):
    """What came of one attempt to find help. Silence is never counted as help."""

    # They said so.
    HELPED = "helped", _("It helped")
    # They read, said nothing, and didn't write to us within a day: we would have seen it.
    PERHAPS = "perhaps", _("Perhaps")
    # They read and said nothing, and whether they wrote to us later nobody can know.
    UNKNOWN = "unknown", _("Can’t be known")
    # They said that it didn't help, or left without reading anything, and didn't write to us.
    GAVE_UP = "gave_up", _("Gave up")
    WENT_ON = "went_on", _("Wrote to us")


class Attempt(models.Model):
    """Somebody was shown articles. Of who it was it knows nothing; after a day it becomes a figure and goes.

    `key` is a random name that their browser keeps: for as long as the page is open, or for a day where they have agreed
    to be recognised (`is_followed`). `opened` are the articles that they read, as "source:key".
    """

    class Said(models.TextChoices):
        NOTHING = ""
        YES = "yes"
        NO = "no"

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=16, unique=True)
    where = models.CharField(max_length=10, choices=Where)
    is_followed = models.BooleanField(default=False)
    shown = models.JSONField(default=list)
    opened = models.JSONField(default=list)
    said = models.CharField(max_length=3, choices=Said, blank=True)
    went_on = models.BooleanField(default=False)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"attempt {self.pk}"

    @property
    def outcome(self) -> Outcome:
        """As it stands now."""
        if self.went_on:
            return Outcome.WENT_ON
        if self.said == self.Said.YES:
            return Outcome.HELPED
        if self.said == self.Said.NO or not self.opened:
            return Outcome.GAVE_UP
        return Outcome.PERHAPS if self.is_followed else Outcome.UNKNOWN


class AttemptDay(models.Model):
    """What came of the attempts of one local day. Each was `shown` something and has one of the outcomes."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", db_index=False)
    date = models.DateField()
    where = models.CharField(max_length=10, choices=Where)
    shown = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)
    helped = models.PositiveIntegerField(default=0)
    perhaps = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)
    gave_up = models.PositiveIntegerField(default=0)
    went_on = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("date", "brand", "where"), name="attempt_day_once"),)

    def __str__(self) -> str:
        return f"attempts of {self.brand_id} on {self.date}"


class ArticleDay(models.Model):
    """How one article did on one local day: before contacts, and `given` to customers by agents.

    `source` and `key` are those of the search; title and address as they were last.
    """

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", db_index=False)
    date = models.DateField()
    source = models.CharField(max_length=20)
    key = models.BigIntegerField()
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=300)
    shown = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)
    helped = models.PositiveIntegerField(default=0)
    not_helped = models.PositiveIntegerField(default=0)
    went_on = models.PositiveIntegerField(default=0)
    given = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("date", "brand", "source", "key"), name="article_day_once"),)

    def __str__(self) -> str:
        return f"article {self.source}:{self.key} on {self.date}"
