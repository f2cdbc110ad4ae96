"""Our own receiver, spoken to by a real mail program over a real socket."""

from __future__ import annotations

import datetime as dt
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import LazySettings
from dns.name import Name
from dns.resolver import NXDOMAIN

from aspa.channels.email.arriving import keeping, smtpd, taking
from aspa.channels.email.arriving.tests.conftest import mail, message_of
from aspa.channels.email.models import Arrival
from aspa.channels.email.reading import names
from aspa.core.conversations.models import Conversation, Message
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Identity
from testing.services import free_port

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def smtp(settings: LazySettings) -> Iterator[int]:
    settings.ASPA_SMTP_LISTEN = f"127.0.0.1:{free_port()}"
    with listening() as port:
        yield port


@pytest.fixture
def lmtp(settings: LazySettings, tmp_path: Path) -> Iterator[str]:
    settings.ASPA_LMTP_LISTEN = str(tmp_path / "lmtp")
    with listening():
        yield settings.ASPA_LMTP_LISTEN


class listening:
    def __init__(self) -> None:
        self.receiver = smtpd.Listening()

    def __enter__(self) -> int:
        self.receiver.start()
        return next(iter(self.receiver.ports), 0)

    def __exit__(self, *exception: object) -> None:
        self.receiver.stop()


def raw(arrival: Arrival) -> bytes:
    with arrival.raw.open("rb") as file:
        return bytes(file.read())


def test_a_mail_is_kept_with_its_envelope_and_becomes_a_conversation(smtp: int, support: Inbox) -> None:
    letter = mail("Ääkköset.\n.dot\n..dots")
    with smtplib.SMTP("127.0.0.1", smtp) as client:
        client.send_message(letter, "bounce@home.example", ["Support+x@shop.example"])
    arrival = Arrival.objects.get()
    assert (arrival.inbox, arrival.state) == (support, Arrival.State.NEW)
    assert arrival.envelope == {"from": "bounce@home.example", "to": ["Support+x@shop.example"]}
    assert raw(arrival).startswith(b"Return-Path: <bounce@home.example>\r\nReceived: from ")
    taking.take()
    arrival.refresh_from_db()
    assert message_of(arrival).text == "Ääkköset.\n.dot\n..dots"


OUTSIDE = "2a00:1450:4001:81d::5"


class Zone:
    """A resolver that knows these records, (name, type) to texts, and counts what it is asked."""

    def __init__(self, records: dict[tuple[str, str], str]) -> None:
        self.records, self.asked = records, 0

    def resolve(self, name: Name, kind: str, **options: object) -> list[object]:
        self.asked += 1
        record = self.records.get((str(name).rstrip("."), kind))
        if record is None:
            raise NXDOMAIN
        return [SimpleNamespace(strings=[record.encode()])]


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Zone:
    """home.example has one server, and wants mail of others refused."""
    zone = Zone(
        {
            ("home.example", "TXT"): f"v=spf1 ip6:{OUTSIDE} -all",
            ("_dmarc.home.example", "TXT"): "v=DMARC1; p=reject",
            ("evil.example", "TXT"): "v=spf1 +all",
        }
    )
    monkeypatch.setattr(names, "_resolver", lambda: zone)
    return zone


@pytest.mark.parametrize(
    ("peer", "mail_from", "found"),
    [
        (OUTSIDE, "dee@home.example", ("pass", "pass", "", "pass")),
        ("2a00:1450:4001:81d::6", "dee@home.example", ("fail", "fail", "", "fail")),
        # Its own server may send for it, but not for the one that stands in From.
        (OUTSIDE, "dee@evil.example", ("fail", "pass", "", "fail")),
    ],
)
def test_who_comes_from_outside_is_asked_about(
    smtp: int,
    support: Inbox,
    zone: Zone,
    monkeypatch: pytest.MonkeyPatch,
    peer: str,
    mail_from: str,
    found: tuple[str, ...],
) -> None:
    monkeypatch.setattr(smtpd.Receiver, "_peer", lambda self: peer)
    with smtplib.SMTP("127.0.0.1", smtp, local_hostname="mx.home.example") as client:
        client.send_message(mail(Authentication_Results="mx.evil.example; dmarc=pass"), mail_from)
    assert zone.asked == 0, "the receiver itself never waits for the DNS"
    arrival = Arrival.objects.get()
    assert (arrival.envelope["peer"], arrival.envelope["helo"]) == (peer, "mx.home.example")
    taking.take()
    arrival.refresh_from_db()
    letter = message_of(arrival).letter
    assert (letter.verdict, letter.spf, letter.dkim, letter.dmarc) == found
    identity = Identity.objects.get(value="dee@home.example")
    assert identity.verified_how == ("dmarc" if letter.verdict == "pass" else "")


