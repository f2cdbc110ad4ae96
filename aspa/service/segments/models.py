"""Segments of a brand's customers, and who belongs to them. They change by `editing`, memberships by `renewing`."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from aspa.core.inboxes.models import Brand
from aspa.core.people.models import Contact, Team


class Segment(models.Model):
    """Customers of a brand of whom the same holds, and the persona that stands for them."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", verbose_name=_("brand"))
    name = models.CharField(_("name"), max_length=60)
    emoji = models.CharField(_("emoji"), max_length=16, blank=True)
    picture = models.ImageField(_("picture"), upload_to="segments/", blank=True)
    description = models.TextField(_("description"), max_length=2000, blank=True)
    # The edition whose members count; empty until the first one is ready.
    current = models.OneToOneField("segments.Edition", null=True, on_delete=models.SET_NULL, related_name="current_of")
    # Its customers are served as if they had come so much earlier, and by this team first.
    ahead_minutes = models.PositiveSmallIntegerField(_("minutes ahead"), default=0)
    team = models.ForeignKey(
        Team,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("team that comes first"),
    )

    class Meta:
        ordering = ("name", "id")
        constraints = (models.UniqueConstraint(fields=("brand", "name"), name="segment_once"),)

    def __str__(self) -> str:
        return self.name

    @property
    def size(self) -> int | None:
        """How many belong to it; None until the first edition is ready."""
        return self.current.size if self.current else None


class Edition(models.Model):
    """The rule of a segment as it was at one time, with its members.

    A changed rule is a new edition; the members of the former stay until those of the new one are all found. Both
    follow what changes meanwhile.
    """

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="editions")
    # As `conditions.read` takes it.
    rule = models.JSONField()
    # Whether what happens in conversations can change who belongs.
    asks_conversations = models.BooleanField(default=False)
    # How far the contacts have been looked at; empty when all have.
    reached = models.BigIntegerField(null=True, default=0)
    size = models.PositiveIntegerField(default=0)
    # Up to when it was asked whose time has come for a condition of days.
    swept_at = models.DateTimeField()
    # Replaced by a newer one: its members are being taken away.
    is_over = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"edition {self.pk} of segment {self.segment_id}"

    @property
    def is_ready(self) -> bool:
        return self.reached is None


class Membership(models.Model):
    """The contact belongs to it since then."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("edition", "contact"), name="member_once"),)

    def __str__(self) -> str:
        return f"contact {self.contact_id} in edition {self.edition_id}"


class SegmentDay(models.Model):
    """How many belonged to a segment at the end of a day."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="days", db_index=False)
    date = models.DateField()
    size = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("segment", "date"), name="segment_day_once"),)

    def __str__(self) -> str:
        return f"{self.size} on {self.date}"
