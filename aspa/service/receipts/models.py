"""What receipts have to remember: whom they went to lately, and how soon first answers have come."""

from __future__ import annotations

from django.db import models

from aspa.core.conversations.models import Conversation
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Contact


class Given(models.Model):
    """A receipt that went out as a letter within the last days."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("contact", "at"), name="given_contact"), models.Index("at", name="given_at"))

    def __str__(self) -> str:
        return f"receipt to contact {self.contact_id}"


class FirstReply(models.Model):
    """How long a customer waited for the first answer, in the open time of the inbox; each inbox keeps its newest ones."""

    conversation = models.OneToOneField(Conversation, primary_key=True, on_delete=models.CASCADE, related_name="+")
    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+", db_index=False)
    open_seconds = models.PositiveIntegerField()
    replied_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("inbox", "-replied_at"), name="first_reply_inbox"),)

    def __str__(self) -> str:
        return f"first reply to conversation {self.conversation_id}"
