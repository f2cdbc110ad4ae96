from aspa.core.conversations.models.conversation import Conversation, ConversationLink, Label, Reason
from aspa.core.conversations.models.desk_marks import AgentRead, Draft, Follow, HeldReply, Mention
from aspa.core.conversations.models.journal import Event, SubscriberCursor
from aspa.core.conversations.models.message import Attachment, Message

__all__ = [
    "AgentRead",
    "Attachment",
    "Conversation",
    "ConversationLink",
    "Draft",
    "Event",
    "Follow",
    "HeldReply",
    "Label",
    "Mention",
    "Message",
    "Reason",
    "SubscriberCursor",
]
