"""An agent who reads and answers in one moment: neither waits for the other for ever."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection

from aspa.core.conversations import reading
from aspa.core.conversations.changing import changing
from aspa.core.conversations.models import AgentRead, Conversation
from aspa.core.people.models import Agent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_reading_waits_for_the_reply_that_has_the_conversation(conversation: Conversation, ben: Agent) -> None:
    held = Event()

    def reads() -> None:
        try:
            held.wait(60)
            reading.agent_reads(conversation, agent=ben, up_to=conversation.last_message_id)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as beside:
        with changing(conversation) as current:
            read = beside.submit(reads)
            held.set()
            # Long enough for the other to reach what it has to wait for.
            time.sleep(0.5)
            assert not read.done()
            reading.mark_read(current, agent=ben, up_to=current.last_message_id)
        read.result(60)
    assert AgentRead.objects.get(agent=ben).message_id == conversation.last_message_id
