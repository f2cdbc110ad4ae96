"""Waiting chats of agents who aren't there move on: nobody waits for somebody who is away, off or gone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from aspa.core.conversations import giving
from aspa.core.conversations.models import Conversation
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent
from aspa.kit import clock
from aspa.service.hours import calendars
from aspa.service.routing import present, queue, rules
from aspa.service.routing.models import AtWork, Waiting

# A page that loads, a network that blinks and a server that restarts aren't a reason yet.
GRACE = dt.timedelta(seconds=30)
# A chat in which nothing has happened for so long isn't live any more.
LIVE_FOR = dt.timedelta(days=14)
# Taken back in one round, by the index; the next one is a minute away.
AT_ONCE = 100
# What is told of them.
LOST = "lost"


def move_on() -> list[dt.datetime]:
    """Take back the live chats whose customers wait for agents who aren't there, while their inbox is open.

    Returns when to look again at those who are only just gone.
    """
    states = present.states()
    waiting = _waiting(states)
    by_agent = {one.assignee for one in waiting if one.assignee is not None}
    again, gone = [], {}
    for agent in sorted(by_agent, key=lambda one: one.pk):
        state = states.get(agent.pk, present.GONE)
        if state != present.GONE:
            gone[agent.pk] = state
        elif (since := _missing_since(agent)) <= clock.now() - GRACE:
            gone[agent.pk] = LOST
        else:
            again.append(since + GRACE)
    AtWork.objects.filter(missing_since__isnull=False).exclude(agent__in=by_agent).update(missing_since=None)
    for conversation in waiting:
        if conversation.assignee_id in gone:
            _take_back(conversation, gone[conversation.assignee_id])
    return again


def _waiting(states: Mapping[int, str]) -> list[Conversation]:
    """Open inboxes' live chats whose customers wait for somebody who isn't there."""
    here = [agent for agent, state in states.items() if state in present.HERE]
    absent = Agent.objects.exclude(pk__in=here)
    found = Conversation.objects.filter(
        assignee__in=absent.values("pk"),
        status=Conversation.Status.OPEN,
        last_activity_at__gte=clock.now() - LIVE_FOR,
        waiting_since__isnull=False,
        inbox__in=_open_inboxes(),
    )
    found = found.select_related("assignee").defer("context").order_by("assignee", "status", "last_activity_at", "pk")
    return sorted(found[:AT_ONCE], key=lambda one: (one.waiting_since or one.created_at, one.pk))


def _open_inboxes() -> list[int]:
    live = Inbox.objects.filter(channel__in=rules.live_channels(), is_active=True).select_related("brand")
    now = clock.now()
    return [
        inbox.pk
        for inbox in live.defer("settings", "brand__identity_secret")
        if calendars.schedule_of(inbox).is_open(now)
    ]


def _missing_since(agent: Agent) -> dt.datetime:
    """When it was first seen that they aren't there. In the database: the keys are lost with the bus."""
    mark, _created = AtWork.objects.get_or_create(agent=agent)
    if mark.missing_since is None:
        mark.missing_since = clock.now()
        mark.save(update_fields=["missing_since"])
    return mark.missing_since


def _take_back(conversation: Conversation, gone: str) -> None:
    agent = conversation.assignee
    assert agent is not None
    with transaction.atomic():
        rules.alone()
        if giving.take_back(conversation, of=agent, gone=gone):
            queue.renew([conversation.pk])
            # Who comes back in time goes on with their customer.
            Waiting.objects.filter(pk=conversation.pk).update(known=agent)
