"""The keys with which programs come in."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aspa.core.people.models import Agent
from aspa.service.commerce.models import Source


class Scope(models.TextChoices):
    INGEST = "ingest", _("Send records")
    READ = "read", _("Read what was sent")


class Key(models.Model):
    """Opens the API for one source, and for nothing of anybody else's. Only its hash is kept; `start` is to tell it by."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="keys", verbose_name=_("system"))
    name = models.CharField(_("name"), max_length=80)
    start = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(pgettext_lazy("to be allowed", "may"), default=list)
    created_by = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return f"{self.name} ({self.start}…)"
