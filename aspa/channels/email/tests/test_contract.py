"""E-mail passes the contract of all channels; its letters go to a real SMTP server on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message as Letter
from typing import Any, ClassVar

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Collecting

from aspa.channels.email import tokens
from aspa.channels.email.channel import Email
from aspa.core.inboxes.channel import Raw
from aspa.core.inboxes.contract import ChannelContract
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent
from testing.services import free_port

PLAIN = b"""From: Dee Dahl <dee@home.example>
To: support@shop.example
Subject: =?utf-8?q?Miss=C3=A4_paketti=3F?=
Message-ID: <1@home.example>
Date: Mon, 02 Nov 2026 10:00:00 +0200
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: 8bit

Miss\xe4 pakettini on?
"""
HTML = b"""From: "Eve, Home" <eve@home.example>
To: support@shop.example
Subject: Invoice
Message-ID: <2@home.example>
Date: Mon, 02 Nov 2026 11:00:00 +0200
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<p>Here is the <b>invoice</b>.</p><script>alert(1)</script>
"""
NO_IDS = b"From: fia@home.example\nSubject: Hello\n\nNo Message-ID, no date.\n"


class Collector(Collecting):
    """Keeps what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: list[Letter] = []

    def handle_message(self, message: Letter) -> None:
        self.letters.append(message)


@pytest.mark.django_db
class TestEmail(ChannelContract):
    channel = Email()
    samples = [Raw({}, PLAIN), Raw({}, HTML), Raw({}, NO_IDS)]
    settings: ClassVar[dict[str, Any]] = {
        "address": "support@shop.example",
        "incoming": "smtp",
        "outgoing": "smtp",
        "smtp_host": "127.0.0.1",
        "smtp_port": "25",
        "smtp_security": "none",
    }

    @pytest.fixture
    def server(self) -> Iterator[tuple[Collector, int]]:
        collector, port = Collector(), free_port()
        controller = Controller(collector, hostname="127.0.0.1", port=port)
        controller.start()
        yield collector, port
        controller.stop()

    @pytest.fixture
    def inbox(self, db: None, server: tuple[Collector, int], monkeypatch: pytest.MonkeyPatch) -> Inbox:
        monkeypatch.setattr(type(self), "settings", {**self.settings, "smtp_port": str(server[1])})
        return ChannelContract.inbox.__wrapped__(self, db)  # type: ignore[attr-defined]

    def test_a_reply_arrives_with_a_token(self, inbox: Inbox, ada: Agent, server: tuple[Collector, int]) -> None:
        message = self.reply(inbox, ada, "It is on its way.")
        assert self.channel.deliver(message)
        (letter,) = server[0].letters
        assert "dee@home.example" in letter["To"]
        (token,) = tokens.tokens_in(letter["Message-ID"])
        assert tokens.read(token) == message.conversation_id
