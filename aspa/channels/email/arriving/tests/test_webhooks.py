"""Posts of mail services, as their documentation shows them, to the real address; right and wrong secrets and signatures."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from anymail.inbound import AnymailInboundMessage
from anymail.signals import AnymailInboundEvent
from anymail.webhooks.resend import ResendInboundWebhookView
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from aspa.channels.email.arriving import keeping, taking, webhooks
from aspa.channels.email.arriving.tests.conftest import mail, mailbox
from aspa.channels.email.models import Arrival, Letter
from aspa.core.conversations import replies
from aspa.core.conversations.models import Message
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent
from tests.cast import Cast

pytestmark = pytest.mark.django_db

SECRET = "s3cret-of-this-inbox"


def posting(cast: Cast, service: str, **options: str) -> Inbox:
    return mailbox(
        cast.brand,
        "support@shop.example",
        incoming="service",
        outgoing="service",
        service=service,
        service_options=options,
        webhook_secret=SECRET,
    )


def address(inbox: Inbox, *, secret: str = SECRET, end: str = "") -> str:
    return f"/mail/{inbox.public_id}/{secret}/{end}"


def test_only_our_own_addresses_are_ours(cast: Cast) -> None:
    inbox = posting(cast, "postmark")
    assert webhooks.is_ours(address(inbox)) and webhooks.is_ours(address(inbox, end="events/"))
    for path in (address(inbox, secret="guessed"), f"/mail/connect/{inbox.public_id}/", "/mail/", "/nothing/here"):
        assert not webhooks.is_ours(path), path


def taken() -> list[Message]:
    while taking.take():
        pass
    assert not Arrival.objects.filter(state=Arrival.State.FAILED).exists(), list(Arrival.objects.values())
    return list(Message.objects.filter(kind=Message.Kind.INCOMING).order_by("pk"))


# https://postmarkapp.com/developer/webhooks/inbound-webhook
POSTMARK: dict[str, Any] = {
    "FromName": "Dee Dahl",
    "MessageStream": "inbound",
    "From": "dee@home.example",
    "FromFull": {"Email": "dee@home.example", "Name": "Dee Dahl", "MailboxHash": ""},
    "To": '"Support" <support@shop.example>',
    "ToFull": [{"Email": "support@shop.example", "Name": "Support", "MailboxHash": ""}],
    "Cc": "",
    "CcFull": [],
    "Bcc": "",
    "BccFull": [],
    "OriginalRecipient": "support@shop.example",
    "Subject": "Test subject",
    "MessageID": "73e6d360-66eb-11e1-8e72-a8904824019b",
    "ReplyTo": "dee@work.example",
    "MailboxHash": "",
    "Date": "Fri, 1 Aug 2026 16:45:32 -0400",
    "TextBody": "This is a test text body.",
    "HtmlBody": "<html><body><p>This is a test html body.</p></body></html>",
    "StrippedTextReply": "This is the reply text",
    "Tag": "",
    "Headers": [
        {"Name": "Return-Path", "Value": "<dee@home.example>"},
        {"Name": "X-Spam-Status", "Value": "No"},
        {"Name": "Message-ID", "Value": "<999@home.example>"},
    ],
    "Attachments": [
        {"Name": "test.txt", "Content": "VGhpcyBpcyBhdHRhY2htZW50IGNvbnRlbnRzLCBiYXNlLTY0IGVuY29kZWQu", "ContentType": "text/plain",
         "ContentLength": 45}
    ],
}  # fmt: skip


def test_postmark_with_its_fields_and_with_the_raw_mail(cast: Cast, client: Client) -> None:
    inbox = posting(cast, "postmark", SERVER_TOKEN="t")
    for _twice in range(2):
        assert client.post(address(inbox), json.dumps(POSTMARK), "application/json").status_code == 200
    raw = mail("Ääkköset ja kaikki").as_string()
    assert client.post(address(inbox), json.dumps({**POSTMARK, "RawEmail": raw}), "application/json").status_code == 200
    first, second = taken()
    assert Arrival.objects.count() == 2
    assert (first.text, second.text) == ("This is a test text body.", "Ääkköset ja kaikki")
    assert [one.name for one in first.attachments.all()] == ["test.txt"]
    letter = Letter.objects.get(message=first)
    assert (letter.sender[0], letter.reply_to, letter.mail_id) == (
        "dee@home.example",
        [["dee@work.example", ""]],
        "999@home.example",
    )
    assert Arrival.objects.order_by("pk")[0].envelope == {"from": "dee@home.example", "to": ["support@shop.example"]}


def mailgun(key: str, **fields: Any) -> dict[str, Any]:
    """https://documentation.mailgun.com/docs/mailgun/user-manual/receive-forward-store"""
    token, timestamp = "06c96bafc3f42a66b9edd546347a2fe18dc23461fe80dc52f0", "1461261330"
    signature = hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {
        "token": token,
        "timestamp": timestamp,
        "signature": signature,
        "recipient": "support@shop.example",
        "sender": "dee@home.example",
        **fields,
    }


