from __future__ import annotations

import json

import pytest

from aspa.channels.webchat.channel import WebChat
from aspa.core.inboxes.channel import Raw
from aspa.core.inboxes.contract import ChannelContract
from aspa.kit.ids import token_hash

HEADERS = {"x-visitor": token_hash("dee")}
WORDS = {"client_id": "c1", "text": "Where is my parcel?", "contact": {"name": "Dee", "email": "dee@home.example"}}


@pytest.mark.django_db
class TestWebChat(ChannelContract):
    channel = WebChat()
    samples = [
        Raw(HEADERS, json.dumps(WORDS).encode()),
        Raw(HEADERS, json.dumps({"client_id": "c2", "text": "Hello? 🙂"}).encode()),
    ]
