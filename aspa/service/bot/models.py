"""The bot of a chat, its talks, the steps it knows, the language model it may ask, and what came of it all.

Talks change by `following`, `talking` and `handing_over`; settings by `editing`.
"""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aspa.core.conversations.models import Conversation
from aspa.core.inboxes.models import Brand, Inbox
from aspa.kit.secrets import EncryptedJSONField, EncryptedTextField


class Bot(models.Model):
    """How the bot of one chat behaves; a chat without a row has none.

    `greetings` by language; where none is written the bot says who it is in its own words.
    """

    class When(models.TextChoices):
        OFF = "off", _("Never")
        ABSENT = "absent", _("When nobody is there")
        ALWAYS = "always", _("Always first")

    inbox = models.OneToOneField(Inbox, on_delete=models.CASCADE, primary_key=True, related_name="+")
    when = models.CharField(_("The bot answers"), max_length=10, choices=When, default=When.OFF)
    name = models.CharField(
        _("Its name"), max_length=40, default="Apu", help_text=_("Customers always read beside it that it is a bot.")
    )
    greetings = models.JSONField(default=dict, blank=True)
    asks_model = models.BooleanField(
        _("Let the brand’s language model put answers into words"),
        default=False,
        help_text=_("It is given only what the search found, and an answer that this doesn’t carry isn’t used."),
    )

    def __str__(self) -> str:
        return self.name


class Flow(models.Model):
    """Steps by which a brand's bot takes care of a common task. `steps` as `flows.steps` reads them.

    `phrases`: what customers write when they want it, one a line, in any language.
    """

    class Task(models.TextChoices):
        ORDER = "order", _("Where is my order")
        RETURN = "return", _("Returns")
        OWN = "own", _("Something else")

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    task = models.CharField(max_length=10, choices=Task, default=Task.OWN)
    name = models.CharField(_("Name"), max_length=60)
    is_on = models.BooleanField(_("In use"), default=True)
    phrases = models.TextField(_("What customers write then"), blank=True)
    steps = models.JSONField(default=list)

    class Meta:
        ordering = ("brand", "pk")

    def __str__(self) -> str:
        return self.name


class LanguageModel(models.Model):
    """The language model that a brand's bots may ask: any address that speaks OpenAI's chat completions."""

    brand = models.OneToOneField(Brand, on_delete=models.CASCADE, primary_key=True, related_name="+")
    url = models.URLField(_("Address"), max_length=300)
    model = models.CharField(_("Model"), max_length=100)
    key = EncryptedTextField(_("Key"), blank=True, default="")
    seconds = models.PositiveSmallIntegerField(
        _("Seconds to wait for an answer"),
        default=6,
        validators=(MinValueValidator(1), MaxValueValidator(20)),
        help_text=_("Then the bot answers with what the search found."),
    )
    tokens_a_day = models.PositiveIntegerField(
        _("Tokens a day at most"),
        default=200_000,
        validators=(MinValueValidator(1_000), MaxValueValidator(100_000_000)),
    )
    tokens_a_talk = models.PositiveIntegerField(
        _("Tokens in one conversation at most"),
        default=20_000,
        validators=(MinValueValidator(1_000), MaxValueValidator(1_000_000)),
        help_text=_("About a thousand for each question. Then the bot answers with what the search found."),
    )

    def __str__(self) -> str:
        return self.model


class ModelDay(models.Model):
    """What a brand's language model was asked on one local day. `refused`: answers that weren't used."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", db_index=False)
    date = models.DateField()
    asked = models.PositiveIntegerField(default=0)
    tokens = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("brand", "date"), name="bot_model_day_once"),)

    def __str__(self) -> str:
        return f"model of {self.brand_id} on {self.date}"


class Talk(models.Model):
    """A conversation that the bot of its chat took care of first.

    `heard_id`: the newest message of the customer's that it has reacted to. `owed_since`: the customer waits for it.
    `turns`: how often it has reacted. `tokens`: what it has taken of the language model. `misses`: since it last helped.
    `offered`: the page titles that it asked to choose among; it asks so once.
    `noted`: what the customer told in the steps of `flow`, of which `step` waits for an answer.
    """

    class State(models.TextChoices):
        BOT = "bot", _("With the bot")
        HANDED_OVER = "handed_over", _("Handed over")
        TAKEN = "taken", _("Taken by an agent")
        OVER = "over", _("Over")

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, primary_key=True, related_name="+")
    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+", db_index=False)
    state = models.CharField(max_length=12, choices=State, default=State.BOT)
    began_at = models.DateTimeField()
    language = models.CharField(max_length=5, blank=True)
    heard_id = models.BigIntegerField(default=0)
    owed_since = models.DateTimeField(null=True)
    misses = models.PositiveSmallIntegerField(default=0)
    answers = models.PositiveSmallIntegerField(default=0)
    turns = models.PositiveIntegerField(default=0)
    tokens = models.PositiveIntegerField(default=0)
    has_helped = models.BooleanField(default=False)
    offered = models.JSONField(default=list)
    flow = models.ForeignKey(Flow, null=True, on_delete=models.SET_NULL, related_name="+")
    step = models.PositiveSmallIntegerField(default=0)
    noted = EncryptedJSONField(default=dict)
    cause = models.CharField(max_length=20, blank=True)
    handed_over_at = models.DateTimeField(null=True)
    human_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            # Partial by "is null" alone: SQLite can't see that a bound value meets any other condition.
            models.Index(fields=("owed_since",), condition=Q(owed_since__isnull=False), name="bot_talk_owed"),
            models.Index(fields=("inbox", "state"), name="bot_talk_inbox"),
        )

    def __str__(self) -> str:
        return f"talk {self.conversation_id}: {self.state}"


class BotDay(models.Model):
    """What came of the talks that began in an inbox on one local day.

    `answered`, `helped`, `handed_over`, `taken`: talks. `misses`: questions. `humans`: talks in which a person answered
    after they were handed over, `human_seconds` how long that took together and `soon` how many within two minutes.
    """

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+", db_index=False)
    date = models.DateField()
    talks = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    helped = models.PositiveIntegerField(default=0)
    misses = models.PositiveIntegerField(default=0)
    handed_over = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    humans = models.PositiveIntegerField(default=0)
    soon = models.PositiveIntegerField(default=0)
    human_seconds = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("inbox", "date"), name="bot_day_once"),)

    def __str__(self) -> str:
        return f"bot of {self.inbox_id} on {self.date}"
