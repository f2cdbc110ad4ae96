"""What the e-mail channel keeps: raw mail before anything is understood, and the letter side of messages."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aspa.core.conversations.models import Conversation, Message
from aspa.core.inboxes.models import Brand, Inbox
from aspa.core.people.models import Agent


class Arrival(models.Model):
    """One mail as it arrived, stored before it is parsed. What can't be understood waits here for an admin."""

    class State(models.TextChoices):
        NEW = "new", _("Not handled yet")
        DONE = "done", _("Handled")
        IGNORED = "ignored", _("Not for people")
        FAILED = "failed", _("Not understood")

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+")
    # Where it came from, unique so that one mail is taken once: "imap:ACCOUNT:FOLDER:UIDVALIDITY:UID", or "sha256:…" of its
    # bytes and recipient. Stays when the mail is erased, so that it isn't imported again.
    source = models.CharField(max_length=255)
    # The envelope: {"from": address, "" for the null sender or null when unknown, "to": [address]}; when an outside server
    # brought it to our own receiver also {"peer": its address in the network, "helo": its greeting}.
    envelope = models.JSONField(default=dict)
    # Empty once erased.
    raw = models.FileField(upload_to="mail/%Y/%m/", blank=True)
    size = models.PositiveBigIntegerField()
    # What is the same on every copy of the mail, by whichever way it came; stays when the mail is erased, as `source`.
    fingerprint = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    # What it was taken for: message | bounce | complaint | copy | own | loop | blocked; empty until it is handled.
    outcome = models.CharField(max_length=20, blank=True)
    # For an admin: why it failed or was ignored.
    detail = models.CharField(max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    received_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("inbox", "source"), name="arrival_once"),)
        indexes = (
            models.Index(fields=("id",), condition=Q(state="new"), name="arrival_new"),
            models.Index(fields=("inbox", "id"), condition=Q(state="failed"), name="arrival_failed"),
            models.Index(fields=("fingerprint",), name="arrival_fingerprint"),
        )

    def __str__(self) -> str:
        return f"arrival {self.pk}"


class Letter(models.Model):
    """The e-mail side of a message, in or out: its headers, its folded rest and what is known of its sender."""

    class Handover(models.TextChoices):
        """How far a letter of ours got with the mail server; empty: not even tried, or refused."""

        OPEN = "open"  # the whole of it was given, the answer isn't known
        TAKEN = "taken"

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="letter")
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", db_index=False)
    # The Message-ID, without brackets.
    mail_id = models.CharField(max_length=255)
    # Of an incoming mail: what is the same on every copy of it, whichever inbox it came to. Empty on ours.
    fingerprint = models.CharField(max_length=64, blank=True)
    in_reply_to = models.CharField(max_length=255, blank=True)
    references = models.JSONField(default=list, blank=True)
    # Addresses are [email, name] pairs.
    sender = models.JSONField(default=list)
    reply_to = models.JSONField(default=list, blank=True)
    to = models.JSONField(default=list)
    cc = models.JSONField(default=list, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    date = models.DateTimeField(null=True, blank=True)
    # Quoted history and signature, folded away: as text and, for a mail with HTML, cleaned.
    rest = models.TextField(blank=True)
    rest_html = models.TextField(blank=True)
    # A reading.mail.Kind, and the verdicts of reading.mail.Authenticity.
    kind = models.CharField(max_length=12, blank=True)
    verdict = models.CharField(max_length=4, blank=True)
    spf = models.CharField(max_length=12, blank=True)
    dkim = models.CharField(max_length=12, blank=True)
    dmarc = models.CharField(max_length=12, blank=True)
    handover = models.CharField(max_length=5, choices=Handover, blank=True, db_default="")
    arrival = models.ForeignKey(Arrival, null=True, blank=True, on_delete=models.SET_NULL, related_name="letters")

    class Meta:
        indexes = (models.Index(fields=("brand", "mail_id"), name="letter_mail_id"),)
        constraints = (
            models.UniqueConstraint(
                fields=("brand", "fingerprint"), condition=~Q(fingerprint=""), name="letter_received_once"
            ),
        )

    def __str__(self) -> str:
        return f"letter of message {self.message_id}"


class Folder(models.Model):
    """How far an IMAP folder has been read (RFC 3501 2.3.1.1: a changed UIDVALIDITY makes the UIDs new)."""

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    # Whose mailbox it is in (`imap.account_of`): in another one the same numbers are other mails.
    account = models.CharField(max_length=32, blank=True)
    uidvalidity = models.PositiveBigIntegerField(default=0)
    last_uid = models.PositiveBigIntegerField(default=0)
    # When it was read to its end; what came before isn't looked for again when the UIDs have become new.
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("inbox", "name"), name="folder_once"),)

    def __str__(self) -> str:
        return f"{self.name} up to {self.last_uid}"


class Line(models.Model):
    """How an inbox's connection fares, in or out; what an admin reads as the channel's health."""

    class Direction(models.TextChoices):
        IN = "in", _("Receiving")
        OUT = "out", _("Sending")

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+")
    direction = models.CharField(max_length=3, choices=Direction)
    worked_at = models.DateTimeField(null=True, blank=True)
    # Since when it has failed without a break, how often and why; empty while it works.
    failed_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("inbox", "direction"), name="line_once"),)

    def __str__(self) -> str:
        return f"{self.direction} of inbox {self.inbox_id}"


class Block(models.Model):
    """A sender whose mail is taken for spam: an address ("a@b.example") or a whole domain ("b.example")."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    value = models.CharField(_("address or domain"), max_length=254)
    # The conversation that taught it, when an agent said "spam"; taking that back takes this back.
    conversation = models.ForeignKey(Conversation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    agent = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("brand", "value"), name="block_once"),)

    def __str__(self) -> str:
        return self.value
