"""What was said. Conversations and messages stay as figures; what was in them goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from aspa.channels.email.arriving.forgetting import forget_raw
from aspa.channels.email.models import Arrival
from aspa.core.conversations import events, lifecycle
from aspa.core.conversations.changing import changing
from aspa.core.conversations.models import Attachment, Conversation, Draft, Event, HeldReply, Message
from aspa.core.people.browsers import browsers_of
from aspa.service.privacy.declaring import DELETE, Basis, Blank, By, declare, nothing_personal
from aspa.service.privacy.retained import retain

if TYPE_CHECKING:
    from django.db.models import QuerySet

# In the values of activities and events: codes, numbers of ours and names of agents. All other words are the person's.
CODES = frozenset({
    "who", "whom", "team", "reference", "how", "gone", "state", "kind", "due", "until", "by", "why", "because", "skills",
    "language", "status", "channel", "policy", "target", "begins", "automatic", "links_renewed", "handover", "direction",
})  # fmt: skip


def wordless(value: Any, key: str = "") -> Any:
    """The same without people's words: {"who": "Ben", "what": "Soitan Deelle"} gives {"who": "Ben", "what": "…"}."""
    if isinstance(value, dict):
        # Keys may be words, too, where they aren't ours.
        return {name: wordless(inner, str(name)) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [wordless(inner, key) for inner in value]
    return "…" if isinstance(value, str) and key not in CODES else value


def placeholder(message: Message) -> str:
    """What stands in place of what was written, in the conversation's language."""
    if not message.text and not message.has_attachments:
        return ""
    with override(message.conversation.language or message.conversation.brand.language):
        return gettext("[erased]")


def _theirs(contact_ids: list[int], prefix: str = "") -> Q:
    """Messages in the person's conversations, and what they wrote in somebody else's."""
    return Q(**{f"{prefix}conversation__contact__in": contact_ids}) | Q(**{f"{prefix}contact__in": contact_ids})


def messages_of(contact_ids: list[int]) -> QuerySet[Message]:
    return Message.objects.filter(_theirs(contact_ids)).select_related("conversation__brand")


def _events_of(contact_ids: list[int]) -> QuerySet[Event]:
    return Event.objects.filter(Q(conversation__contact__in=contact_ids) | Q(message__contact__in=contact_ids))


def attachments_of(contact_ids: list[int]) -> QuerySet[Attachment]:
    """Those of messages, and those on their way: in drafts, in held replies, uploaded by the person's browser."""
    waiting: set[str] = set()
    for model in (Draft, HeldReply):
        for named in model._default_manager.filter(conversation__contact__in=contact_ids).values_list(
            "attachments", flat=True
        ):
            waiting.update(str(one) for one in named)
    return Attachment.objects.filter(
        Q(message__in=Message.objects.filter(_theirs(contact_ids)))
        | Q(message=None, public_id__in=waiting)
        | Q(message=None, held__conversation__contact__in=contact_ids)
        | Q(message=None, visitor__in=list(browsers_of(contact_ids)))
    )


def _by_the_person(rows: QuerySet[Any], contact_ids: list[int]) -> QuerySet[Any]:
    """Not what other customers wrote in the same conversation."""
    return rows.filter(Q(contact=None) | Q(contact__in=contact_ids))


def _of_the_persons_messages(rows: QuerySet[Any], contact_ids: list[int]) -> QuerySet[Any]:
    return rows.filter(message__conversation__contact__in=contact_ids).exclude(
        Q(message__contact__isnull=False) & ~Q(message__contact__in=contact_ids)
    )


def _end_and_blank(contact_ids: list[int], limit: int) -> int:
    """What is still open is ended, as the customer would: nobody is there any more to answer to."""
    worded = ~Q(subject="") | ~Q(preview="") | ~Q(closed_reason="") | ~Q(context={})
    marked = worded | ~Q(status=Conversation.Status.CLOSED)
    found = list(Conversation.objects.filter(marked, contact__in=contact_ids).order_by("pk")[:limit])
    for conversation in found:
        lifecycle.customer_ends(conversation)
        with changing(conversation) as current:
            current.subject = current.preview = current.closed_reason = ""
            current.context = {}
            current.save(update_fields=["subject", "preview", "closed_reason", "context"])
            events.record(current, Event.Kind.REDACTED)
    return len(found)


SERVING = _("To answer the customer and to know later what was agreed")

declare(
    "conversations.Conversation",
    _("Conversations"),
    of="contact",
    fields={
        "pk": _("Number"),
        "subject": _("Subject"),
        "inbox__name": _("Inbox"),
        "language": _("Language"),
        "status": _("State"),
        "created_at": _("Begun"),
        "closed_at": _("Ended"),
        "context": _("Where the customer was, and their first answers"),
    },
    erased=By(_end_and_blank),
    purpose=SERVING,
    basis=Basis.CONTRACT,
    kept=_("Until the customer is erased; the number, the times and the kind stay for the figures"),
    retention="conversations",
)
declare(
    "conversations.Message",
    _("Messages and notes"),
    of=messages_of,
    own=_by_the_person,
    fields={
        "conversation": _("Conversation"),
        "created_at": _("When"),
        "kind": _("Kind"),
        "text": _("Text"),
        "data": _("Details"),
    },
    erased=Blank(
        {
            "text": placeholder,
            "html": "",
            "data": lambda message: wordless(message.data),
            "has_attachments": False,
            "state_reason": "",
            "external_id": None,
            "client_id": None,
        }
    ),
    purpose=SERVING,
    basis=Basis.CONTRACT,
    kept=_("Until the customer is erased; that something was written, by whom and when stays for the figures"),
    retention="conversations",
)
declare(
    "conversations.Event",
    _("What happened in conversations"),
    of=_events_of,
    fields={"conversation": _("Conversation"), "created_at": _("When"), "kind": _("Kind"), "data": _("Details")},
    erased=Blank({"data": lambda event: wordless(event.data)}),
    purpose=_("To show what has been done, by whom, and to count it"),
    basis=Basis.INTEREST,
    kept=_("Until the customer is erased; the kind and the time stay for the figures"),
    retention="conversations",
)
declare(
    "conversations.Draft",
    _("Unsent drafts of agents"),
    of="conversation__contact",
    fields={"conversation": _("Conversation"), "updated_at": _("When"), "text": _("Text")},
    erased=DELETE,
    purpose=SERVING,
    basis=Basis.CONTRACT,
    kept=_("Until it is sent"),
)
declare(
    "conversations.HeldReply",
    _("Replies that wait to be sent"),
    of="conversation__contact",
    fields={"conversation": _("Conversation"), "due_at": _("When"), "text": _("Text")},
    erased=DELETE,
    purpose=SERVING,
    basis=Basis.CONTRACT,
    kept=_("Until it is sent"),
)
declare(
    "conversations.Attachment",
    _("Files"),
    of=attachments_of,
    own=_of_the_persons_messages,
    fields={"message": _("Message"), "name": _("Name"), "content_type": _("Kind"), "created_at": _("When")},
    files=("file",),
    erased=DELETE,
    purpose=SERVING,
    basis=Basis.CONTRACT,
    kept=_("Until the customer is erased"),
    retention="attachments",
)
nothing_personal(
    "conversations.Label",
    "conversations.Reason",
    "conversations.Conversation_labels",
    "conversations.ConversationLink",
    "conversations.Mention",
    "conversations.AgentRead",
    "conversations.Follow",
    "conversations.SubscriberCursor",
    because=_("Numbers and words of ours, without anything of the customer’s."),
)


def _remove_conversations(pks: list[int]) -> None:
    """With all that refers to them, raw mail and files included. What is counted by the day stays."""
    for attachment in Attachment.objects.filter(message__conversation__in=pks):
        attachment.file.delete(save=False)
    forget_raw(Arrival.objects.filter(message__conversation__in=pks))
    Conversation.objects.filter(pk__in=pks).delete()


def _remove_attachments(pks: list[int]) -> None:
    """The files alone; what was written stays."""
    found = list(Attachment.objects.filter(pk__in=pks))
    for attachment in found:
        attachment.file.delete(save=False)
    Attachment.objects.filter(pk__in=pks).delete()
    bare = Message.objects.filter(pk__in={one.message_id for one in found if one.message_id})
    bare.exclude(attachments__isnull=False).update(has_attachments=False)


retain(
    "conversations",
    _("Conversations that have ended"),
    rows=lambda: Conversation.objects.filter(status=Conversation.Status.CLOSED),
    age="last_activity_at",
    brand="brand",
    channel="inbox__channel",
    remove=_remove_conversations,
    least_days=30,
    is_walked=True,
)
retain(
    "attachments",
    _("Files in messages"),
    rows=lambda: Attachment.objects.filter(message__isnull=False),
    age="created_at",
    brand="message__conversation__brand",
    channel="message__inbox__channel",
    remove=_remove_attachments,
    is_walked=True,
)
