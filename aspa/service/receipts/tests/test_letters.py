"""The receipt where it goes out as a letter: once, by the channel in which the customer wrote, never to a machine."""

from __future__ import annotations

import pytest

from aspa.core.conversations.models import Message
from aspa.core.conversations.tests.fakes import FakeChannel, FakeChat, FakeMail
from aspa.core.inboxes import channel
from aspa.core.inboxes.channel import Claim, Sender
from aspa.core.inboxes.models import Brand, Inbox
from aspa.kit.tasks import run_pending
from aspa.service.receipts import receipts
from tests import journal
from tests.cast import says

pytestmark = pytest.mark.django_db

EVA = Sender(Claim("email", "eva@home.example", "dkim"), name="Eva", language="fi")


@pytest.fixture
def mailbox(brand: Brand, monkeypatch: pytest.MonkeyPatch) -> Inbox:
    monkeypatch.setattr(channel, "_channels", {"webchat": FakeChat(), "mail": FakeMail()})
    return Inbox.objects.create(brand=brand, name="Mail", channel="mail")


def give() -> None:
    receipts.give(journal.whole())
    run_pending()


def test_a_machine_that_begins_gets_no_receipt(mailbox: Inbox) -> None:
    says(mailbox, "Backup done", sender=EVA, automatic=True)
    give()
    assert not Message.objects.filter(code="receipt").exists()


def test_spam_gets_no_receipt(mailbox: Inbox) -> None:
    says(mailbox, "Cheap watches", sender=EVA, spam="X-Spam-Flag: YES")
    give()
    assert not Message.objects.filter(code="receipt").exists()


def test_it_goes_out_where_the_customer_wrote(mailbox: Inbox, inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    says(mailbox, "Missing parcel", sender=EVA)
    says(inbox, "hi")
    delivered: list[Message] = []
    monkeypatch.setattr(FakeChannel, "deliver", lambda _self, message: delivered.append(message) or f"m-{message.pk}")
    give()
    give()
    assert [(message.code, message.inbox_id) for message in delivered] == [("receipt", mailbox.pk)]
    assert Message.objects.filter(code="receipt").count() == 2
