from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from aspa.core.conversations import attachments, lifecycle, replies
from aspa.core.conversations.models import Attachment, Conversation
from aspa.core.conversations.tasks import sweep_unsent_files, wake_the_snoozed
from aspa.core.people.models import Agent
from aspa.kit import clock
from aspa.kit.tasks.declaration import schedules

pytestmark = pytest.mark.django_db


def test_they_come_round() -> None:
    names = {name.rsplit(".", 1)[-1] for name in schedules}
    assert {"wake_the_snoozed", "sweep_unsent_files"} <= names


def test_the_snoozed_wake(conversation: Conversation, ben: Agent) -> None:
    lifecycle.snooze(conversation, by=ben, until=clock.now() + dt.timedelta(hours=1))
    with time_machine.travel(clock.now() + dt.timedelta(hours=2)):
        wake_the_snoozed()
    conversation.refresh_from_db()
    assert conversation.status == "open"


def test_files_that_were_never_sent_are_swept(conversation: Conversation, ben: Agent) -> None:
    sent, unsent = (attachments.store([b"abc"], name=f"{name}.txt", agent=ben) for name in ("a", "b"))
    replies.reply(conversation, by=ben, body="Look", attachments=[sent.public_id])
    sweep_unsent_files()
    assert Attachment.objects.count() == 2
    with time_machine.travel(clock.now() + attachments.UNSENT_FOR + dt.timedelta(hours=1)):
        sweep_unsent_files()
    assert list(Attachment.objects.all()) == [sent]
    assert sent.file.storage.exists(sent.file.name)
    assert not unsent.file.storage.exists(unsent.file.name)
