"""Web push: telling an agent's browser, even when the desk is closed, that a customer is waiting.

A push carries no customer's words, only that something waits and where: it travels through the browser maker's service.
"""

from __future__ import annotations

import base64
import json
import logging
import re
from functools import cache
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from py_vapid import Vapid02
from pywebpush import WebPushException, webpush

from aspa.core.conversations import access
from aspa.core.conversations.models import Conversation, Event, Follow, Mention, Message
from aspa.core.people.models import Agent
from aspa.kit.tasks import task
from aspa.web.desk.models import PushSubscription

if TYPE_CHECKING:
    from aspa.core.conversations.events import Stretch

logger = logging.getLogger(__name__)

# A subscription's address comes from a browser; only the makers' services are believed, so that a forged one
# can't make this server call anywhere else.
# The whole address is matched, not taken apart: programs differ in where the host of an odd one is.
PUSH_SERVICE = re.compile(
    r"https://(?:fcm\.googleapis\.com|(?:[a-z0-9-]+\.)+(?:push\.services\.mozilla|notify\.windows|push\.apple)\.com)"
    r"(?::443)?/[!#-;=?-\[\]_a-z~%]*",
    re.IGNORECASE,
)
GONE = (404, 410)
HOUR = 3600


def is_push_service(endpoint: str) -> bool:
    return PUSH_SERVICE.fullmatch(endpoint) is not None


@cache
def public_key() -> str:
    """The key browsers subscribe with: the public half of ours, an uncompressed point in base64url."""
    vapid = Vapid02.from_string(settings.ASPA_VAPID_PRIVATE_KEY)
    point = vapid.public_key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def ring_for(stretch: Stretch) -> None:
    """Subscriber: ring the assignee and the followers when the customer writes, the new assignee, whoever is mentioned,
    the writer and the assignee of what couldn't be delivered, and those who are to keep a promise or are offered it.

    Costs one query while no browser is to be rung, which is the usual case, and one task a conversation and agent.
    """
    reachable = set(PushSubscription.objects.values_list("agent", flat=True))
    if not reachable:
        return
    events = stretch.of(Event.Kind.RECEIVED, Event.Kind.NOTED, Event.Kind.ASSIGNED, Event.Kind.DELIVERY)
    wanted: dict[tuple[int, int], str] = {}
    written = {event.conversation_id for event in events if event.kind == Event.Kind.RECEIVED}
    assignees = Conversation.objects.filter(pk__in=written, assignee__in=reachable).values_list("pk", "assignee")
    wanted |= dict.fromkeys(assignees, "received")
    followers = Follow.objects.filter(conversation__in=written, agent__in=reachable).values_list(
        "conversation", "agent"
    )
    wanted |= dict.fromkeys(followers, "received")
    notes = {event.message_id for event in events if event.kind == Event.Kind.NOTED}
    mentions = Mention.objects.filter(message__in=notes, agent__in=reachable).values_list("conversation", "agent")
    wanted |= dict.fromkeys(mentions, "mentioned")
    undelivered = [event for event in events if event.data.get("state") == Message.State.FAILED]
    writers = Message.objects.filter(pk__in={event.message_id for event in undelivered}, agent__in=reachable)
    wanted |= dict.fromkeys(writers.values_list("conversation", "agent"), "undelivered")
    owners = Conversation.objects.filter(
        pk__in={event.conversation_id for event in undelivered}, assignee__in=reachable
    )
    wanted |= dict.fromkeys(owners.values_list("pk", "assignee"), "undelivered")
    for event in stretch.of(Event.Kind.PROMISE_DUE, Event.Kind.PROMISE_BROKEN):
        told = reachable.intersection(event.data["agents"])
        wanted |= dict.fromkeys(((event.conversation_id, agent) for agent in told), event.kind)
    for event in stretch.of(Event.Kind.OFFERED):
        if event.data["to"] in reachable:
            wanted[event.conversation_id, event.data["to"]] = "offered"
    for event in events:
        given_to = event.data.get("after") if event.kind == Event.Kind.ASSIGNED else None
        if given_to in reachable and given_to != event.agent_id:
            wanted[event.conversation_id, given_to] = "assigned"
    for (conversation_id, agent_id), why in wanted.items():
        ring.enqueue(conversation_id=conversation_id, agent_id=agent_id, why=why)


@task(retries=2, backoff=20)
def ring(conversation_id: int, agent_id: int, why: str) -> None:
    """Push to an agent's browsers, if they may still read the conversation. Browsers that are gone are forgotten."""
    agent = Agent.objects.filter(pk=agent_id, is_active=True).first()
    conversation = access.conversations(agent).filter(pk=conversation_id).first() if agent else None
    if agent is None or conversation is None:
        return
    with translation.override(agent.language):
        titles = {
            "received": _("A customer wrote"),
            "assigned": _("A conversation was given to you"),
            "mentioned": _("You were mentioned"),
            "offered": _("A conversation is offered to you"),
            "undelivered": _("A reply was not delivered"),
            "promise_due": _("A promise is due soon"),
            "promise_broken": _("A promise was not kept in time"),
        }
    failures = push(
        agent,
        title=titles[why],
        body=f"{conversation.brand.name} · {conversation.reference}",
        url=reverse("desk:conversation", args=[conversation.pk]),
        tag=f"conversation-{conversation.pk}",
    )
    if failures:
        # Tried again for all: a browser that has rung already only replaces its notice.
        raise failures[0]


def push(agent: Agent, *, title: str, body: str, url: str, tag: str) -> list[Exception]:
    """Show a notice in all browsers of the agent; one with the same tag replaces it. Returns what failed."""
    failures: list[Exception] = []
    for subscription in agent.push_subscriptions.all():
        try:
            _push(subscription, title=title, body=body, url=url, tag=tag)
        except (WebPushException, OSError) as failure:
            failures.append(failure)
    return failures


def _push(subscription: PushSubscription, *, title: str, body: str, url: str, tag: str) -> None:
    """A browser that is gone is forgotten. Raises WebPushException or OSError."""
    try:
        webpush(
            {"endpoint": subscription.endpoint, "keys": subscription.keys},
            data=json.dumps({"title": title, "body": body, "url": url, "tag": tag}),
            vapid_private_key=settings.ASPA_VAPID_PRIVATE_KEY,
            vapid_claims={"sub": f"mailto:{settings.DEFAULT_FROM_EMAIL}"},
            ttl=HOUR,
            timeout=10,
        )
    except WebPushException as failure:
        status = failure.response.status_code if failure.response is not None else None
        if status not in GONE:
            raise
        subscription.delete()
        logger.info("A browser of agent %s no longer takes pushes; forgotten.", subscription.agent_id)
