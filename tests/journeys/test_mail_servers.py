"""A mail's whole way through real servers: the customer's program, Postfix, LMTP and IMAP, the desk, and back again.

Postfix takes all mail, as a shop's own mail server would: what is for support@ it hands to us by LMTP, what is for
sales@ lies in a mailbox at Dovecot's that we read, and so does what is for the customer, who reads it herself.
Where Postfix is not to be had, test_mail.py goes the way without it.
"""

from __future__ import annotations

import email.policy
import smtplib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import LazySettings

from aspa.channels.email import settings as email_settings
from aspa.channels.email import tokens
from aspa.channels.email.arriving import imap, smtpd, taking
from aspa.channels.email.arriving.tests.conftest import mail, mailbox
from aspa.channels.email.models import Arrival, Folder
from aspa.channels.email.sending import kept
from aspa.core.conversations import delivery
from aspa.core.conversations.models import Conversation, Message
from aspa.core.inboxes.models import Grant, Inbox
from aspa.service.receipts import receipts
from testing.mail import PASSWORD, Dovecot, dovecot
from testing.mta import Postfix, postfix
from testing.services import ServiceMissing
from tests.cast import Cast
from tests.journal import whole
from tests.journeys.test_desk_pages import signed_in

# What the servers say is the same on each database.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

SUPPORT, SALES, DEE = "support@shop.example", "sales@hosted.example", "dee@home.example"


@dataclass
class Servers:
    """Postfix and Dovecot, and between them our own receiver."""

    mta: Postfix
    mailboxes: Dovecot

    def send(self, letter: EmailMessage) -> None:
        """Dee's mail program: the letter goes out, and a copy of it is kept beside what she got."""
        with smtplib.SMTP("127.0.0.1", self.mta.port, timeout=10) as client:
            assert client.send_message(letter) == {}
        self.mailboxes.append("dee", letter.as_bytes())

    def letters(self) -> list[EmailMessage]:
        """What lies in Dee's mailbox."""
        with self.mailboxes.client("dee") as client:
            client.select()
            numbers = client.search(None, "ALL")[1][0].split()
            contents = [client.fetch(number, "(BODY.PEEK[])")[1] for number in numbers]
        return [email.message_from_bytes(content, policy=email.policy.default) for ((_about, content), *_) in contents]

    def threads(self) -> list[set[int]]:
        """How Dovecot groups Dee's letters by their references alone (its THREAD=REFS, beside RFC 5256's)."""
        with self.mailboxes.client("dee") as client:
            client.select()
            said = client.thread("REFS", "UTF-8", "ALL")[1][0].decode()
        return grouped(said)


@pytest.fixture
def servers(settings: LazySettings, tmp_path: Path) -> Iterator[Servers]:
    settings.MEDIA_ROOT = tmp_path
    settings.ASPA_LMTP_LISTEN = "127.0.0.1:0"
    receiver = smtpd.Listening()
    receiver.start()
    try:
        with dovecot() as mailboxes:
            boxes = {DEE: "dee", SALES: "sales"}
            with postfix(mailboxes, mailboxes=boxes, lmtp={"shop.example": receiver.ports[0]}) as mta:
                yield Servers(mta, mailboxes)
                kept.leave_all()
    except ServiceMissing as why:
        pytest.skip(str(why))
    finally:
        receiver.stop()


@pytest.fixture
def support(cast: Cast, servers: Servers) -> Inbox:
    """Its mail comes by LMTP, and goes out the way it came in."""
    inbox = mailbox(
        cast.brand,
        SUPPORT,
        outgoing="smtp",
        smtp_host="127.0.0.1",
        smtp_port=servers.mta.port,
        smtp_security="none",
        plus_addresses=True,
    )
    Grant.objects.create(agent=cast.ben, role=cast.answering, inbox=inbox)
    return inbox


