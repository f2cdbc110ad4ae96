"""How conversations find their agent: what admins set, what agents chose, and the queue. It changes by the verbs here."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from aspa.core.conversations.models import Conversation, Reason
from aspa.core.inboxes.models import Brand, Inbox
from aspa.core.people.models import Agent

# How many conversations an agent has at once who has no numbers of their own: live chats, and others.
LIVE_ROOM, OTHER_ROOM = 4, 30


class Rules(models.Model):
    """How an inbox gives out what waits. An inbox without a row gives out nothing: its agents take for themselves."""

    class Policy(models.TextChoices):
        OFF = "off", _("Agents take conversations themselves")
        OFFER = "offer", _("Offer to one agent at a time")
        ASSIGN = "assign", _("Give to an agent at once")

    class Pick(models.TextChoices):
        LEAST_BUSY = "least_busy", _("Whoever has least to do")
        ROUND_ROBIN = "round_robin", _("Everyone in turn")

    inbox = models.OneToOneField(Inbox, on_delete=models.CASCADE, related_name="+")
    policy = models.CharField(_("How conversations are given out"), max_length=10, choices=Policy, default=Policy.OFF)
    pick = models.CharField(_("Who comes first"), max_length=20, choices=Pick, default=Pick.LEAST_BUSY)
    offer_seconds = models.PositiveSmallIntegerField(
        _("Seconds to accept an offer"), default=45, help_text=_("Then the next agent is asked.")
    )
    known_seconds = models.PositiveSmallIntegerField(
        _("Seconds to wait for the agent who knows the customer"),
        default=60,
        help_text=_("When that agent is here but has no room. 0: don't wait."),
    )
    speaks = models.BooleanField(
        _("Only to agents who speak the customer's language"),
        default=False,
        help_text=_("Otherwise such agents only come first."),
    )

    def __str__(self) -> str:
        return str(self.inbox)


class Skill(models.Model):
    """Something that not everybody knows; conversations with one of these reasons need it."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    reasons = models.ManyToManyField(Reason, related_name="+", blank=True, verbose_name=_("needed for these reasons"))

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Ability(models.Model):
    """What an agent can take. Without a row: the usual room, every language, no skills."""

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, related_name="+")
    live_room = models.PositiveSmallIntegerField(_("Live chats at once"), null=True, blank=True)
    other_room = models.PositiveSmallIntegerField(_("Other conversations at once"), null=True, blank=True)
    # Codes ("fi"); an empty list says that nobody has recorded them, and hinders nothing.
    languages = models.JSONField(_("languages"), default=list, blank=True)
    skills = models.ManyToManyField(Skill, related_name="+", blank=True, verbose_name=_("skills"))

    def __str__(self) -> str:
        return str(self.agent)


class Tier(models.Model):
    """A customer tier that is served sooner: as if its customers had come so much earlier."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("customer tier"), max_length=40)
    ahead_minutes = models.PositiveSmallIntegerField(_("minutes ahead"), default=5)

    class Meta:
        ordering = ("-ahead_minutes", "name")
        constraints = (models.UniqueConstraint(fields=("brand", "name"), name="routing_tier_once"),)

    def __str__(self) -> str:
        return self.name


class AtWork(models.Model):
    """An agent's own word on whether they take conversations, the same on every page and device.

    Whether they are there at all is told by short-lived keys (`present.py`), never stored.
    """

    class Chosen(models.TextChoices):
        AVAILABLE = "available", _("Available")
        BUSY = "busy", _("Busy")
        OFF = "off", _("Not taking conversations")

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, primary_key=True, related_name="+")
    chosen = models.CharField(max_length=10, choices=Chosen, default=Chosen.AVAILABLE)
    chosen_at = models.DateTimeField(null=True)
    # When a conversation was last given to them: whose turn it is.
    given_at = models.DateTimeField(null=True)
    # Since when they have not been there while customers of theirs wait.
    missing_since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"agent {self.agent_id}: {self.chosen}"


class Waiting(models.Model):
    """A conversation of a routed inbox whose customer waits: in the queue, and after that until the first answer."""

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, primary_key=True, related_name="+")
    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+", db_index=False)
    entered_at = models.DateTimeField()
    # The order of the queue: `entered_at` less what tier and priority are ahead. Whoever waits comes nearer with time.
    turn = models.DateTimeField()
    # Its place (1 is next) when it entered.
    entered_as = models.PositiveIntegerField(default=1)
    # The agent who last took care of this customer.
    known = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    # Agents who were offered it and didn't take it, in order.
    asked = models.JSONField(default=list)
    # When it left the queue for an agent.
    given_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("inbox", "turn", "conversation"),
                condition=models.Q(given_at__isnull=True),
                name="routing_queue",
            ),
        )

    def __str__(self) -> str:
        return f"conversation {self.conversation_id} since {self.entered_at:%H:%M}"


class Offer(models.Model):
    """A conversation that one agent is asked to take. One at a time for each conversation and for each agent."""

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, related_name="+")
    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, related_name="+")
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    # Why this agent, as in the activity line: see `reasons.py`.
    why = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"conversation {self.conversation_id} to agent {self.agent_id}"


class Waited(models.Model):
    """How long a customer waited in the queue for the first answer; the last ones of each inbox are kept."""

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+", db_index=False)
    entered_as = models.PositiveIntegerField()
    seconds = models.PositiveIntegerField()
    answered_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("inbox", "-id"), name="routing_last_waits"),)

    def __str__(self) -> str:
        return f"{self.seconds} s as number {self.entered_as}"