def test_mailgun_raw_and_signed(cast: Cast, client: Client) -> None:
    inbox = posting(cast, "mailgun", API_KEY="a", WEBHOOK_SIGNING_KEY="key", SENDER_DOMAIN="shop.example")
    raw = {"body-mime": mail("From the gun").as_string()}
    assert client.post(address(inbox), mailgun("wrong", **raw)).status_code == 403
    assert not Arrival.objects.exists()
    assert client.post(address(inbox), mailgun("key", **raw)).status_code == 200
    assert [one.text for one in taken()] == ["From the gun"]


def test_mailgun_with_its_fields_and_files(cast: Cast, client: Client) -> None:
    inbox = posting(cast, "mailgun", WEBHOOK_SIGNING_KEY="key")
    head = [
        ["From", "Dee <dee@home.example>"],
        ["To", "support@shop.example"],
        ["Subject", "Parcel"],
        ["Message-Id", "<m@home.example>"],
    ]
    fields = {
        "message-headers": json.dumps(head),
        "body-plain": "See the file",
        "attachment-count": "1",
        "attachment-1": SimpleUploadedFile("lasku.pdf", b"%PDF-1.4 x", "application/pdf"),
    }
    assert client.post(address(inbox), mailgun("key", **fields)).status_code == 200
    (message,) = taken()
    assert message.text == "See the file"
    assert [one.name for one in message.attachments.all()] == ["lasku.pdf"]


def test_sendgrid_raw_larger_than_a_form_may_be(cast: Cast, client: Client) -> None:
    """https://www.twilio.com/docs/sendgrid/for-developers/parsing-email/setting-up-the-inbound-parse-webhook"""
    inbox = posting(cast, "sendgrid", API_KEY="a")
    letter = mail("With a large file")
    letter.add_attachment(b"%PDF-1.4" + b"x" * 4_000_000, maintype="application", subtype="pdf", filename="Iso.pdf")
    fields = {
        "email": letter.as_string(),
        "envelope": '{"to":["support@shop.example"],"from":"dee@home.example"}',
        "charsets": '{"to":"UTF-8"}',
        "spam_score": "0.011",
    }
    assert client.post(address(inbox), fields).status_code == 200
    (message,) = taken()
    assert message.text == "With a large file"
    assert message.attachments.get().size == 4_000_008


