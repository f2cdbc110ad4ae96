"""What agents promise is counted by team and month, once, and shown to those who may change settings."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from aspa.core.conversations import lifecycle
from aspa.core.conversations.events import Cursor
from aspa.core.conversations.models import Conversation
from aspa.core.people.models import Team
from aspa.service.promises import counting, following, promising, watching
from tests.cast import Cast
from tests.journal import whole
from tests.journeys.test_desk_pages import signed_in
from tests.journeys.test_promises import DUE, NOW, Time, ben, parcel, promise_of, time

__all__ = ["ben", "parcel", "time"]
PAGE = "/settings/promises/"


def test_promises_are_counted_by_team_and_month(
    cast: Cast, ben: object, parcel: Conversation, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "present", list)
    made = promise_of(ben, parcel)  # type: ignore[arg-type]
    promising.move(made, by=cast.ben, due_at=DUE + dt.timedelta(hours=1))
    time.pass_to(DUE + dt.timedelta(hours=2))
    watching.watch()
    promising.keep(made, by=cast.ben)
    message = made.message
    assert message is not None
    for text in ("I call you", "I write you"):
        (word,) = promising.make(message, [promising.Word(text, DUE + dt.timedelta(days=1))])
        promising.keep(word, by=cast.ben)
    promising.make(message, [promising.Word("I'll see", DUE + dt.timedelta(days=1))])
    lifecycle.customer_ends(parcel)
    following.follow(whole())
    Conversation.objects.filter(pk=parcel.pk).update(team=Team.objects.create(name="Huolto"))
    time.pass_to(NOW + dt.timedelta(days=20))
    counting.count(whole())
    counting.count(whole())
    ada = signed_in(cast.ada)
    page = " ".join(ada.get(PAGE).content.decode().split())
    assert "November 2026" in page
    row = '<th scope="row">Huolto</th><td class="numbers">67&nbsp;%</td>' + "".join(
        f'<td class="numbers">{count}</td>' for count in (2, 1, 1, 1, 0, 4)
    )
    assert row in page
    assert "2026-11-19,Huolto,3,2,1,1,0,0" in ada.get("/settings/promises.csv").content.decode()
    # What comes later is added.
    counting.count(dataclasses.replace(whole(), after=Cursor(-1, 1)))
    assert "2026-11-19,Huolto,6,4,2,2,0,0" in ada.get("/settings/promises.csv").content.decode()


def test_without_promises_it_says_so(cast: Cast) -> None:
    assert "No promises yet" in signed_in(cast.ada).get(PAGE).content.decode()
