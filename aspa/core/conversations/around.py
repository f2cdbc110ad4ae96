"""What stands around a conversation that an agent has opened; each is one plain query, as all are asked together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aspa.core.conversations.models import ConversationLink, Label
from aspa.core.conversations.rows import select
from aspa.core.people.models import Identity

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Contact

LABELLED = "t.id IN (SELECT label_id FROM conversations_conversation_labels WHERE conversation_id = %s) ORDER BY t.name"


def labels_of(conversation: Conversation) -> list[Label]:
    return select(Label, LABELLED, [conversation.pk])


def linked_ids(conversation: Conversation) -> set[int]:
    """The conversations with which this one is linked, in either direction."""
    links = select(ConversationLink, "t.source_id = %s OR t.target_id = %s", [conversation.pk, conversation.pk])
    return {pk for link in links for pk in (link.source_id, link.target_id)} - {conversation.pk}


def identities_of(contact: Contact) -> list[Identity]:
    """The ways to reach or recognise the customer; browsers aren't told apart, and a person's hash tells nobody anything."""
    wordless = (Identity.Kind.VISITOR, Identity.Kind.STRONG)
    return select(Identity, "t.contact_id = %s AND t.kind NOT IN (%s, %s) ORDER BY t.id", [contact.pk, *wordless])
