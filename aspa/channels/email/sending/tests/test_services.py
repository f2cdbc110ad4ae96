"""Mail services: what they are sent, and what each of their answers means. The server speaks their HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from aspa.channels.email.models import Letter, Line
from aspa.channels.email.sending import services
from aspa.channels.email.sending.tests.conftest import DEE, Writes
from aspa.core.conversations import attachments, delivery, replies
from aspa.core.conversations.models import Message
from aspa.core.inboxes.channel import Receipt
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent

pytestmark = pytest.mark.django_db

POSTMARK_OK = (
    200,
    {"To": DEE, "SubmittedAt": "2026-11-22T05:00:00Z", "MessageID": "esp-1", "ErrorCode": 0, "Message": "OK"},
)


class Service:
    """Keeps what is posted; answers as told, or hangs up (None)."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[tuple[int, Any] | None] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                answer = service.answers.pop(0)
                if answer is None:
                    self.close_connection = True
                    return
                content = answer[1] if isinstance(answer[1], bytes) else json.dumps(answer[1]).encode()
                self.send_response(answer[0])
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.02], daemon=True)

    def __enter__(self) -> Service:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def said(self) -> Any:
        return json.loads(self.asked[-1][2])


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as service:
        yield service


@pytest.fixture
def postmark(mail_inbox: Inbox, service: Service) -> Inbox:
    return by(mail_inbox, "postmark", SERVER_TOKEN="key-1", API_URL=service.url)


def by(inbox: Inbox, name: str, **options: str) -> Inbox:
    inbox.settings = {
        "address": "support@villa.example", "outgoing": "service", "service": name, "service_options": options
    }  # fmt: skip
    inbox.save()
    return inbox


@pytest.fixture
def message(writes: Writes, ben: Agent) -> Message:
    return replies.reply(writes("Where is it?").conversation, by=ben, body="On its way ä.")


def send(message: Message) -> Message:
    delivery.send(message_id=message.pk)
    return Message.objects.get(pk=message.pk)


def error(inbox: Inbox) -> str:
    found = Line.objects.filter(inbox=inbox, direction="out").first()
    return found.error if found else ""


def test_postmark_gets_the_letter(postmark: Inbox, service: Service, message: Message) -> None:
    service.answers = [POSTMARK_OK]
    sent = send(message)
    assert (sent.state, sent.external_id) == ("sent", "esp-1")
    path, headers, _body = service.asked[0]
    assert path == "/email"
    assert headers["x-postmark-server-token"] == "key-1"
    assert service.said["From"] == "Ben Berg – Villa <support@villa.example>"
    assert service.said["To"] == f"Dee Dahl <{DEE}>"
    assert service.said["Subject"] == "Re: My coat"
    assert "On its way ä." in service.said["TextBody"]
    assert "On its way ä." in service.said["HtmlBody"]
    told = {header["Name"]: header["Value"] for header in service.said["Headers"]}
    letter = Letter.objects.get(message=message)
    assert told["Message-ID"] == f"<{letter.mail_id}>"
    assert told["X-PM-KeepID"] == "true"
    assert told["In-Reply-To"] == "<first@customer.example>"
    assert told["References"] == "<first@customer.example>"

    delivery.receipt(Receipt(postmark.pk, "esp-1", "delivered"))
    sent.refresh_from_db()
    assert sent.state == "delivered"


def test_files_and_pictures_go_along(postmark: Inbox, service: Service, writes: Writes, ben: Agent) -> None:
    invoice = attachments.store([b"%PDF-1.4 invoice"], name="Lasku.pdf", agent=ben)
    reply = replies.reply(
        writes("Hello").conversation, by=ben, body="Here.", attachments=(invoice.public_id,),
        copies=replies.Copies(cc=("boss@x.example",), bcc=("own@x.example",)),
    )  # fmt: skip
    service.answers = [POSTMARK_OK]
    assert send(reply).state == "sent"
    (file,) = service.said["Attachments"]
    assert (file["Name"], file["ContentType"]) == ("Lasku.pdf", "application/pdf")
    assert (service.said["Cc"], service.said["Bcc"]) == ("boss@x.example", "own@x.example")


@pytest.mark.parametrize(
    ("answer", "state", "is_loud"),
    [
        ((422, {"ErrorCode": 300, "Message": "Invalid 'To' address"}), "failed", False),
        (
            (422, {"ErrorCode": 406, "Message": "You tried to send to a recipient that has been marked as inactive."}),
            "failed",
            False,
        ),
        ((422, {"ErrorCode": 400, "Message": "Sender signature not confirmed"}), "failed", False),
        ((401, {"ErrorCode": 10, "Message": "Bad or missing server token"}), "queued", True),
        ((429, {"ErrorCode": 429, "Message": "Slow down"}), "queued", True),
        ((503, b"busy"), "queued", True),
        ((502, b"gateway"), "failed", False),
        ((200, b"<html>"), "failed", False),
        (None, "failed", False),
    ],
    ids=str,
)
def test_what_answers_mean(
    postmark: Inbox, service: Service, message: Message, answer: Any, state: str, is_loud: bool
) -> None:
    service.answers = [answer]
    found = send(message)
    assert (found.state, bool(error(postmark))) == (state, is_loud)
    assert found.state_reason
    assert found.letter.handover == ""
    assert len(service.asked) == 1


def test_a_service_that_is_away(mail_inbox: Inbox, message: Message) -> None:
    by(mail_inbox, "postmark", SERVER_TOKEN="k", API_URL="http://127.0.0.1:1/")
    assert send(message).state == "queued"
    assert "Postmark" in error(mail_inbox)


def test_a_key_that_is_missing(mail_inbox: Inbox, message: Message) -> None:
    by(mail_inbox, "postmark")
    assert send(message).state == "queued"
    assert "Postmark" in error(mail_inbox)


def test_mailgun(mail_inbox: Inbox, service: Service, message: Message) -> None:
    by(mail_inbox, "mailgun", API_KEY="key-2", SENDER_DOMAIN="mg.villa.example", API_URL=service.url)
    service.answers = [(200, {"id": "<20261122.1@mg.villa.example>", "message": "Queued. Thank you."})]
    sent = send(message)
    assert (sent.state, sent.external_id) == ("sent", "20261122.1@mg.villa.example")
    path, headers, body = service.asked[0]
    assert path == "/mg.villa.example/messages"
    assert headers["authorization"].startswith("Basic ")
    assert b"h:In-Reply-To" in body or b"h%3AIn-Reply-To" in body


def test_sendgrid_that_refuses(mail_inbox: Inbox, service: Service, message: Message) -> None:
    by(mail_inbox, "sendgrid", API_KEY="key-3", API_URL=service.url)
    service.answers = [
        (400, {"errors": [{"message": "The from address does not match a verified Sender Identity.", "field": "from"}]})
    ]
    failed = send(message)
    assert failed.state == "failed"
    assert "verified Sender Identity" in failed.state_reason


@pytest.mark.parametrize("name", sorted(services.SERVICES))
def test_each_service_takes_a_letter(mail_inbox: Inbox, service: Service, message: Message, name: str) -> None:
    """Its options are those that the form asks for, and nothing in our letters is something that it can't carry."""
    known = services.SERVICES[name]
    options = {option: "villa.example" for option in (known.key, known.second, known.signing) if option}
    by(mail_inbox, name, **options, API_URL=service.url)
    service.answers = [(403, {"message": "No such key"})]
    assert send(message).state == "queued"
    assert known.name in error(mail_inbox)
    assert len(service.asked) == 1
