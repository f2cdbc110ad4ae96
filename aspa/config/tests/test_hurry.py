"""Who writes to a bot isn't left to the subscribers' rest, in whichever process they run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Event, Thread

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from aspa.config import background
from aspa.core.conversations import subscriptions
from aspa.kit.bus import bus
from aspa.service.bot import editing, holding
from aspa.service.bot.models import Bot
from tests.cast import Cast, says


@pytest.fixture(autouse=True)
def unhurried() -> Iterator[None]:
    subscriptions.hurried.clear()
    yield
    subscriptions.hurried.clear()
    holding.forget()


@pytest.mark.django_db
def test_only_what_is_written_where_a_bot_answers_hurries(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    editing.save(Bot(inbox=cast.inbox, when=Bot.When.ALWAYS))
    for inbox, is_hurried in ((cast.other_inbox, False), (cast.inbox, True)):
        with django_capture_on_commit_callbacks(execute=True):
            says(inbox, "Onko palautus maksuton?", who=f"at {inbox.pk}")
        assert subscriptions.hurried.is_set() is is_hurried


def test_a_worker_hears_it_from_the_servers() -> None:
    stop = Event()
    hearing = Thread(target=background.hear, args=[stop], daemon=True)
    hearing.start()
    until = time.monotonic() + 60
    # What is told before it listens is lost, as everything on the bus may be.
    while time.monotonic() < until and not subscriptions.hurried.wait(0.02):
        bus.publish(subscriptions.HURRY, {})
    assert subscriptions.hurried.is_set()
    stop.set()
    hearing.join(60)
    assert not hearing.is_alive()
