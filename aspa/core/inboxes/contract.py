"""The contract of the port, as tests. A channel's test module subclasses it and gives samples of its own:

    @pytest.mark.django_db
    class TestLetters(ChannelContract):
        channel = Letters()
        samples = [Raw({}, b'{"id": "1", "from": "Dee", "text": "Hello"}')]
        settings = {"signature": "Yours"}

What the channel needs around it (a fake provider, a brand's domains) goes into an overridden `inbox`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from aspa.core.conversations import delivery, intake, replies
from aspa.core.conversations.models import Conversation, Message
from aspa.core.inboxes import channel as registry
from aspa.core.inboxes.channel import (
    Capabilities,
    Channel,
    DeliveryFailed,
    Health,
    Inbound,
    ParseError,
    Raw,
    Receipt,
)
from aspa.core.inboxes.models import Brand, Inbox
from aspa.kit import clock

if TYPE_CHECKING:
    from aspa.core.people.models import Agent

# What a provider never sends but anybody can post.
NONSENSE = (b"", b"\x00\xff\xfe", b"null", b"[]", b"{}", b'{"text": 7}', b'["a", {"b": []}]', b"<xml", b"[" * 5000)


class ChannelContract:
    """`samples` are payloads of at least one message each; `settings` are valid values of the settings form."""

    channel: ClassVar[Channel]
    samples: ClassVar[list[Raw]]
    settings: ClassVar[dict[str, Any]] = {}

    @pytest.fixture(autouse=True)
    def registered(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(registry, "_channels", {**registry._channels, self.channel.key: self.channel})

    @pytest.fixture
    def inbox(self, db: None) -> Inbox:
        brand = Brand.objects.create(name="Villa", slug="contract", domains=["shop.example"])
        return Inbox.objects.create(
            brand=brand, name="Here", channel=self.channel.key, settings=self.cleaned(self.settings)
        )

    def cleaned(self, settings: dict[str, Any]) -> dict[str, Any]:
        form = self.channel.settings_form()(settings)
        assert form.is_valid(), form.errors
        return dict(form.cleaned_data)

    def inbounds(self, inbox: Inbox) -> list[Inbound]:
        parsed = [item for raw in self.samples for item in self.channel.parse(inbox, raw)]
        return [item for item in parsed if isinstance(item, Inbound)]

    def reply(self, inbox: Inbox, agent: Agent, body: str) -> Message:
        if not self.channel.capabilities.replies:
            pytest.skip("Nothing goes back by this channel.")
        (received,) = intake.receive(self.inbounds(inbox)[:1])
        assert isinstance(received, intake.Received)
        return replies.reply(received.conversation, by=agent, body=body)

    def test_it_says_what_it_is(self) -> None:
        assert self.channel.key.isascii()
        assert self.channel.key.replace("_", "").isalnum()
        assert len(self.channel.key) <= 30
        assert str(self.channel.name)
        assert self.channel.icon
        assert isinstance(self.channel.capabilities, Capabilities)
        assert self.channel.capabilities.text_limit > 0

    def test_its_registration_is_harmless_twice_and_exclusive(self) -> None:
        registry.register(self.channel)

        class Impostor(type(self.channel)):  # type: ignore[misc]
            pass

        with pytest.raises(ValueError, match=self.channel.key):
            registry.register(Impostor.__new__(Impostor))

    def test_samples_are_understood_the_same_way_twice(self, inbox: Inbox) -> None:
        first, again = self.inbounds(inbox), self.inbounds(inbox)
        assert len(first) >= len(self.samples) > 0
        assert [item.external_id for item in first] == [item.external_id for item in again]
        for item in first:
            assert item.inbox_id == inbox.pk
            assert 0 < len(item.external_id) <= 255
            assert item.sender.identity.kind
            assert 0 < len(item.sender.identity.value) <= 254
            assert item.text or item.attachments or item.html

    def test_samples_are_received_once(self, inbox: Inbox) -> None:
        for _twice in range(2):
            answers = intake.receive(self.inbounds(inbox))
            assert all(isinstance(answer, intake.Received) for answer in answers), answers
        different = {item.external_id for item in self.inbounds(inbox)}
        assert Message.objects.filter(inbox=inbox, kind=Message.Kind.INCOMING).count() == len(different)

    @pytest.mark.parametrize("body", NONSENSE)
    def test_nonsense_is_refused_and_changes_nothing(self, inbox: Inbox, body: bytes) -> None:
        """Refused with ParseError alone, also when its headers are right."""
        for headers in ({}, self.samples[0].headers):
            try:
                assert not self.channel.parse(inbox, Raw(headers, body))
            except ParseError:
                continue
        assert not Conversation.objects.filter(inbox=inbox).exists()

    def test_a_reply_is_delivered_or_fails_with_words(self, inbox: Inbox, ada: Agent) -> None:
        message = self.reply(inbox, ada, "Hello, and thank you.")
        external_id, words = self.delivered(message)
        assert external_id is None or 0 < len(external_id) <= 255
        assert external_id or words or self.channel.capabilities.live

    def delivered(self, message: Message) -> tuple[str | None, str]:
        """The provider's id and "", or None and the words of the failure."""
        try:
            return self.channel.deliver(message), ""
        except DeliveryFailed as failure:
            return None, str(failure)

    def test_a_reply_reaches_an_end(self, inbox: Inbox, ada: Agent) -> None:
        message = self.reply(inbox, ada, "Hello, and thank you.")
        if not self.channel.capabilities.live:
            delivery.send(message.pk)
        message.refresh_from_db()
        assert message.state in (Message.State.SENT, Message.State.FAILED, Message.State.QUEUED)
        assert message.state == Message.State.SENT or message.state_reason

    def test_a_receipt_for_what_we_never_sent_is_harmless(self, inbox: Inbox) -> None:
        delivery.receipt(Receipt(inbox.pk, "never", Message.State.READ, at=clock.now()))

    def test_its_settings_survive_the_database(self, inbox: Inbox) -> None:
        assert Inbox.objects.get(pk=inbox.pk).settings == self.cleaned(self.settings)

    def test_it_tells_its_health(self, inbox: Inbox) -> None:
        health = self.channel.health(inbox)
        assert isinstance(health, Health)
        assert health.ok or health.text
