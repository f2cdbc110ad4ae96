from __future__ import annotations

import json

import pytest

from aspa.core.inboxes.channel import DeliveryFailed, Raw
from aspa.core.inboxes.contract import ChannelContract
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent
from aspa.service.community.channel import Community
from aspa.service.knowledge import switches


def told(**more: object) -> Raw:
    body = {"id": "q1", "title": "Miten villasukat pestään?", "email": "Dee@home.example", "language": "fi"}
    return Raw({}, json.dumps(body | more).encode())


@pytest.mark.django_db
class TestCommunity(ChannelContract):
    channel = Community()
    samples = [told(), told(id="q2", text="Pesin ne 40 asteessa.")]
    settings = {"hours": 8}

    def test_what_belongs_to_no_question_is_published_nowhere(self, inbox: Inbox, ada: Agent) -> None:
        with pytest.raises(DeliveryFailed) as failed:
            self.channel.deliver(self.reply(inbox, ada, "Käsin, haaleassa."))
        assert failed.value.permanent

    def test_it_is_of_use_where_questions_are_asked(self, inbox: Inbox) -> None:
        assert not self.channel.health(inbox).ok
        switches.set_on(inbox.brand, "community", True)
        assert self.channel.health(inbox).ok
