"""Any number of processes may sweep at once."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection

from aspa.core.conversations import lifecycle, replies
from aspa.core.conversations.models import Conversation, Message
from aspa.kit import clock
from aspa.service.closing import sweeping, waiting
from aspa.service.closing.models import Wait
from tests.cast import Cast, gather, says

DAY = dt.timedelta(days=1)
CUSTOMERS = 5


@pytest.mark.django_db(transaction=True)
def test_who_waits_is_reminded_and_closed_once() -> None:
    cast = gather()
    ids = [answered(cast, f"customer {number}").pk for number in range(CUSTOMERS)]
    waiting.reconcile(ids)
    begin = clock.now()
    for days in (4, 7):
        with time_machine.travel(begin + days * DAY + DAY / 24, tick=False):
            at_once()
    assert Message.objects.filter(code="reminded").count() == CUSTOMERS
    assert Message.objects.filter(code="closed_by_silence").count() == CUSTOMERS
    assert not Wait.objects.exists()
    assert set(Conversation.objects.values_list("closed_how", flat=True)) == {"silence"}


@pytest.mark.django_db
def test_a_table_built_anew_reminds_nobody_twice(cast: Cast) -> None:
    found = answered(cast, "dee")
    begin = clock.now()
    for days in (0, 4, 8, 11):
        with time_machine.travel(begin + days * DAY + DAY / 24, tick=False):
            if days == 4:
                lifecycle.remind(found, closes_at=begin + 7 * DAY)
                Wait.objects.all().delete()
            waiting.reconcile([found.pk])
            sweeping.sweep()
    found.refresh_from_db()
    assert (found.closed_how, Message.objects.filter(code="reminded").count()) == ("silence", 1)


def answered(cast: Cast, who: str) -> Conversation:
    found = says(cast.inbox, "Where is it?", who=who).conversation
    replies.reply(found, by=cast.ben, body="It came yesterday.")
    return lifecycle.wait_for_customer(found)


def at_once() -> None:
    with ThreadPoolExecutor(3) as processes:
        for done in [processes.submit(sweep) for _process in range(3)]:
            done.result()


def sweep() -> None:
    try:
        sweeping.sweep()
    finally:
        connection.close()
