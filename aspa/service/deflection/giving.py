"""An agent gave the customer an article: whenever a reply that has gone out names one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aspa.core.conversations import events
from aspa.core.conversations.changing import changing
from aspa.core.conversations.models import Event, Message
from aspa.service.deflection import finding
from aspa.service.search.content import Reader

if TYPE_CHECKING:
    from aspa.core.conversations.events import Stretch
    from aspa.service.knowledge.models import Version

# So many of one reply are noted.
MOST = 10
_LINK = re.compile(r"\S*/help/[\w-]+/[a-z]{2}/a/[\w-]+/?")
AGENT = Reader(is_agent=True)


def follow(stretch: Stretch) -> None:
    """Subscriber. What is put into a reply and taken out again was never given; what is pasted was."""
    written = [event.message_id for event in stretch.of(Event.Kind.REPLIED) if event.message_id]
    if not written:
        return
    naming = Message.objects.filter(pk__in=written, agent__isnull=False, text__contains="/help/")
    for message in naming.select_related("conversation__brand", "agent").order_by("pk"):
        note(message)


def note(message: Message) -> None:
    """Say in the journal which articles the reply gives; safe to call again."""
    versions = articles_in(message)
    if not versions:
        return
    with changing(message.conversation) as current:
        if Event.objects.filter(conversation=current, kind=Event.Kind.ARTICLE_GIVEN, message=message).exists():
            return
        for version in versions:
            article = finding.shown(version)
            events.record(
                current,
                Event.Kind.ARTICLE_GIVEN,
                agent=message.agent,
                message=message,
                source=article.source,
                key=article.key,
                title=article.title,
                url=article.url,
            )


def articles_in(message: Message) -> list[Version]:
    """Each once, in their order."""
    urls = list(dict.fromkeys(_LINK.findall(message.text)))[:MOST]
    found = [finding.at(message.conversation.brand, AGENT, url) for url in urls]
    return list({version.pk: version for version in found if version is not None}.values())
