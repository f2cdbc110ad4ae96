"""Canned replies: good sentences kept ready."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from aspa.core.inboxes.models import Brand
from aspa.core.people.models import Team

SHORTCUT = RegexValidator(
    r"^[\w-]+$", _("Use letters, digits, hyphens and underscores only, for example delivery-time.")
)


class CannedReply(models.Model):
    """A sentence with places for variables, found by its shortcut. Without a brand or a team it is everybody's."""

    brand = models.ForeignKey(
        Brand, null=True, blank=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("brand")
    )
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("team")
    )
    shortcut = models.CharField(
        _("shortcut"), max_length=40, validators=[SHORTCUT], help_text=_("Typed after a slash, for example /thanks.")
    )
    title = models.CharField(_("title"), max_length=80)
    body = models.TextField(
        _("text"),
        help_text=_(
            "{{contact.first_name|there}} becomes the customer's first name, or “there” when it isn't known. Also: "
            "contact.name, agent.name, agent.first_name, brand.name, conversation.reference."
        ),
    )
    language = models.CharField(
        _("language"), max_length=5, blank=True, help_text=_("Empty: offered in every language.")
    )

    class Meta:
        ordering = ("title", "id")
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")

    def __str__(self) -> str:
        return self.title
