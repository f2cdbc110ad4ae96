"""What an agent keeps at the desk: saved views, the browsers that may ring, and whose pictures are fetched."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from aspa.core.people.models import Agent, Contact
from aspa.kit.secrets import EncryptedJSONField


class SavedView(models.Model):
    """A worklist with filters, or a search as it was typed, under a name of the agent's own.

    `filters`: {"inbox": id, "label": id, "assignee": id, "priority": number, "segment": id}, each one optional; of the base
    SEARCH {"search": text}.
    """

    SEARCH = "search"

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=40)
    base = models.CharField(max_length=20, default="all")
    filters = models.JSONField(default=dict)

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        return f"saved-{self.pk}"

    @property
    def looks_for(self) -> str:
        """The search, operators and all; "" for a list."""
        return str(self.filters.get("search", "")) if self.base == self.SEARCH else ""


class PushSubscription(models.Model):
    """A browser that an agent lets ring. `keys` are the browser's, needed to encrypt for it: a secret."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="push_subscriptions")
    endpoint = models.URLField(max_length=600, unique=True)
    keys = EncryptedJSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.endpoint[:40]}"


class ShownPictures(models.Model):
    """The agent wants the pictures from the net shown at once in what this customer sends from this address."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=254)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("agent", "contact", "address"), name="shown_pictures_once"),)

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.address}"
