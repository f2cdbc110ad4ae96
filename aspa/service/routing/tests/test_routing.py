"""From a customer who waits to the agent who answers, through the journal and the tasks."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import time_machine
from django.db import connection
from django.utils import translation

from aspa.core.conversations import access, activities, lifecycle, replies, triage
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Conversation, Event, Message, Reason
from aspa.core.inboxes.models import Grant
from aspa.core.people.models import Agent, Role
from aspa.service.routing import attending, availability, candidates, changes, offering, queue
from aspa.service.routing.models import Ability, Offer, Skill, Tier, Waited, Waiting
from aspa.service.routing.tests.conftest import Comes, assignee, goes, queued, room, rules, settle
from tests.cast import Cast, says

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("alone_on_the_server")]

MINUTE, SECOND = dt.timedelta(minutes=1), dt.timedelta(seconds=1)


def asks(cast: Cast, who: str) -> Conversation:
    return says(cast.inbox, f"{who} asks", who=who).conversation


def lines(conversation: Conversation) -> list[str]:
    written = Message.objects.filter(conversation=conversation, kind="activity").order_by("pk")
    return [activities.sentence(line, for_contact=False, language="en") for line in written]


def test_where_agents_take_what_they_like_room_limits_nobody(cast: Cast, comes: Comes) -> None:
    comes(cast.ben)
    room(cast.ben, 1)
    triage.assign(asks(cast, "dee"), by=cast.ben, to=cast.ben)
    assert availability.of(cast.inbox).state == "open"
    rules(cast.inbox)
    assert availability.of(cast.inbox).state == "full"


def test_what_waits_goes_to_who_has_room_and_the_conversation_says_why(
    cast: Cast, comes: Comes, clock: time_machine.Coordinates
) -> None:
    rules(cast.inbox)
    comes(cast.cy)
    first = asks(cast, "dee")
    settle()
    # Cy is another brand's: to him the queue doesn't exist.
    assert (assignee(first), queued()) == (None, [first.pk])

    comes(cast.ben)
    room(cast.ben, 1)
    changes.look_soon()
    settle()
    assert assignee(first) == cast.ben
    assert "Routed to Ben Berg: had room (0 of 1)" in lines(first)

    second, third = asks(cast, "eve"), asks(cast, "fay")
    settle()
    assert queued() == [second.pk, third.pk]
    found = availability.of(cast.inbox)
    assert (found.state, [place.position for place in found.queue], found.wait) == ("full", [1, 2], None)

    clock.shift(90 * SECOND)
    replies.reply(first, by=cast.ben, body="Here.")
    lifecycle.customer_ends(first)
    settle()
    assert (assignee(second), assignee(third)) == (cast.ben, None)
    assert Waited.objects.get().seconds == 90


def test_an_offer_is_accepted_declined_or_runs_out(cast: Cast, comes: Comes, clock: time_machine.Coordinates) -> None:
    rules(cast.inbox, "offer", offer_seconds=45)
    comes(cast.ada)
    comes(cast.ben)
    conversation = asks(cast, "dee")
    settle()
    first = Offer.objects.get().agent
    other = cast.ben if first == cast.ada else cast.ada
    assert (assignee(conversation), offering.of(other)) == (None, None)
    with translation.override("en"):
        assert offering.words(Offer.objects.get()) == "had least to do, had room (0 of 4)"

    offering.decline(conversation.pk, agent=other)
    offering.decline(conversation.pk, agent=first)
    settle()
    assert Offer.objects.get().agent == other
    with pytest.raises(Refused):
        offering.accept(conversation.pk, agent=first)

    clock.shift(46 * SECOND)
    with pytest.raises(Refused):
        offering.accept(conversation.pk, agent=other)
    settle()
    # Everybody was asked: not the last one at once again.
    mine = Offer.objects.get()
    assert mine.agent == first
    offering.accept(conversation.pk, agent=first)
    settle()
    assert (assignee(conversation), Offer.objects.count(), queued()) == (first, 0, [])
    kinds = Event.objects.filter(conversation=conversation, kind__startswith="offer").order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == [
        "offered", "offer_declined", "offered", "offer_expired", "offered",
    ]  # fmt: skip


def test_an_agent_who_takes_no_more_is_not_waited_for(cast: Cast, comes: Comes) -> None:
    rules(cast.inbox, "offer")
    comes(cast.ben)
    conversation = asks(cast, "dee")
    settle()
    comes(cast.ben, "busy")
    comes(cast.ada)
    changes.look_soon()
    settle()
    assert (assignee(conversation), Offer.objects.get().agent) == (None, cast.ada)


def test_whoever_takes_it_meanwhile_keeps_it(cast: Cast, comes: Comes) -> None:
    rules(cast.inbox, "offer")
    comes(cast.ben)
    conversation = asks(cast, "dee")
    settle()
    triage.assign(conversation, by=cast.ada, to=cast.ada)
    with pytest.raises(Refused):
        offering.accept(conversation.pk, agent=cast.ben)
    settle()
    assert (assignee(conversation), Offer.objects.count()) == (cast.ada, 0)


@pytest.mark.parametrize(("leaves", "gone"), [("off", "takes no conversations now"), ("away", "is away")])
def test_a_waiting_chat_moves_on_when_its_agent_does(cast: Cast, comes: Comes, leaves: str, gone: str) -> None:
    rules(cast.inbox)
    comes(cast.ben)
    waits, answered = asks(cast, "dee"), asks(cast, "eve")
    settle()
    replies.reply(answered, by=cast.ben, body="Here you are.")
    comes(cast.ada)
    comes(cast.ben, "busy")
    changes.look_soon()
    settle()
    assert (assignee(waits), assignee(answered)) == (cast.ben, cast.ben)

    comes(cast.ben, "available" if leaves == "away" else leaves, idle=leaves == "away")
    changes.look_soon()
    settle()
    # Eve has her answer; she waits for nobody.
    assert (assignee(waits), assignee(answered)) == (cast.ada, cast.ben)
    assert [line for line in lines(waits) if "Back" in line] == [f"Back in the queue: Ben Berg {gone}"]


def test_a_lost_agents_chats_move_on_after_a_short_grace(
    cast: Cast, comes: Comes, clock: time_machine.Coordinates
) -> None:
    comes(cast.ben)
    conversation = asks(cast, "dee")
    triage.assign(conversation, by=cast.ben, to=cast.ben)
    goes(cast.ben)
    changes.look_soon()
    settle()
    clock.shift(10 * SECOND)
    comes(cast.ben)
    changes.look_soon()
    settle()
    goes(cast.ben)
    changes.look_soon()
    settle()
    clock.shift(29 * SECOND)
    settle()
    assert assignee(conversation) == cast.ben
    clock.shift(SECOND)
    # By itself: nobody says again that he is gone. Nor is the inbox routed: then it is anybody's.
    settle()
    assert assignee(conversation) is None


def test_skills_languages_tiers_and_acquaintance_decide(
    cast: Cast, comes: Comes, clock: time_machine.Coordinates
) -> None:
    Tier.objects.create(brand=cast.brand, name="Gold", ahead_minutes=5)
    rules(cast.inbox)
    known = asks(cast, "eve")
    triage.assign(known, by=cast.ada, to=cast.ada)
    lifecycle.customer_ends(known)
    ordinary = asks(cast, "fay")
    clock.shift(4 * MINUTE)
    cast.dee.tier = "gold"
    cast.dee.save()
    gold = asks(cast, "dee")
    again = says(cast.inbox, "Me again", who="eve", another=True).conversation
    settle()
    assert queued() == [gold.pk, ordinary.pk, again.pk]

    comes(cast.ada)
    comes(cast.ben)
    room(cast.ada, 1)
    room(cast.ben, 2)
    changes.settings_changed()
    settle()
    assert (assignee(again), assignee(gold), assignee(ordinary)) == (None, cast.ada, cast.ben)


def test_a_reason_needs_its_skill(cast: Cast, comes: Comes) -> None:
    rules(cast.inbox)
    reason = Reason.objects.create(brand=cast.brand, name="Returns")
    skill = Skill.objects.create(name="Returns")
    skill.reasons.add(reason)
    conversation = asks(cast, "dee")
    triage.set_reason(conversation, by=None, reason=reason)
    comes(cast.ben)
    settle()
    assert (assignee(conversation), queued()) == (None, [conversation.pk])
    Ability.objects.create(agent=cast.ben).skills.add(skill)
    changes.settings_changed()
    settle()
    assert assignee(conversation) == cast.ben
    assert "Routed to Ben Berg: knows about Returns, had room (0 of 4)" in lines(conversation)


def test_a_lost_wake_up_is_made_up_for_by_the_sweep(cast: Cast, comes: Comes) -> None:
    conversation, ended = asks(cast, "dee"), asks(cast, "eve")
    Waiting.objects.create(conversation=ended, inbox=cast.inbox, entered_at=ended.created_at, turn=ended.created_at)
    lifecycle.customer_ends(ended)
    rules(cast.inbox)
    comes(cast.ben)
    attending.sweep()
    assert assignee(conversation) == cast.ben
    assert set(Waiting.objects.values_list("conversation", flat=True)) == {conversation.pk}


def test_everybody_who_may_is_found_as_access_finds_them(cast: Cast, comes: Comes) -> None:
    everywhere = Agent.objects.create(email="eino@aspa.example", name="Eino")
    Grant.objects.create(agent=everywhere, role=cast.answering)
    reader = Agent.objects.create(email="rea@aspa.example", name="Rea")
    reading = Role.objects.create(name="Reader", permissions=[Role.Permission.READ])
    Grant.objects.create(agent=reader, role=reading)
    former = Agent.objects.create(email="former@aspa.example", name="Former", is_owner=True, is_active=False)
    for agent in (cast.ada, cast.ben, cast.cy, everywhere, reader, former):
        comes(agent)
    for inbox in (cast.inbox, cast.other_inbox):
        may = {one.agent for one in candidates.here() if one.may(inbox.pk)}
        assert may == set(access.agents_of([inbox.pk], Role.Permission.REPLY).values_list("pk", flat=True))


def test_two_processes_route_each_conversation_once(cast: Cast, comes: Comes) -> None:
    """Several at once on PostgreSQL; on SQLite one after the other."""
    rules(cast.inbox)
    room(cast.ben, 3)
    comes(cast.ben)
    conversations = [asks(cast, f"customer {number}") for number in range(5)]
    queue.renew([one.pk for one in conversations])
    begin = threading.Barrier(4)

    def route() -> None:
        begin.wait()
        try:
            attending.attend()
        finally:
            connection.close()

    threads = [threading.Thread(target=route) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [assignee(one) for one in conversations] == [cast.ben] * 3 + [None] * 2
    assert Event.objects.filter(kind="assigned").count() == 3
