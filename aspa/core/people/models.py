"""The people of customer service: those who serve (Agent, Team, Role) and those served (Contact, Company)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from aspa.kit.text import initials


class AgentManager(BaseUserManager["Agent"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Agent:
        """Create an agent; without a password the agent can't sign in until one is set."""
        if not email:
            raise ValueError("An agent needs an e-mail address.")
        agent = self.model(email=self.normalize_email(email).lower(), **fields)
        agent.set_password(password)
        agent.save(using=self._db)
        return agent

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Agent:
        return self.create_user(email, password, is_owner=True, **fields)


class Agent(AbstractBaseUser):
    """Someone who serves customers; the only kind of user that signs in."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    title = models.CharField(_("title"), max_length=120, blank=True)
    alias = models.CharField(
        _("alias"), max_length=120, blank=True, help_text=_("Shown to customers in place of the name.")
    )
    picture = models.ImageField(_("picture"), upload_to="agents/", blank=True)
    language = models.CharField(_("language"), max_length=5, default="fi")
    signature = models.TextField(
        _("signature"), blank=True, max_length=1000, help_text=_("Ends your letters to customers, below your name.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_owner = models.BooleanField(_("owner"), default=False, help_text=_("May do everything everywhere."))
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = AgentManager()

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name

    @property
    def public_name(self) -> str:
        """The name customers see."""
        return self.alias or self.name

    @property
    def first_name(self) -> str:
        return self.public_name.split(" ")[0]

    @property
    def initials(self) -> str:
        return initials(self.public_name)


class Team(models.Model):
    name = models.CharField(_("name"), max_length=80)
    members = models.ManyToManyField(Agent, related_name="teams", blank=True, verbose_name=_("members"))

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class Role(models.Model):
    """A named set of permissions; `inboxes.Grant` says who holds it where."""

    class Permission(models.TextChoices):
        READ = "conversations.read", _("Read conversations")
        REPLY = "conversations.reply", _("Reply, note and sort conversations")
        MODERATE = "conversations.moderate", _("Set conversations aside, merge and split")
        CANNED = "canned.manage", _("Edit shared canned replies")
        SETTINGS = "settings.manage", _("Change brands, inboxes and teams")
        AGENTS = "agents.manage", _("Invite agents and give roles")
        KYC = "kyc.read", _("See identification data")
        PRIVACY = "privacy.manage", _("Export and erase what is known of a customer")
        CONTENT = "content.write", _("Write and publish help articles")
        COMMUNITY = "community.moderate", _("Moderate what customers publish")

    name = models.CharField(_("name"), max_length=80, unique=True)
    permissions = models.JSONField(_("permissions"), default=list)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Company(models.Model):
    brand = models.ForeignKey("inboxes.Brand", on_delete=models.CASCADE, related_name="companies")
    name = models.CharField(_("name"), max_length=160)
    business_id = models.CharField(_("business id"), max_length=40, blank=True)

    class Meta:
        ordering = ("name", "id")
        verbose_name_plural = "companies"

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A person who needs help. Belongs to one brand: brands never see each other's customers."""

    brand = models.ForeignKey("inboxes.Brand", on_delete=models.CASCADE, related_name="contacts")
    company = models.ForeignKey(Company, null=True, blank=True, on_delete=models.SET_NULL, related_name="contacts")
    name = models.CharField(_("name"), max_length=160, blank=True)
    language = models.CharField(_("language"), max_length=5, blank=True)
    # What the brand calls its better customers, "gold" for example; routing and SLA policies ask for it.
    tier = models.CharField(_("customer tier"), max_length=40, blank=True)
    # What the brand's own fields say: {key: value}; `service/timeline` has the fields.
    custom = models.JSONField(_("custom fields"), default=dict, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged")
    # A tombstone from then on: nothing of the person is left, and public threads stay whole.
    erased_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    # Not stored: an address to call a nameless one by, set by who shows them.
    known_as = ""

    class Meta:
        indexes = (models.Index("brand", Lower("name"), "id", name="contact_by_name"),)

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name, or a neutral word with the number for someone who has not told it."""
        return self.name or self.known_as or str(_("Visitor %(number)s") % {"number": self.pk})

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]

    @property
    def initials(self) -> str:
        return initials(self.name) if self.name else "?"


class Identity(models.Model):
    """One way to reach or recognise a contact; claimed until it is verified."""

    class Kind(models.TextChoices):
        VISITOR = "visitor", _("Browser")
        SHOP = "shop", _("Shop account")
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone")
        STRONG = "strong", _("Strong identification")
        CUSTOMER = "customer", _("Customer number")

    brand = models.ForeignKey("inboxes.Brand", on_delete=models.CASCADE, related_name="identities")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=20, choices=Kind)
    value = models.CharField(max_length=254)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_how = models.CharField(max_length=40, blank=True)
    verified_by = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "identities"
        constraints = (
            # Many may claim one address; only one can have proved it.
            models.UniqueConstraint(
                fields=("brand", "kind", "value"),
                condition=models.Q(verified_at__isnull=False),
                name="identity_verified_once",
            ),
            models.UniqueConstraint(fields=("contact", "kind", "value"), name="identity_claimed_once"),
        )
        indexes = (models.Index(fields=("brand", "kind", "value"), name="identity_by_value"),)

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None


class ContactChange(models.Model):
    """Something about the contact has changed and not everybody who follows it has looked yet (`changes`)."""

    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("at",), name="contact_changed"),)

    def __str__(self) -> str:
        return f"{self.contact_id} {self.at}"