@pytest.fixture
def sales(cast: Cast, servers: Servers, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    """Its mail is fetched by IMAP, by the thread that the background runs."""
    monkeypatch.setattr(imap, "HEEDS", 0.1)
    inbox = mailbox(
        cast.brand,
        SALES,
        incoming="imap",
        imap_host="127.0.0.1",
        imap_port=servers.mailboxes.port,
        imap_security="none",
        imap_user="sales",
        imap_password=PASSWORD,
    )
    fetching = imap.Mailbox(inbox.pk, email_settings.of(inbox))
    fetching.start()
    # Only mail from then on is taken.
    wait_until(lambda: Folder.objects.filter(inbox=inbox).exists(), servers)
    yield inbox
    fetching.leave()
    fetching.join(20)
    assert not fetching.is_alive()


def test_a_thread_through_real_servers(cast: Cast, servers: Servers, support: Inbox, sales: Inbox) -> None:
    client = signed_in(cast.ben)
    first = mail("Missä pakettini on?", Subject="Paketti")
    servers.send(first)
    arrive(servers, 1)
    conversation = Conversation.objects.get()
    page = f"/desk/conversations/{conversation.pk}/"
    assert "Missä pakettini on?" in client.get("/desk/rows?view=all").content.decode()
    assert "Missä pakettini on?" in client.get(page).content.decode()

    receipts.give(whole())
    delivery.send(Message.objects.get(code="receipt").pk)
    held = client.post(f"{page}replies", {"text": "Se on matkalla.", "client_id": "c1"}).json()["held"]
    client.post(f"{page}held/{held}/sending")
    delivery.send(Message.objects.get(kind=Message.Kind.REPLY).pk)

    wait_until(lambda: len(servers.letters()) == 3, servers)
    (letter,) = [one for one in servers.letters() if "Se on matkalla." in text_of(one)]
    assert "mx.shop.example" in letter["Received"]
    assert letter["Subject"] == "Re: Paketti"
    assert letter["In-Reply-To"] == first["Message-ID"]
    assert letter["References"].split()[0] == first["Message-ID"]
    assert tokens.reply_address(SUPPORT, tokens.make(conversation.pk)) in letter["Reply-To"]

    # To the address that the letter asks for, and a copy to another of ours: it comes by LMTP and by IMAP.
    servers.send(
        mail(
            "Kiitos, entä lasku?",
            To=letter["Reply-To"],
            Cc=SALES,
            Subject="Vs: Paketti",
            In_Reply_To=letter["Message-ID"],
            References=f"{letter['References']} {letter['Message-ID']}",
        )
    )
    arrive(servers, 3)
    assert sorted(Arrival.objects.values_list("inbox", flat=True)) == [support.pk, support.pk, sales.pk]
    assert Conversation.objects.get() == conversation
    incoming = Message.objects.filter(kind=Message.Kind.INCOMING).order_by("pk")
    assert list(incoming.values_list("text", flat=True)) == ["Missä pakettini on?", "Kiitos, entä lasku?"]
    assert "Kiitos, entä lasku?" in client.get(page).content.decode()

    # Her program groups all that was said: two letters of hers, the receipt and the answer.
    assert servers.threads() == [{1, 2, 3, 4}]


def arrive(servers: Servers, count: int) -> None:
    """Wait until that many mails have come in all, and handle them."""
    wait_until(lambda: Arrival.objects.count() == count, servers)
    while taking.take():
        pass


def wait_until(happened: Callable[[], bool], servers: Servers, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, servers.mta.log.read_text(errors="replace")
        time.sleep(0.05)


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    return str(body.get_content()) if body else ""


def grouped(said: str) -> list[set[int]]:
    """RFC 5256's answer, as "(1 2 (3)(4 5))(6)": the numbers of each outermost group."""
    threads: list[set[int]] = []
    depth = 0
    for word in said.replace("(", " ( ").replace(")", " ) ").split():
        if word == "(":
            if not depth:
                threads.append(set())
            depth += 1
        elif word == ")":
            depth -= 1
        else:
            threads[-1].add(int(word))
    return threads