def test_of_our_own_network_and_by_lmtp_nobody_is_asked_about(
    smtp: int, lmtp: str, support: Inbox, zone: Zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    with smtplib.SMTP("127.0.0.1", smtp) as client:
        client.send_message(mail("1", Authentication_Results="x; none"))
    monkeypatch.setattr(smtpd.Receiver, "_peer", lambda self: "10.0.0.5")
    with smtplib.SMTP("127.0.0.1", smtp) as client:
        client.send_message(mail("2", Authentication_Results="x; none"))
    monkeypatch.setattr(smtpd.Receiver, "_peer", lambda self: OUTSIDE)
    with smtplib.LMTP(lmtp) as client:
        client.send_message(mail("3", Authentication_Results="x; none"))
    taking.take()
    assert [set(one.envelope) for one in Arrival.objects.all()] == [{"from", "to"}] * 3
    assert {one.letter.spf for one in Message.objects.all()} == {""}
    assert zone.asked == 0


def test_strangers_addresses_are_refused_and_ours_in_any_spelling_taken(smtp: int, support: Inbox) -> None:
    with smtplib.SMTP("127.0.0.1", smtp) as client:
        client.ehlo()
        client.mail("dee@home.example")
        assert client.rcpt("nobody@shop.example")[0] == 550
        assert client.rcpt("support@elsewhere.example")[0] == 550
        assert client.rcpt("HELP@Shop.Example")[0] == 250


def test_an_inbox_that_is_fetched_or_closed_takes_no_mail_here(smtp: int, support: Inbox) -> None:
    support.is_active = False
    support.save()
    with smtplib.SMTP("127.0.0.1", smtp) as client, pytest.raises(smtplib.SMTPRecipientsRefused):
        client.send_message(mail())
    assert not Arrival.objects.exists()


def test_the_null_sender_and_letters_of_any_alphabet_are_taken(smtp: int, support: Inbox) -> None:
    with smtplib.SMTP("127.0.0.1", smtp) as client:
        client.send_message(mail(), "", ["support@shop.example"])
        assert client.has_extn("smtputf8")
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = "äiti@home.example", "support@shop.example", "Hei"
        letter.set_content("Hei")
        client.send_message(letter)
    assert [one.envelope["from"] for one in Arrival.objects.order_by("pk")] == ["", "äiti@home.example"]


def test_one_mail_to_two_of_our_inboxes_is_one_conversation(smtp: int, support: Inbox, sales: Inbox) -> None:
    with smtplib.SMTP("127.0.0.1", smtp) as client:
        client.send_message(mail(), to_addrs=["support@shop.example", "help@shop.example", "sales@shop.example"])
    assert [one.inbox for one in Arrival.objects.order_by("pk")] == [support, sales]
    while taking.take():
        pass
    assert Conversation.objects.count() == 1


def test_a_sender_who_tries_again_is_taken_once(smtp: int, support: Inbox) -> None:
    letter = mail()
    for _twice in range(2):
        with smtplib.SMTP("127.0.0.1", smtp) as client:
            client.send_message(letter)
    assert Arrival.objects.count() == 1


def test_what_cant_be_kept_is_asked_for_again(smtp: int, support: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(comings: object) -> None:
        raise keeping.TryLater("No space left on device")

    with smtplib.SMTP("127.0.0.1", smtp) as client:
        monkeypatch.setattr(keeping, "keep", full)
        with pytest.raises(smtplib.SMTPDataError) as refused:
            client.send_message(mail())
        assert 400 <= refused.value.smtp_code < 500
        monkeypatch.undo()
        client.send_message(mail())
    assert Arrival.objects.count() == 1


def test_a_mail_that_is_too_large_is_refused_before_and_after_its_bytes(settings: LazySettings, support: Inbox) -> None:
    settings.ASPA_SMTP_LISTEN, settings.ASPA_MAIL_BYTES = f"127.0.0.1:{free_port()}", 100_000
    big = mail("x" * 70 + "\n" + ("y" * 70 + "\n") * 3000)
    with listening() as port, smtplib.SMTP("127.0.0.1", port) as client:
        client.ehlo()
        assert client.esmtp_features["size"] == "100000"
        assert client.mail("dee@home.example", ["size=200000"])[0] == 552
        client.mail("dee@home.example")
        client.rcpt("support@shop.example")
        assert client.data(big.as_bytes())[0] == 552
        client.send_message(mail())  # the connection goes on
    assert Arrival.objects.count() == 1


def test_lmtp_answers_for_each_recipient(lmtp: str, support: Inbox, sales: Inbox) -> None:
    with smtplib.LMTP(lmtp) as client:
        client.ehlo()
        client.mail("dee@home.example")
        for address in ("support@shop.example", "sales@shop.example"):
            assert client.rcpt(address)[0] == 250
        assert client.rcpt("nobody@shop.example")[0] == 550
        assert client.data(mail().as_bytes())[0] == 250
        assert client.getreply()[0] == 250
        assert client.noop()[0] == 250
    assert Arrival.objects.count() == 2


def test_a_mail_and_the_next_commands_in_one_piece(lmtp: str, support: Inbox) -> None:
    """As mail servers do that don't wait for each answer (RFC 2920), and bytes one by one, as bad networks do."""
    letter = mail("one\n.\ntwo").as_bytes().replace(b"\n", b"\r\n")
    stuffed = letter.replace(b"\r\n.", b"\r\n..")
    said = b"LHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<support@shop.example>\r\nDATA\r\n"
    for piece in (1 << 20, 1):
        Arrival.objects.all().delete()
        with socket.socket(socket.AF_UNIX) as peer:
            peer.connect(lmtp)
            peer.settimeout(10)
            everything = said + stuffed + b".\r\nNOOP\r\nQUIT\r\n"
            for start in range(0, len(everything), piece):
                peer.sendall(everything[start : start + piece])
            answers = b""
            while more := peer.recv(4096):
                answers += more
        assert answers.endswith(b"221 Bye\r\n"), answers
        assert b"250 2.0.0" in answers
        assert raw(Arrival.objects.get()).endswith(b"one\r\n.\r\ntwo\r\n")


def test_an_empty_mail_and_a_line_without_end(lmtp: str, support: Inbox) -> None:
    with smtplib.LMTP(lmtp) as client:
        client.ehlo()
        for content in (b"", b"Subject: long\r\n\r\n" + b"x" * 1_000_000 + b"\r\n.y"):
            client.mail("dee@home.example")
            client.rcpt("support@shop.example")
            assert client.data(content)[0] == 250
    contents = [raw(one) for one in Arrival.objects.order_by("pk")]
    assert contents[1].endswith(b"x" * 100 + b"\r\n.y\r\n")


def test_who_leaves_in_the_middle_leaves_nothing(smtp: int, support: Inbox) -> None:
    client = smtplib.SMTP("127.0.0.1", smtp)
    client.ehlo()
    client.mail("dee@home.example")
    client.rcpt("support@shop.example")
    client.putcmd("data")
    client.getreply()
    client.send(b"Subject: half\r\n\r\nof a ma")
    client.close()
    with smtplib.SMTP("127.0.0.1", smtp) as other:
        other.send_message(mail())
    assert Arrival.objects.count() == 1


def test_many_at_once_share_commits(smtp: int, support: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    commits: list[int] = []
    real = keeping.keep
    all_are_there = threading.Barrier(12)

    def slowly(comings: list[keeping.Coming]) -> None:
        commits.append(len(comings))
        time.sleep(0.3)
        real(comings)

    monkeypatch.setattr(keeping, "keep", slowly)

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", smtp) as client:
            client.ehlo()
            client.mail("dee@customer.example")
            client.rcpt(mail()["To"])
            all_are_there.wait(60)
            client.data(mail().as_bytes())

    senders = [threading.Thread(target=send) for _ in range(12)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sum(commits) == 12 == Arrival.objects.count()
    assert len(commits) < 12


def test_starttls_with_the_certificate_of_the_settings(settings: LazySettings, support: Inbox, tmp_path: Path) -> None:
    settings.ASPA_SMTP_LISTEN = f"127.0.0.1:{free_port()}"
    settings.ASPA_SMTP_CERTIFICATE = str(certificate(tmp_path))
    with listening() as port, smtplib.SMTP("localhost", port) as client:
        client.starttls(context=ssl.create_default_context(cafile=settings.ASPA_SMTP_CERTIFICATE))
        client.send_message(mail())
        assert not client.has_extn("auth")
    assert Arrival.objects.count() == 1


def certificate(folder: Path) -> Path:
    """A certificate for localhost with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


def test_a_place_that_cant_be_had_is_told(settings: LazySettings) -> None:
    settings.ASPA_SMTP_LISTEN = "127.0.0.1:99999"
    with pytest.raises(smtpd.ListenError, match="ASPA_SMTP_LISTEN"):
        smtpd.Listening()
    settings.ASPA_SMTP_LISTEN, settings.ASPA_SMTP_CERTIFICATE = "", "/nowhere.pem"
    with pytest.raises(smtpd.ListenError, match="ASPA_SMTP_CERTIFICATE"):
        smtpd.Listening()


def test_strangers_messages_are_nobodys(smtp: int, support: Inbox) -> None:
    with smtplib.SMTP("127.0.0.1", smtp) as client:
        assert client.docmd("DATA")[0] == 503
        client.ehlo()
        assert client.docmd("DATA")[0] == 503
        assert client.docmd("MAIL", "FROM:<a\u0001b@home.example>")[0] >= 500
    assert not Message.objects.exists()
