"""What agents leave on conversations for themselves and each other."""

from __future__ import annotations

from django.db import models

from aspa.core.conversations.models.conversation import Conversation
from aspa.core.conversations.models.message import Message
from aspa.core.people.models import Agent


class Draft(models.Model):
    """An unsent reply or note, kept on the server from the first keystroke."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="drafts")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=10, choices=((Message.Kind.REPLY, "reply"), (Message.Kind.NOTE, "note")))
    text = models.TextField(blank=True)
    attachments = models.JSONField(default=list, blank=True)
    # What else the composer was set to: {"via": inbox id, "cc": [address], "bcc": [address], "subject": text}.
    options = models.JSONField(default=dict, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("agent", "conversation", "kind"), name="draft_once"),)

    def __str__(self) -> str:
        return f"{self.kind} draft {self.pk}"


class HeldReply(models.Model):
    """A reply that goes out at its moment, unless its writer takes it back before that (`holding.py`)."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="held")
    text = models.TextField(blank=True)
    attachments = models.JSONField(default=list, blank=True)
    options = models.JSONField(default=dict, blank=True)
    client_id = models.CharField(max_length=64)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("agent", "client_id"), name="held_once"),)

    def __str__(self) -> str:
        return f"held reply {self.pk}"


class Mention(models.Model):
    """An agent was named in a note; open until seen."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="mentions")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="mentions")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="mentions")
    seen_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("agent", "message"), name="mention_once"),)
        indexes = (
            models.Index(fields=("agent", "-id"), name="mention_by_agent"),
            models.Index(fields=("agent", "id"), condition=models.Q(seen_at__isnull=True), name="mention_unseen"),
        )

    def __str__(self) -> str:
        return f"mention {self.pk}"


class AgentRead(models.Model):
    """The newest message an agent has seen in a conversation."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="reads")
    message_id = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("agent", "conversation"), name="agent_read_once"),)

    def __str__(self) -> str:
        return f"{self.agent_id} read {self.message_id}"


class Follow(models.Model):
    """An agent wants to hear of what happens in a conversation that is somebody else's."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="follows")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="followers")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("agent", "conversation"), name="follow_once"),)

    def __str__(self) -> str:
        return f"{self.agent_id} follows {self.conversation_id}"
