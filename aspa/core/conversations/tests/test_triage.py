"""Sorting."""

from __future__ import annotations

import pytest

from aspa.core.conversations import activities, triage
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Conversation, Event, Follow, Message, Reason
from aspa.core.people.models import Agent, Team
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def said(code: str) -> str:
    return activities.sentence(Message.objects.get(code=code), for_contact=False, language="en")


def test_assigning(conversation: Conversation, ada: Agent, ben: Agent) -> None:
    triage.assign(conversation, by=ben, to=ben)
    triage.assign(conversation, by=ben, to=ben)
    triage.assign(conversation, by=ben, to=ada, reason="Knows parcels")
    triage.assign(conversation, by=ada, to=None)
    conversation.refresh_from_db()
    assert conversation.assignee is None
    assert said("taken") == "Ben Berg took this"
    assert said("transferred") == "Ben Berg moved this to Ada Aalto: Knows parcels"
    assert said("released") == "Ada Aalto released this"
    changes = [
        (event.data["before"], event.data["after"]) for event in Event.objects.filter(kind="assigned").order_by("pk")
    ]
    assert changes == [(None, ben.pk), (ben.pk, ada.pk), (ada.pk, None)]
    assert not Message.objects.for_contact().filter(kind="activity").exists()


def test_who_cannot_answer_here_is_not_assigned(conversation: Conversation, ada: Agent, ben: Agent, cy: Agent) -> None:
    Agent.objects.filter(pk=ben.pk).update(is_active=False)
    for nobody in (cy, Agent.objects.get(pk=ben.pk)):
        with pytest.raises(Refused) as refusal:
            triage.assign(conversation, by=ada, to=nobody)
        assert refusal.value.code == "outsider"
    conversation.refresh_from_db()
    assert conversation.assignee is None


def test_teams(conversation: Conversation, ben: Agent, cast: Cast) -> None:
    conversation.refresh_from_db()
    assert conversation.team == cast.team
    other = Team.objects.create(name="Returns")
    triage.assign_team(conversation, by=ben, to=other)
    triage.assign_team(conversation, by=ben, to=other)
    triage.assign_team(conversation, by=ben, to=None)
    assert said("team_assigned") == "Ben Berg moved this to the team Returns"
    assert Event.objects.filter(kind="team_assigned").count() == 2


def test_labels(conversation: Conversation, ben: Agent) -> None:
    label = triage.label(conversation, by=ben, name="  late   parcel ")
    assert label.name == "late parcel"
    assert triage.label(conversation, by=ben, name="late parcel") == label
    for _twice in range(2):
        triage.unlabel(conversation, by=ben, label=label)
    assert [event.kind for event in Event.objects.order_by("pk")] == ["received", "labelled", "unlabelled"]
    with pytest.raises(Refused):
        triage.label(conversation, by=ben, name=" ")


def test_priority(conversation: Conversation, ben: Agent) -> None:
    for _twice in range(2):
        triage.prioritise(conversation, by=ben, priority=2)
    conversation.refresh_from_db()
    assert conversation.priority == Conversation.Priority.URGENT
    assert said("priority") == "Ben Berg set the priority to Urgent"
    with pytest.raises(ValueError, match="7"):
        triage.prioritise(conversation, by=ben, priority=7)


def test_a_reason_is_of_the_same_brand(conversation: Conversation, ben: Agent, cast: Cast) -> None:
    mine, other = (
        Reason.objects.create(brand=cast.brand, name="Parcel"),
        Reason.objects.create(brand=cast.other_brand, name="Parcel"),
    )
    triage.set_reason(conversation, by=ben, reason=mine)
    with pytest.raises(Refused):
        triage.set_reason(conversation, by=ben, reason=other)
    conversation.refresh_from_db()
    assert conversation.reason == mine
    triage.set_reason(conversation, by=ben, reason=None)
    assert Event.objects.filter(kind="reason_set").count() == 2


def test_renaming(conversation: Conversation, ben: Agent) -> None:
    for _twice in range(2):
        triage.rename(conversation, by=ben, subject=" Lost \n parcel " + "x" * 300)
    conversation.refresh_from_db()
    assert conversation.subject.startswith("Lost parcel xxx")
    assert len(conversation.subject) == 200
    assert Event.objects.filter(kind="renamed").count() == 1


def test_following_is_ones_own_matter(conversation: Conversation, ben: Agent) -> None:
    for on in (True, True):
        triage.follow(conversation, agent=ben, on=on)
    assert Follow.objects.count() == 1
    triage.follow(conversation, agent=ben, on=False)
    assert not Follow.objects.exists()
    assert Event.objects.count() == 1
