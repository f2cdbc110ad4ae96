"""What silence does is set by brand, and how conversations ended is counted for whoever answers for the inbox."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client

from aspa.core.conversations import joining, lifecycle, replies
from aspa.core.conversations.models import Conversation
from aspa.core.inboxes.models import Grant
from aspa.core.people.models import Role
from aspa.kit.tasks import run_pending
from aspa.service.closing import counting, sweeping, waiting
from aspa.service.closing.models import SilencePolicy, Wait
from tests.cast import Cast, says
from tests.journal import whole
from tests.journeys.test_desk_pages import signed_in

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
BEGIN = dt.datetime.fromisoformat("2026-11-17T10:00:00+02:00")


@pytest.fixture
def owner(cast: Cast) -> Client:
    return signed_in(cast.ada)


def waits(cast: Cast, text: str = "Where is it?", **more: Any) -> Conversation:
    found = says(cast.inbox, text, **more).conversation
    replies.reply(found, by=cast.ben, body="It came yesterday.")
    return lifecycle.wait_for_customer(found)


def test_a_new_policy_is_kept_to_by_what_waits_already(cast: Cast, owner: Client) -> None:
    page = f"/settings/brands/{cast.brand.pk}/silence/"
    with time_machine.travel(BEGIN, tick=False) as time:
        found = waits(cast)
        waiting.follow(whole())
        assert Wait.objects.get().close_at == BEGIN + 7 * DAY
        assert 'value="4"' in owner.get(page).content.decode()
        assert owner.post(page, {"is_on": "on", "remind_days": 0, "close_days": 90}).status_code == 422
        assert owner.post(page, {"is_on": "on", "remind_days": 1, "close_days": 2}).status_code == 302
        run_pending()
        wait = Wait.objects.get()
        assert (wait.remind_at, wait.close_at) == (BEGIN + DAY, BEGIN + 3 * DAY)
        time.move_to(BEGIN + DAY)
        sweeping.sweep()
        assert Wait.objects.get().reminded_at == BEGIN + DAY
        assert owner.post(page, {"remind_days": 1, "close_days": 2}).status_code == 302
        run_pending()
        time.move_to(BEGIN + 9 * DAY)
        sweeping.sweep()
        found.refresh_from_db()
        assert (found.status, Wait.objects.get().close_at) == ("waiting", None), "off is off, though it was announced"
        assert owner.post(page, {"is_on": "on", "remind_days": 1, "close_days": 2}).status_code == 302
        run_pending()
        time.move_to(BEGIN + 13 * DAY)
        sweeping.sweep()
    found.refresh_from_db()
    assert found.closed_how == "silence"


def test_endings_are_counted_once_by_way_and_by_agent(cast: Cast, owner: Client) -> None:
    lifecycle.customer_ends(waits(cast, who="eva"))
    lifecycle.set_aside(waits(cast, who="fay"), by=cast.ben, how="abuse", reason="=Threats")
    first = says(cast.inbox, "One").conversation
    lifecycle.customer_ends(first)
    joining.merge(says(cast.inbox, "Two", another=True).conversation, into=lifecycle.reopen(first), by=cast.ada)
    for _again in range(2):
        counting.count(whole())
    page = " ".join(owner.get("/settings/endings/").content.decode().split())
    assert page.count("=Threats") == 1
    assert f"Merged into {first.reference}" in page
    table = owner.get("/settings/endings.csv").content.decode().splitlines()
    assert table[0].startswith("\ufeffDate,")
    endings = sorted(line.split(",", 3)[3] for line in table[1:])
    assert endings == ["Abuse,Ben Berg,1", "Ended by the customer,,2", "Merged into another conversation,Ada Aalto,1"]


def test_who_may_see_them(cast: Cast) -> None:
    lifecycle.set_aside(says(cast.inbox, "One").conversation, by=cast.ben, how="spam", reason="Casino of Villa")
    counting.count(whole())
    assert signed_in(cast.ben).get("/settings/endings/").status_code == 403
    assert signed_in(cast.ben).get(f"/settings/brands/{cast.brand.pk}/silence/").status_code == 403
    leader = Role.objects.create(name="Leader", permissions=[Role.Permission.SETTINGS])
    Grant.objects.create(agent=cast.cy, role=leader, inbox=cast.other_inbox)
    cy = signed_in(cast.cy)
    assert "Casino" not in cy.get("/settings/endings/").content.decode()
    assert len(cy.get("/settings/endings.csv").content.decode().splitlines()) == 1
    assert cy.post(f"/settings/brands/{cast.brand.pk}/silence/", {"remind_days": 1, "close_days": 1}).status_code == 403
    assert not SilencePolicy.objects.exists()
    Grant.objects.create(agent=cast.ben, role=leader, inbox=cast.inbox)
    assert "Casino of Villa" in signed_in(cast.ben).get("/settings/endings/").content.decode()
