"""What was asked of customers to show who they are, what came of it, and what only few may read of them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aspa.core.conversations.models import Conversation
from aspa.core.inboxes.models import Brand
from aspa.core.people.models import Agent, Contact, Identity
from aspa.kit.ids import new_token
from aspa.kit.secrets import EncryptedJSONField, EncryptedTextField


class Challenge(models.Model):
    """A customer was asked to prove that an address is theirs, with the code that was sent there last."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("Waiting for the customer")
        PROVED = "proved", _("Proved")
        FAILED = "failed", _("Too many wrong codes")
        REPLACED = "replaced", _("Asked again")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    asked_by = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=20, choices=Identity.Kind)
    value = models.CharField(max_length=254)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    # Proved, but somebody else had proved it before: a duplicate, for a person to look at.
    is_elsewhere = models.BooleanField(default=False)
    finished_at = models.DateTimeField(null=True, blank=True)
    # Of the code that was sent last; empty before it is sent and when it is of no use any more.
    code_hash = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    sendings = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    # The newest message that was tried as a code: reading it twice is one try.
    last_message_id = models.BigIntegerField(default=0)

    class Meta:
        indexes = (
            models.Index(fields=("contact", "at", "id"), name="challenge_contact"),
            models.Index(fields=("kind", "value", "sent_at"), name="challenge_value"),
            models.Index(fields=("expires_at",), condition=Q(outcome="open"), name="challenge_open"),
        )

    def __str__(self) -> str:
        return f"challenge {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.outcome == self.Outcome.OPEN


class SignIn(models.Model):
    """Somebody on a brand's pages says that an address is theirs; the code that was sent there signs them in."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", db_index=False)
    email = models.CharField(max_length=254)
    language = models.CharField(max_length=5)
    # Known to the browser that asked, so that nobody else's guesses use up its tries.
    public_id = models.CharField(max_length=43, unique=True)
    at = models.DateTimeField(db_index=True)
    # Empty before it is sent, and once it has been used.
    code_hash = models.CharField(max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=("brand", "email"), name="sign_in_email"),)

    def __str__(self) -> str:
        return f"sign-in {self.pk}"


class Provider(models.Model):
    """An OpenID Connect provider by which a brand's customers identify themselves strongly."""

    class Security(models.TextChoices):
        SECRET = "secret", _("A client secret")
        KEYS = "keys", _("Our own keys: signed requests, encrypted answers (Finnish Trust Network)")

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", verbose_name=_("brand"))
    name = models.CharField(
        _("name"), max_length=80, help_text=_("Customers read it on the button, for example “bank or mobile”.")
    )
    issuer = models.URLField(
        _("issuer"), max_length=300, help_text=_("The address that the provider gives as its issuer.")
    )
    client_id = models.CharField(_("client id"), max_length=200)
    security = models.CharField(_("how we prove ourselves"), max_length=10, choices=Security, default=Security.SECRET)
    client_secret = EncryptedTextField(_("client secret"), blank=True, default="")
    # Our JWK Set with private keys, {"keys": [one to sign, one to encrypt]}; made when they are first needed.
    private_keys = EncryptedJSONField(null=True, blank=True)
    scopes = models.CharField(_("scopes"), max_length=300, default="openid profile")
    # [[acr, what it is called], …]; only these are accepted. None: any answer is, without a level.
    levels = models.JSONField(_("levels"), default=list, blank=True)
    # Which claim has what is kept: {"name": "name", …}; what isn't named isn't kept.
    claims = models.JSONField(_("kept data"), default=dict, blank=True)
    # By the claim that has it a person is known again; a broker's `sub` may be new each time.
    subject_claim = models.CharField(_("claim that identifies the person"), max_length=120, default="sub")
    # With which subjects are hashed: an identity code could be guessed from a bare hash.
    subject_key = EncryptedTextField(default=new_token)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ("brand__name", "name", "id")

    def __str__(self) -> str:
        return self.name


class Identification(models.Model):
    """A customer was asked to identify themselves strongly, and what came of it."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting for the customer")
        DONE = "done", _("Identified")
        OTHER_PERSON = "other", _("Identified as somebody else")
        VOID = "void", _("Asked again")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    provider = models.ForeignKey(Provider, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_by = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    finished_at = models.DateTimeField(null=True, blank=True)
    acr = models.CharField(max_length=200, blank=True)
    # What the acr was called then.
    level = models.CharField(max_length=80, blank=True)
    subject_hash = models.CharField(max_length=64, blank=True, db_index=True)
    is_elsewhere = models.BooleanField(default=False)
    # The way to the provider that is open just now: {"nonce", "verifier", "browser"}, found by the hash of its state.
    attempt = EncryptedJSONField(null=True, blank=True)
    state_hash = models.CharField(max_length=64, blank=True, db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=("contact", "at", "id"), name="identification_contact"),)

    def __str__(self) -> str:
        return f"identification {self.pk}"


class Fact(models.Model):
    """A piece of identification data; only who may `kyc.read` ever sees it, and every look is a `Look`."""

    class Key(models.TextChoices):
        NAME = "name", _("Name")
        BIRTHDATE = "birthdate", _("Date of birth")
        IDENTITY_CODE = "identity_code", _("Personal identity code")
        NATIONALITY = "nationality", _("Nationality")
        DOCUMENT = "document", _("Document and its number")
        ADDRESS = "address", _("Address")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=20, choices=Key)
    value = EncryptedTextField()
    # Where it is from: a strong identification, or the agent who typed it.
    identification = models.ForeignKey(
        Identification, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    agent = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("contact", "key"), name="fact_once"),)

    def __str__(self) -> str:
        return f"fact {self.pk}"


class Look(models.Model):
    """An agent looked at a customer's identification data, or changed it."""

    class What(models.TextChoices):
        READ = "read", _("looked at it")
        CHANGED = "changed", _("changed it")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    what = models.CharField(max_length=10, choices=What)
    # Which facts, by key; never their values.
    keys = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("contact", "at", "id"), name="look_contact"),)

    def __str__(self) -> str:
        return f"look {self.pk}"
