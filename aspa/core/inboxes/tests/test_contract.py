"""The contract suite, tried on a fake channel."""

from __future__ import annotations

import pytest

from aspa.core.conversations.tests.fakes import FakeChannel, FakeChat
from aspa.core.inboxes import channel
from aspa.core.inboxes.channel import Raw
from aspa.core.inboxes.contract import ChannelContract
from aspa.core.inboxes.models import Inbox

LETTER = Raw({}, b'{"id": "1", "from": "dee@home.example", "text": "Dear shop"}')


@pytest.mark.django_db
class TestLetters(ChannelContract):
    channel = FakeChannel()
    samples = [LETTER, Raw({}, LETTER.body.replace(b'"1"', b'"2"'))]
    settings = {"signature": "Yours, the shop"}


@pytest.mark.django_db
class TestLiveLetters(ChannelContract):
    channel = FakeChat()
    samples = [LETTER]


@pytest.mark.django_db
def test_an_inbox_whose_channel_is_gone_says_so(inbox: Inbox) -> None:
    inbox.channel = "pigeons"
    with pytest.raises(LookupError, match="pigeons"):
        channel.channel_for(inbox)
