"""The letter with the conversation: what the customer has seen, and nothing else."""

from __future__ import annotations

import pytest
from django.core import mail

from aspa.channels.webchat import transcript
from aspa.core.conversations import replies
from aspa.core.conversations.models import Conversation
from aspa.core.people.models import Agent
from aspa.kit.tasks import run_pending

pytestmark = pytest.mark.django_db


def test_the_customer_gets_what_they_have_seen(conversation: Conversation, ben: Agent) -> None:
    replies.reply(conversation, by=ben, body="It is on its way.")
    replies.note(conversation, by=ben, body="He sounds angry")
    transcript.request(conversation, address="dee@home.example", language="en")
    run_pending()
    (letter,) = (one for one in mail.outbox if one.to == ["dee@home.example"])
    assert conversation.reference in letter.subject
    assert "It is on its way." in letter.body and "angry" not in letter.body
    assert conversation.brand.name in letter.from_email
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
