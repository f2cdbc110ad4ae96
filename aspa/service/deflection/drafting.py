"""A conversation becomes an article: a draft with the customer's question and what was answered, nobody named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Message
from aspa.service.deflection import finding
from aspa.service.deflection.beside import language_of
from aspa.service.deflection.nameless import without_people
from aspa.service.knowledge import publishing
from aspa.service.knowledge.models import LONGEST_TITLE, Kind
from aspa.service.knowledge.publishing import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent
    from aspa.service.knowledge.models import Version

# A conversation with more messages is read up to here.
MOST = 200

_QUESTION = re.compile(r"[^.!?\n]{8,}\?")


def from_conversation(conversation: Conversation, *, by: Agent) -> Version:
    """Raises Refused when nobody has answered anything yet."""
    said = Message.objects.for_contact().filter(conversation=conversation)
    by_people = Q(kind=Message.Kind.INCOMING) | Q(kind=Message.Kind.REPLY, agent__isnull=False)
    messages = list(said.filter(by_people).select_related("agent").order_by("pk")[:MOST])
    asked = [message.text for message in messages if message.kind == Message.Kind.INCOMING and message.text.strip()]
    answers = [message for message in messages if message.is_ours and message.text.strip()]
    if not asked or not answers:
        raise Refused(_("An article needs a question and an answer. Nothing has been answered here yet."))
    names = _names(conversation, answers)
    language = language_of(conversation)
    with override(language):
        question = without_people(asked[0], names)
        title = _title(conversation.subject, [without_people(text, names) for text in asked], names)
        body = "\n\n".join(without_people(_unsigned(one.text, names), names) for one in answers)
    text = Text(title=title, body=f"{_quoted(question)}\n\n{body}\n")
    return publishing.create(conversation.brand, Kind.FAQ, language, text, by=by, from_conversation=conversation)


def _names(conversation: Conversation, answers: Iterable[Message]) -> set[str]:
    """Whole and in parts, of the customer and of those who answered."""
    whole = {conversation.contact.name, *(one.agent.public_name for one in answers if one.agent)}
    whole |= {one.agent.name for one in answers if one.agent}
    parts = {part for name in whole for part in name.split() if len(part) > 2}
    return {name for name in whole | parts if name.strip()}


def _unsigned(text: str, names: Iterable[str]) -> str:
    """Without the greeting and the name at the end."""
    lines = finding.without_greeting(text).strip().splitlines()
    known = {name.lower() for name in names}
    while lines and (not lines[-1].strip() or lines[-1].strip(" -–—,.").lower() in known):
        lines.pop()
    return "\n".join(lines)


def _title(subject: str, asked: list[str], names: Iterable[str]) -> str:
    """What was asked, as one sentence: the first question, or what the letter was called, or how it began."""
    questions = (found[0].strip() for text in asked if (found := _QUESTION.search(finding.without_greeting(text))))
    begun = finding.without_greeting(asked[0]).strip().splitlines() or [""]
    title = next(questions, "") or without_people(subject, names) or begun[0]
    title = " ".join(title.split())[:LONGEST_TITLE].strip()
    return title[:1].upper() + title[1:]


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
