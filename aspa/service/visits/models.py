"""Pages that a customer looked at, where they agreed to it. `seeing`, `consenting` and `landing` change these."""

from __future__ import annotations

from django.db import models

from aspa.core.inboxes.models import Brand
from aspa.core.people.models import Contact


class Visit(models.Model):
    """One look at one page. Without a contact it waits under the browser's token until its visitor writes."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", db_index=False)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    # The token's hash.
    visitor = models.CharField(max_length=64)
    url = models.CharField(max_length=500)
    title = models.CharField(max_length=200, blank=True)
    # What the shop calls the product that the page shows, and its number there.
    product = models.CharField(max_length=200, blank=True)
    product_id = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=("contact", "at", "id"), name="visit_contact"),
            models.Index(fields=("visitor", "id"), name="visit_visitor"),
            models.Index(fields=("brand", "at"), name="visit_brand_age"),
            models.Index(fields=("at",), condition=models.Q(contact__isnull=True), name="visit_waiting"),
        )

    def __str__(self) -> str:
        return f"visit {self.pk}"


class BrowserConsent(models.Model):
    """A visitor who isn't a contact yet lets us keep which pages they look at. A no is never kept, nor anything else."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", db_index=False)
    visitor = models.CharField(max_length=64)
    at = models.DateTimeField()
    # To the day.
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("visitor", "brand"), name="browser_consents_once"),)

    def __str__(self) -> str:
        return f"consent {self.pk}"
