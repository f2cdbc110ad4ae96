"""A Message in a conversation, and the files that came with it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aspa.core.conversations.models.conversation import Conversation
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent, Contact
from aspa.kit.ids import new_public_id


class MessageQuerySet(models.QuerySet["Message"]):
    def for_contact(self) -> MessageQuerySet:
        """Only what the customer may see. Customer-facing code reads messages through this alone."""
        return self.filter(is_public=True)


class Message(models.Model):
    """What somebody wrote in a conversation, or what happened in it. A note is never public: the database sees to it.

    `inbox`: the channel by which it came or goes, which need not be the conversation's. `text` is what is read, searched
    and sent; `html`, cleaned, is how it came where the channel has any.
    """

    class Kind(models.TextChoices):
        INCOMING = "incoming", _("From the customer")
        REPLY = "reply", _("Reply")
        NOTE = "note", _("Note")
        ACTIVITY = "activity", _("Activity")

    class State(models.TextChoices):
        """Of a reply's delivery; incoming messages, notes and activity are simply `stored`."""

        STORED = "stored", _("Stored")
        QUEUED = "queued", _("On its way")
        SENDING = "sending", _("On its way")
        SENT = "sent", _("Sent")
        DELIVERED = "delivered", _("Delivered")
        READ = "read", _("Read")
        FAILED = "failed", _("Failed")

    # Written by a bot: it answers, but no agent has.
    BOT = "bot"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages", db_index=False)
    # Where it was written, when a merge has moved it since: undoing the merge brings it back.
    origin = models.ForeignKey(Conversation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    is_public = models.BooleanField()
    agent = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    # Of an activity: which one, and its values; `activities.sentence` says it in the reader's language. Of a reply:
    # BOT where no agent wrote it, with {"name", "sources": [{"title", "url"}], "choices": [what can be answered]}.
    code = models.CharField(max_length=30, blank=True)
    data = models.JSONField(default=dict, blank=True)
    has_attachments = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.STORED)
    state_reason = models.CharField(max_length=300, blank=True)
    # The provider's id (or sender + client id in chat), unique in the inbox: a repeated delivery is recognised by it.
    external_id = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001 (nulls are never equal)
    # Made by the writer's own program before sending, so that a retry is not a second message.
    client_id = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("inbox", "external_id"), name="message_external_once"),
            models.UniqueConstraint(
                fields=("agent", "client_id"),
                condition=Q(agent__isnull=False, client_id__isnull=False),
                name="message_client_once",
            ),
            # What customers see is decided by the kind, here as well as in the verbs: a note can't be public.
            models.CheckConstraint(condition=~Q(kind="note", is_public=True), name="message_note_never_public"),
        )
        indexes = (models.Index(fields=("conversation", "id"), name="message_conversation"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_ours(self) -> bool:
        return self.kind == self.Kind.REPLY

    @property
    def is_by_bot(self) -> bool:
        return self.is_ours and self.code == self.BOT

    @property
    def is_automatic(self) -> bool:
        """Whether a machine wrote it: an absence notice, a shop's system, a newsletter."""
        return bool(self.data.get("automatic"))

    @property
    def copies(self) -> dict[str, list[str]]:
        """Who else a reply goes to: {"cc": [address], "bcc": [address]}."""
        copies: dict[str, list[str]] = self.data.get("copies", {})
        return copies

    @property
    def subject(self) -> str:
        """What a reply is to be headed with where that isn't its thread's own; empty when the agent gave none."""
        return str(self.data.get("subject", "")) if self.is_ours else ""


class Attachment(models.Model):
    """A file. Uploaded before its message is sent, then tied to it; untied ones are swept after a week."""

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    inbox = models.ForeignKey(Inbox, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.CASCADE, related_name="attachments")
    # Who uploaded it and may tie it to a message: an agent, or the visitor with this token hash.
    agent = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    visitor = models.CharField(max_length=64, blank=True)
    # How the HTML of its message names it, and whether it is shown there rather than beside.
    content_id = models.CharField(max_length=200, blank=True)
    is_inline = models.BooleanField(default=False)
    # The reply that will take it along (`HeldReply`): until then it isn't swept.
    held = models.ForeignKey(
        "conversations.HeldReply", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    file = models.FileField(upload_to="attachments/%Y/%m/")
    created_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("created_at",), condition=Q(message__isnull=True), name="attachment_unsent"),)

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.width is not None
