from __future__ import annotations

import pytest

from aspa.core.conversations.models import Attachment, Conversation
from aspa.core.conversations.tests.fakes import FakeChannel, FakeChat, FakeMail
from aspa.core.inboxes import channel
from aspa.core.inboxes.models import Brand, Inbox
from aspa.core.people.models import Agent
from aspa.kit import clock
from tests.cast import says


@pytest.fixture(autouse=True)
def letters(monkeypatch: pytest.MonkeyPatch) -> FakeChannel:
    """The channels are fakes here; this is the one that isn't live."""
    fake = FakeChannel()
    monkeypatch.setattr(channel, "_channels", {"webchat": FakeChat(), "letters": fake, "mail": FakeMail()})
    return fake


@pytest.fixture
def letter_inbox(brand: Brand) -> Inbox:
    return Inbox.objects.create(brand=brand, name="Letters", channel="letters")


@pytest.fixture
def letter(letter_inbox: Inbox) -> Conversation:
    """Dee has written a letter."""
    return says(letter_inbox, "Dear shop").conversation


@pytest.fixture
def mailbox(brand: Brand) -> Inbox:
    return Inbox.objects.create(brand=brand, name="Mail", channel="mail")


def upload(*, agent: Agent | None = None, inbox: Inbox | None = None, visitor: str = "") -> str:
    """A file that waits for its message; returns its public id."""
    return Attachment.objects.create(
        agent=agent,
        inbox=inbox,
        visitor=visitor,
        name="receipt.pdf",
        content_type="application/pdf",
        size=3,
        file="attachments/receipt.pdf",
        created_at=clock.now(),
    ).public_id
