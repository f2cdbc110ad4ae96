"""Where contacts arrive: a Brand, its Inboxes, and the Grants that say who may work in them."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from aspa.core.people.models import Agent, Role, Team
from aspa.kit.ids import new_public_id, new_token
from aspa.kit.secrets import EncryptedJSONField, EncryptedTextField

COLOUR = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Give the colour as # and six digits, for example #1c5d4d."))


# A tuple: what is looked for comes from outside and may be anything.
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


class Brand(models.Model):
    """A face to customers: name, colour, web addresses, languages. Customers never cross brands."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("short name"), unique=True)
    colour = models.CharField(_("colour"), max_length=7, default="#1c5d4d", validators=[COLOUR])
    logo = models.ImageField(_("logo"), upload_to="brands/", blank=True)
    domains = models.JSONField(
        _("web addresses"), default=list, blank=True, help_text=_("Pages on these may show the chat.")
    )
    language = models.CharField(_("language"), max_length=5, default="fi")
    timezone = models.CharField(_("time zone"), max_length=64, default="Europe/Helsinki")
    reference_prefix = models.CharField(_("reference prefix"), max_length=6, default="A")
    identity_secret = EncryptedTextField(_("identity secret"), default=new_token)

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name

    def spoken(self, wanted: object) -> str:
        """The language that a customer's page or browser asks for, if Aspa speaks it, else the brand's own."""
        return str(wanted) if wanted in LANGUAGES else self.language

    @property
    def initial(self) -> str:
        return self.name[:1].upper()


class Inbox(models.Model):
    """One configured place where contacts arrive by one channel."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="inboxes", verbose_name=_("brand"))
    name = models.CharField(_("name"), max_length=80)
    channel = models.CharField(_("channel"), max_length=30)
    public_id = models.CharField(max_length=20, unique=True, default=new_public_id)
    settings = EncryptedJSONField(_("settings"), default=dict)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, verbose_name=_("responsible team"))
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ("brand__name", "name", "id")
        verbose_name_plural = "inboxes"

    def __str__(self) -> str:
        return f"{self.brand} · {self.name}"


class Grant(models.Model):
    """An agent holds a role in one inbox, or in all when `inbox` is empty."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="grants")
    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="grants")
    inbox = models.ForeignKey(Inbox, null=True, blank=True, on_delete=models.CASCADE, related_name="grants")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("agent", "role", "inbox"), name="grant_once"),
            models.UniqueConstraint(
                fields=("agent", "role"), condition=models.Q(inbox__isnull=True), name="grant_everywhere_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.agent}: {self.role} ({self.inbox or '*'})"
