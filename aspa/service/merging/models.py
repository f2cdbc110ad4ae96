"""What was merged, by whom and on what proof, and what an agent has found to be two people."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from aspa.core.people.models import Agent, Contact


class Merge(models.Model):
    """Two contacts of a brand became one: everything of `source` moved to `target`, and what moved is known."""

    class Proof(models.TextChoices):
        STRONG = "strong", _("Both identified strongly as the same person")
        IDENTITY = "identity", _("Both have proved the same address or account")
        REASON = "reason", _("A supervisor's reason")

    source = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    target = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    proof = models.CharField(max_length=10, choices=Proof)
    reason = models.CharField(max_length=300, blank=True)
    # {"app.Model.field": [ids of the rows that moved]}
    moved = models.JSONField(default=dict)
    # {"app.Model.field": [ids that could not, since the target has one like them]}: they stay the source's.
    stayed = models.JSONField(default=dict)
    # What the merge changed of rows that stayed where they are, to be put back: see `identities` and `filling`.
    changed = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"contact {self.source_id} into {self.target_id}"

    @property
    def is_undone(self) -> bool:
        return self.undone_at is not None


class Difference(models.Model):
    """An agent has found that these two are two people: they are suggested no more. `first` has the lower number."""

    first = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("first", "second"), name="difference_once"),)

    def __str__(self) -> str:
        return f"{self.first_id} isn't {self.second_id}"
