"""What Aspa itself writes to customers where no chat shows it: the receipt, the question whether it is solved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from aspa.core.conversations import activities, next_step, own_page
from aspa.kit.html import text_to_html

if TYPE_CHECKING:
    from aspa.core.conversations.models import Message

TEMPLATES = {
    "receipt": "email/told/receipt.txt",
    "ask_solved": "email/told/ask_solved.txt",
    "reminded": "email/told/reminded.txt",
    "closed_by_silence": "email/told/closed_by_silence.txt",
    "verification_asked": "email/told/asked.txt",
    "code_refused": "email/told/asked.txt",
    "identification_asked": "email/told/asked.txt",
    "cart_offered_by": "email/told/cart_offered.txt",
}

# A line that ends in a colon, and the address that stands alone below it.
_WAY_ON = re.compile(r"([^<>]+):<br>(<a [^>]+>)[^<]*</a>(?=<br>|$)")


def text_of(message: Message) -> str:
    """The whole of what is told, in the active language.

    No word of the customer's own is in it: whoever writes under a stranger's address could make us carry it to them.
    """
    template = TEMPLATES.get(message.code)
    if template is None:
        return activities.sentence(message, for_contact=True)
    conversation = message.conversation
    values = {
        "page": own_page.address_in(message),
        "step": next_step.sentence(message.data, conversation, for_contact=True),
        "chat": next_step.chat_sentence(message.data, conversation),
        "reference": conversation.reference,
        "sentence": activities.sentence(message, for_contact=True),
        "agent": message.agent,
        "when": next_step.moment(message.data["due"], conversation.brand) if "due" in message.data else "",
    }
    return render_to_string(template, values).strip()


def html_of(text: str, reference: str) -> SafeString:
    """The same where HTML is shown: long addresses give way to the words above them, and the number stays whole."""
    shown = _WAY_ON.sub(r"\2\1</a>", text_to_html(text))
    whole = format_html('<span style="white-space:nowrap">{}</span>', reference)
    return SafeString(shown.replace(escape(reference), whole))