def test_resend_wants_its_signature(cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """https://resend.com/docs/webhooks/emails/received: the mail itself is fetched from the service."""
    key = b"secretsecretsecret"
    inbox = posting(cast, "resend", API_KEY="a", INBOUND_SECRET="whsec_" + base64.b64encode(key).decode())
    post = json.dumps(
        {"type": "email.received", "created_at": "2026-02-22T23:41:12.126Z", "data": {"email_id": "56761188"}}
    )

    def signed(signing: bytes, at: float) -> dict[str, str]:
        said = f"msg_1.{int(at)}.{post}".encode()
        signature = base64.b64encode(hmac.digest(signing, said, "sha256")).decode()
        return {"Svix-Id": "msg_1", "Svix-Timestamp": str(int(at)), "Svix-Signature": f"v1,{signature}"}

    def send(headers: dict[str, str]) -> int:
        return client.post(address(inbox), post, "application/json", headers=headers).status_code

    assert [send({}), send(signed(b"wrong", time.time())), send(signed(key, time.time() - 3600))] == [403] * 3
    assert not Arrival.objects.exists()
    event = AnymailInboundEvent(
        event_type="inbound", message=AnymailInboundMessage.parse_raw_mime(mail("Sent again").as_string())
    )
    monkeypatch.setattr(ResendInboundWebhookView, "parse_events", lambda self, request: [event])
    assert send(signed(key, time.time())) == 200
    assert [one.text for one in taken()] == ["Sent again"]


def test_strangers_and_wrong_secrets_find_nothing(cast: Cast, client: Client, support: Inbox) -> None:
    inbox = posting(cast, "postmark")
    post = json.dumps(POSTMARK)
    for wrong in (
        address(inbox, secret="guess"),
        f"/mail/nobody/{SECRET}/",
        f"/mail/{support.public_id}/{SECRET}/",
        address(inbox, secret="guess", end="events/"),
    ):
        assert client.post(wrong, post, "application/json").status_code == 404
    inbox.is_active = False
    inbox.save()
    assert client.post(address(inbox), post, "application/json").status_code == 404
    assert not Arrival.objects.exists()


def test_a_service_may_look_whether_we_are_there(cast: Cast, client: Client) -> None:
    assert client.head(address(posting(cast, "sparkpost"))).status_code == 200


@pytest.mark.parametrize("post", [b"", b"{}", b"null", b"[1]", b"\xff\xfe", b'{"FromFull": 7, "Attachments": 3}'])
def test_a_post_nobody_understands_waits_for_an_admin(cast: Cast, client: Client, post: bytes) -> None:
    inbox = posting(cast, "postmark")
    assert client.post(address(inbox), post, "application/json").status_code == 200
    while taking.take():
        pass
    arrival = Arrival.objects.get()
    assert arrival.state == Arrival.State.FAILED
    assert arrival.detail
    assert not Message.objects.exists()


def test_a_full_disk_asks_to_post_again(cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(comings: object) -> None:
        raise keeping.TryLater("No space left on device")

    inbox = posting(cast, "postmark")
    monkeypatch.setattr(keeping, "keep", full)
    assert client.post(address(inbox), json.dumps(POSTMARK), "application/json").status_code == 503


# https://postmarkapp.com/developer/webhooks/bounce-webhook
POSTMARK_BOUNCE = {
    "RecordType": "Bounce",
    "ID": 4323372036854775807,
    "Type": "HardBounce",
    "TypeCode": 1,
    "Name": "Hard bounce",
    "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
    "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
    "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
    "Email": "dee@home.example",
    "From": "support@shop.example",
    "BouncedAt": "2026-11-05T16:33:54.9070259Z",
}
POSTMARK_DELIVERY = {
    "RecordType": "Delivery",
    "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
    "Recipient": "dee@home.example",
    "DeliveredAt": "2026-11-05T16:33:54.9070259Z",
    "Details": "Test delivery webhook details",
}


@pytest.fixture
def sent(cast: Cast, client: Client, ada: Agent) -> Message:
    """A reply that went out by the service."""
    inbox = posting(cast, "postmark")
    client.post(address(inbox), json.dumps(POSTMARK), "application/json")
    (message,) = taken()
    reply = replies.reply(message.conversation, by=ada, body="It is on its way.")
    Message.objects.filter(pk=reply.pk).update(state="sent", external_id=POSTMARK_BOUNCE["MessageID"])
    return reply


def test_a_bounce_and_a_delivery_are_told_on_the_letter(client: Client, sent: Message) -> None:
    post = address(sent.inbox, end="events/")
    assert client.post(post, json.dumps(POSTMARK_BOUNCE), "application/json").status_code == 200
    sent.refresh_from_db()
    assert sent.state == Message.State.FAILED
    assert "dee@home.example: smtp;550 5.1.1" in sent.state_reason
    assert client.post(post, json.dumps(POSTMARK_DELIVERY), "application/json").status_code == 200
    sent.refresh_from_db()
    assert sent.state == Message.State.DELIVERED
    assert Message.objects.filter(kind=Message.Kind.INCOMING).count() == 1


def test_an_event_nobody_understands_is_refused(client: Client, sent: Message) -> None:
    assert client.post(address(sent.inbox, end="events/"), b"nonsense", "application/json").status_code == 400
