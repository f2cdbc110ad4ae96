"""Offers at the desk, why a conversation came to whom it came, and the line that says what customers are told."""

from __future__ import annotations

import datetime as dt

import pytest

from aspa.core.conversations import triage
from aspa.core.conversations.models import Conversation
from aspa.core.people.models import Agent
from aspa.kit import clock
from aspa.kit.bus import bus
from aspa.service.hours import calendars, editing
from aspa.service.hours.schedule import periods_of
from aspa.service.routing import offers, present
from aspa.service.routing.models import Rules, Waiting
from tests.cast import Cast
from tests.journeys.test_desk_pages import conversation, signed_in

pytestmark = pytest.mark.django_db

WHY = {"because": ["language", "room"], "language": "sv", "taken": 1, "most": 4}


@pytest.fixture
def parcel(cast: Cast) -> Conversation:
    return conversation(cast)


def is_here(agent: Agent, state: str = "available") -> None:
    told = {"id": agent.pk, "name": agent.name, "initials": agent.initials, "state": state, "idle": False}
    bus.put(f"{present.PREFIX}{agent.pk}:desk", told, present.ALIVE)


def offered(parcel: Conversation, agent: Agent, *, seconds: int = 45) -> None:
    why = {**WHY, "others": [{"agent": agent.pk + 1, "why": "full"}]}
    assert offers.make(parcel, to=agent, why=why, until=clock.now() + dt.timedelta(seconds=seconds))


def test_an_offer_is_shown_to_its_agent_alone_and_taken(cast: Cast, parcel: Conversation) -> None:
    ben, address = signed_in(cast.ben), f"/desk/conversations/{parcel.pk}/offer"
    assert ben.get("/desk/offer").content.strip() == b""
    offered(parcel, cast.ben)
    card = ben.get("/desk/offer").content.decode()
    assert "Why you: speaks Swedish, had room (1 of 4)." in card
    assert "Where is my parcel?" in card
    assert 'data-left="45"' in card
    assert signed_in(cast.ada).get("/desk/offer").content.strip() == b""
    assert signed_in(cast.ada).post(f"{address}/acceptance").status_code == 409
    assert signed_in(cast.cy).post(f"{address}/acceptance").status_code == 404
    answer = ben.post(f"{address}/acceptance")
    assert (answer.status_code, f"/desk/conversations/{parcel.pk}/" in answer["HX-Trigger"]) == (204, True)
    parcel.refresh_from_db()
    assert parcel.assignee == cast.ben
    assert ben.get("/desk/offer").content.strip() == b""


def test_an_offer_is_left_to_somebody_else(cast: Cast, parcel: Conversation) -> None:
    ben = signed_in(cast.ben)
    offered(parcel, cast.ben)
    assert signed_in(cast.cy).post(f"/desk/conversations/{parcel.pk}/offer/refusal").status_code == 404
    assert 'data-left="' in ben.get("/desk/offer").content.decode()
    assert ben.post(f"/desk/conversations/{parcel.pk}/offer/refusal").status_code == 204
    parcel.refresh_from_db()
    assert parcel.assignee is None
    assert ben.get("/desk/offer").content.strip() == b""
    assert ben.post(f"/desk/conversations/{parcel.pk}/offer/acceptance").status_code == 409


def test_a_conversation_says_why_it_came_to_its_agent(cast: Cast, parcel: Conversation) -> None:
    ben, why = signed_in(cast.ben), f"/desk/conversations/{parcel.pk}/why"
    assert "Nobody has been given this yet" in ben.get(why).content.decode()
    offered(parcel, cast.ben)
    ben.post(f"/desk/conversations/{parcel.pk}/offer/acceptance")
    told = ben.get(why).content.decode()
    assert "speaks Swedish, had room (1 of 4)" in told
    assert "had no room" in told
    assert f'hx-get="{why}"' in ben.get(f"/desk/conversations/{parcel.pk}/side").content.decode()
    triage.assign(parcel, by=cast.ben, to=cast.ada, reason="Knows parcels")
    assert "Knows parcels" in ben.get(why).content.decode()
    assert signed_in(cast.cy).get(why).status_code == 404


def test_the_top_line_says_what_customers_are_told(cast: Cast, parcel: Conversation) -> None:
    ben = signed_in(cast.ben)

    def line() -> str:
        calendars.forget()
        return ben.get("/desk/truth").content.decode()

    assert "Open, nobody is there" in line()
    is_here(cast.ben)
    assert "Open around the clock" in line()
    assert "1 present" in line()
    Rules.objects.create(inbox=cast.inbox, policy=Rules.Policy.OFFER)
    is_here(cast.ben, "busy")
    since = clock.now() - dt.timedelta(minutes=4)
    Waiting.objects.create(conversation=parcel, inbox=cast.inbox, entered_at=since, turn=since)
    assert "Open, everybody has their hands full" in line()
    assert "1 in the queue · longest wait 4 min" in line()
    assert "in the queue" not in signed_in(cast.cy).get("/desk/truth").content.decode()
    whole = ben.get("/desk/truth/whole").content.decode()
    assert "Villa · Chat" in whole
    assert "Metsä" not in whole
    assert "Busy" in whole
    editing.set_week(editing.hours_of(cast.brand), [periods_of("")] * 7, country="")
    assert "Closed" in line()
