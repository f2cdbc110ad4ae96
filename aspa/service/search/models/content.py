"""The index over what is published. Written by `indexing` and `rebuilding` alone, but synonyms and questions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from aspa.core.inboxes.models import Brand


class State(models.Model):
    """One row: which generation of the index answers, and whether another is being built."""

    # What words were made terms by; another one means a new generation.
    normaliser = models.CharField(max_length=40, blank=True)
    generation = models.PositiveIntegerField(default=0)
    # The generation that is being built beside it, if any, and by what normaliser.
    building = models.PositiveIntegerField(null=True)
    building_by = models.CharField(max_length=40, blank=True)
    # The source and the key that the building has reached.
    source = models.CharField(max_length=20, blank=True)
    reached = models.BigIntegerField(default=0)
    # Something changed so much that the building is to begin again.
    is_wanted = models.BooleanField(default=True)
    # Since when this generation answers.
    answers_since = models.DateTimeField(null=True)
    # Grows with each change of the vocabulary, so that whoever has read it reads only what is new.
    revision = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"generation {self.generation}"


class Entry(models.Model):
    """A document as it is found. Never changed: another one takes its place."""

    generation = models.PositiveIntegerField()
    source = models.CharField(max_length=20)
    key = models.BigIntegerField()
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=5)
    kind = models.CharField(max_length=12)
    audience = models.CharField(max_length=40)
    url = models.CharField(max_length=500)
    title = models.CharField(max_length=500)
    body = models.TextField()
    tags = models.JSONField(default=list)
    published_at = models.DateTimeField(null=True)
    helpfulness = models.FloatField()
    # What both databases search: every term once, and what it is filtered by.
    terms = models.TextField()
    # How often it has which terms: a packed `ranking.Document`.
    counts = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("generation", "source", "key"), name="entry_once"),)

    def __str__(self) -> str:
        return f"{self.source} {self.key} in generation {self.generation}"


class Dirty(models.Model):
    """A document that has changed since it was indexed."""

    source = models.CharField(max_length=20)
    key = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "key"), name="dirty_once"),)

    def __str__(self) -> str:
        return f"{self.source} {self.key}"


class Term(models.Model):
    """In how many documents of a brand a term stands; 0 when the last one is gone."""

    generation = models.PositiveIntegerField()
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", db_index=False)
    term = models.CharField(max_length=80)
    documents = models.IntegerField()
    revision = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("generation", "brand", "term"), name="term_once"),)
        indexes = (models.Index(fields=("generation", "brand", "revision"), name="term_since"),)

    def __str__(self) -> str:
        return f"{self.term}: {self.documents}"


class Synonyms(models.Model):
    """Words of a brand that mean the same."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    words = models.JSONField(_("words"))

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return ", ".join(self.words)


class Asking(models.Model):
    """A question as it was asked, without what was personal in it, and how often on one day from one place."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", db_index=False)
    date = models.DateField()
    where = models.CharField(max_length=10)
    text = models.CharField(max_length=120)
    times = models.PositiveIntegerField(default=0)
    found_nothing = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("brand", "date", "where", "text"), name="asking_once"),)

    def __str__(self) -> str:
        return self.text
