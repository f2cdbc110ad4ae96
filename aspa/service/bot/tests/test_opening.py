"""Whoever asks when somebody is there reads it from the calendar, in their language, with the day that they meant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import time_machine

from aspa.core.conversations.models import Message
from aspa.service.bot import days, opening
from aspa.service.hours import calendars, editing
from aspa.service.hours.schedule import periods_of
from tests.cast import Cast

WEDNESDAY = dt.date(2026, 11, 25)
ASKED = """
    mihin asti ootte auki lauantaina | Moi! Ootteko auki itsenäisyyspäivänä? | aukioloajat | mitä teidän aukioloajat on jouluna
    moneltako aukeette maanantaina | mihin aikaan suljette tänään | millon te ootte auki | Milloin asiakaspalvelu on auki?
    ootteks auki sunnuntaisin | vieläkö ootte auki | onko kauppa auki 24.12. | auki? | kuinka pitkään olette avoinna perjantaina
    mihin aikaan menette kiinni | mistä mihin ootte auki arkisin | onko siellä joku paikalla huomenna
    när har ni öppet i morgon | hur länge har ni öppet idag | vilka är era öppettider | när stänger ni i kväll
    är kundtjänsten öppen på julafton | har ni stängt på nyårsafton | är ni öppna på söndagar
    are you open on Christmas Eve | what time do you close today | are you still open | how late are you open on friday
    is customer service open on 6 December | What are your opening hours? | open now?
"""
OTHERS = """
    miten paketin saa auki | onko tilaukseni vielä auki | pakkaus oli auki kun se tuli | Voinko palauttaa avatun paketin
    kauanko toimitus kestää | milloin paketti saapuu lauantaina | vetoketju ei mene kiinni | haluan sulkea tilini | lauantaina
    how do I open the box | how does it open | how do I close my account | when will my order arrive tomorrow
    hur öppnar jag paketet | kan jag returnera en öppnad förpackning | locket stängs inte
"""


def _lines(text: str) -> list[str]:
    return [one.strip() for line in text.strip().splitlines() for one in line.split("|")]


def test_the_question_is_told_from_others_with_an_open_door() -> None:
    heard = {text: opening._asks(days.read(text, WEDNESDAY)) for text in _lines(ASKED) + _lines(OTHERS)}
    assert [text for text in _lines(ASKED) if not heard[text]] == []
    assert [text for text in _lines(OTHERS) if heard[text]] == []


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("lauantaina", "28.11."), ("på lördag", "28.11."), ("on Saturday", "28.11."), ("huomenna", "26.11."),
        ("i övermorgon", "27.11."), ("ensi lauantaina", "28.11. 5.12."), ("viikonloppuna", "28.11. 29.11."),
        ("la-su", "28.11. 29.11."), ("jouluaattona", "24.12."), ("Christmas Eve", "24.12."), ("24. joulukuuta", "24.12."),
        ("December 24th", "24.12."), ("24.12.2026", "24.12."), ("juhannuksena", "25.6. 26.6."), ("långfredagen", "26.3."),
        ("uutenavuotena", "31.12. 1.1."), ("klo 10.30", ""), ("ostin sen kesällä", ""),
    ],
)  # fmt: skip
def test_days_are_read_in_three_languages(text: str, dates: str) -> None:
    found = days.read(text, WEDNESDAY).dates
    assert " ".join(f"{day.day}.{day.month}." for day in found) == dates


@pytest.fixture
def kept(cast: Cast) -> Iterator[None]:
    """Ten to five on weekdays, ten to two on Saturdays; it is Wednesday, half past three."""
    with time_machine.travel("2026-11-25T15:30:00+02:00", tick=False):
        week = [periods_of(text) for text in ["10-17"] * 5 + ["10-14", ""]]
        editing.set_week(editing.hours_of(cast.brand), week, country="FI")
        yield


@pytest.mark.django_db
@pytest.mark.usefixtures("kept")
def test_the_answer_is_what_the_calendar_says(cast: Cast, writes: Callable[[str], Message]) -> None:
    answer = writes("mihin asti ootte auki lauantaina")
    assert "10:00–14:00" in answer.text
    assert "28.11." in answer.text
    (source,) = answer.data["sources"]
    assert source["url"].endswith("/hours/villa/?lang=fi")

    assert "10:00–17:00" in writes("när har ni öppet i morgon?").text
    closed = writes("are you open on Christmas Eve").text
    assert closed.startswith("On Thursday 24.12. our customer service is closed (Christmas Eve).")
    assert closed.endswith("The next opening is on Mon 28 Dec at 10:00.")
    assert "until 17:00." in writes("are you still open?").text
    assert (
        "Monday–Friday: 10:00–17:00\nSaturday: 10:00–14:00\nSunday: closed" in writes("your opening hours please").text
    )

    editing.set_week(editing.hours_of(cast.brand, cast.inbox), [periods_of("12-14")] * 7, country="")
    calendars.forget()
    both = writes("are you open on Saturday?").text
    assert both.split("\n\n") == [
        "On Saturday 28.11. our customer service is open 10:00–14:00.",
        "On Saturday 28.11. this chat is open 12:00–14:00.",
    ]


@pytest.mark.django_db
@pytest.mark.usefixtures("kept")
def test_it_is_heard_in_a_story_and_beside_another_matter(writes: Callable[[str], Message]) -> None:
    story = writes("Moi, oon tulossa lauantaina hakemaan lahjaa mun tyttärelle, niin mihin asti ootte auki?")
    assert "28.11." in story.text
    both = writes("Mihin asti ootte auki perjantaina ja kauanko toimitus kestää?")
    assert "27.11." in both.text
    assert "arkipäivää" in both.text
    assert len(both.data["sources"]) == 2


@pytest.mark.django_db
def test_without_a_calendar_it_tells_no_hours(writes: Callable[[str], Message]) -> None:
    assert not writes("mihin asti ootte auki lauantaina").data.get("sources")
