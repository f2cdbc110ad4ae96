"""Promises are found in what agents write, and nothing else is taken for one: a corpus in three languages, and properties."""

from __future__ import annotations

import datetime as dt
import time
import tomllib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aspa.service.hours.schedule import Period, Schedule, always
from aspa.service.promises import dates
from aspa.service.promises.recognising import recognise

HELSINKI = ZoneInfo("Europe/Helsinki")
OFFICE = Schedule(HELSINKI, ((Period(9 * 60, 17 * 60),),) * 5 + ((),) * 2)
NOW = dt.datetime(2026, 11, 18, 10, 30, tzinfo=HELSINKI)
CORPORA = sorted(Path(__file__).parent.glob("corpus*.toml"))
PRECISION, RECALL = 0.95, 0.90


def due_of(written: str) -> dt.datetime | None:
    return dt.datetime.strptime(f"{written} 2026", "%d.%m. %H:%M %Y").replace(tzinfo=HELSINKI) if written else None


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("path", CORPORA, ids=lambda path: path.stem)
def test_the_corpus(path: Path, language: str, record_property: Any) -> None:
    sentences = tomllib.loads(path.read_text())[language]
    missed, wrong, mistimed = [], [], []
    for text, due in sentences["promises"]:
        found = recognise(text, language=language, now=NOW, schedule=OFFICE)
        if not found:
            missed.append(text)
        elif found[0].due != due_of(due):
            mistimed.append((text, due, str(found[0].due)))
    for text in sentences["others"]:
        if recognise(text, language=language, now=NOW, schedule=OFFICE):
            wrong.append(text)
    hits = len(sentences["promises"]) - len(missed)
    precision, recall = hits / (hits + len(wrong)), hits / len(sentences["promises"])
    print(
        f"\n{path.stem} {language}: precision {precision:.3f}, recall {recall:.3f}, of {len(sentences['promises'])} promises"
    )
    for heading, texts in (("missed", missed), ("taken for promises", wrong), ("other times", mistimed)):
        print(*(f"  {heading}: {text}" for text in texts), sep="\n", end="\n" if texts else "")
    assert precision >= PRECISION
    assert recall >= RECALL
    assert len(mistimed) <= len(sentences["promises"]) * (1 - RECALL)


@pytest.mark.parametrize(
    ("said", "due"),
    [
        # The wall clock of the brand, whatever zone `now` comes in; an hour is an hour on the night of the change.
        ("Palaan asiaan huomenna klo 9.30", "2026-11-19T09:30+02:00"),
        ("Soitan sinulle kahden tunnin päästä", "2026-11-18T12:30+02:00"),
        ("Palaan asiaan tänään klo 9", "2026-11-18T17:00+02:00"),
    ],
)
def test_times_are_the_brands(said: str, due: str) -> None:
    (found,) = recognise(said, language="fi", now=NOW.astimezone(dt.UTC), schedule=OFFICE)
    assert found.due == dt.datetime.fromisoformat(due)


def test_a_duration_is_as_long_on_the_night_when_the_clocks_go_back() -> None:
    now = dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)
    (found,) = recognise("Palaan asiaan kahden tunnin sisällä.", language="fi", now=now, schedule=always(HELSINKI))
    assert found.due is not None
    assert found.due.astimezone(dt.UTC) - now == dt.timedelta(hours=2)


def test_the_place_in_the_text_is_the_sentences() -> None:
    text = "Hei!\n\nYmmärrän harmin. Selvitän asian ja palaan huomenna klo 14. Kiitos kärsivällisyydestä."
    (found,) = recognise(text, language="fi", now=NOW, schedule=OFFICE)
    assert text[found.start : found.end] == found.what == "Selvitän asian ja palaan huomenna klo 14."


def test_one_reply_can_promise_several_things() -> None:
    text = "Lähetän kuitin tänään. Palautan rahat viikon sisällä. Jos haluat, soitan myös huomenna."
    found = recognise(text, language="fi", now=NOW, schedule=OFFICE)
    assert [one.what for one in found] == ["Lähetän kuitin tänään.", "Palautan rahat viikon sisällä."]


def test_a_normal_reply_costs_less_than_a_millisecond() -> None:
    text = (
        "Hei Maija, kiitos viestistäsi. Ymmärrän huolen hyvin. Soitan postin lajitteluun ja palaan sinulle tänään klo"
        " 14 mennessä. Jos se ei ehdi, lähetämme uuden paketin."
    )
    best = min(_seconds(text) for _try in range(30))
    assert best < 0.001


@pytest.mark.parametrize(
    "text", ["a, " * 7000, "en " * 7000, '"' * 20_000, "1-" * 10_000, "klo 1" * 4000, "jos," * 5000, "3." * 9000]
)
def test_no_text_takes_long(text: str) -> None:
    assert _seconds(text) < 0.5
    assert _seconds(f"{text} palaan sinulle huomenna klo 9") < 0.5


def _seconds(text: str) -> float:
    # Of this process alone: others may be busy beside it.
    begun = time.process_time()
    recognise(text, language="fi", now=NOW, schedule=OFFICE)
    return time.process_time() - begun


WORDS = [
    "palaan",
    "lähetän",
    "i'll",
    "will",
    "jag",
    "skickar",
    "huomenna",
    "klo",
    "24",
    "0",
    "99",
    "31.2.",
    "29.2.",
    "30.2.2027",
    "maanantaina",
    "ensi",
    "viikon",
    "lopussa",
    "999",
    "päivän",
    "sisällä",
    "kuukauden",
    "viimeistään",
    "i",
    "morgon",
    "kl",
    "25",
    "nästa",
    "vecka",
    "den",
    "31",
    "november",
    "inom",
    "500",
    "månader",
    "by",
    "next",
    "friday",
    "at",
    "12",
    "am",
    "within",
    "0",
    "days",
    "2026-02-30",
    "february",
    "30",
    "13:61",
    ".",
    ",",
    "?",
    "-",
    "–",
    "tänään",
    "iltapäivällä",
    "tonight",
    "asap",
]


@given(
    words=st.lists(st.sampled_from(WORDS) | st.text(max_size=6), max_size=14),
    days=st.integers(0, 5000),
    minutes=st.integers(0, 1439),
    language=st.sampled_from(["fi", "sv", "en"]),
    schedule=st.sampled_from([None, OFFICE, always(HELSINKI), Schedule(HELSINKI, ((),) * 7)]),
)
def test_whatever_is_written_a_due_time_is_ahead(
    words: list[str], days: int, minutes: int, language: str, schedule: Schedule | None
) -> None:
    text, moment = " ".join(words), NOW + dt.timedelta(days=days, minutes=minutes)
    is_named, due = dates.named(text, language, moment, schedule)
    assert due is None or (is_named and due.astimezone(dt.UTC) > moment.astimezone(dt.UTC))
    for found in recognise(text, language=language, now=moment, schedule=schedule):
        assert 0 <= found.start < found.end <= len(text)
        assert found.due is None or found.due.astimezone(dt.UTC) > moment.astimezone(dt.UTC)
