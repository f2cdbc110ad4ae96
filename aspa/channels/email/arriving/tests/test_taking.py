"""Kept mail becomes messages; what is none is told from what is, and a bad one holds nobody up."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from PIL import Image

from aspa.channels.email import tokens
from aspa.channels.email.arriving import keeping, sorting, taking
from aspa.channels.email.arriving.tests.conftest import Arrive, mail, message_of
from aspa.channels.email.models import Arrival, Block, Letter
from aspa.channels.email.reading import parse
from aspa.core.conversations import intake, replies
from aspa.core.conversations.models import Conversation, Message
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent, Identity
from aspa.kit import clock
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_mail_becomes_a_message_of_a_customer_with_a_letter(arrive: Arrive, support: Inbox) -> None:
    letter = mail(
        "Where is my parcel?\n\n> old words", Subject="Where?", Reply_To="dee@work.example", Cc="Eve <eve@home.example>"
    )
    (arrival,) = arrive(letter)
    message = message_of(arrival)
    assert (message.text, message.inbox, message.kind) == ("Where is my parcel?", support, Message.Kind.INCOMING)
    assert message.conversation.subject == "Where?"
    kept = Letter.objects.get(message=message)
    assert kept.mail_id == letter["Message-ID"].strip("<>")
    assert (kept.sender, kept.reply_to, kept.cc) == (
        ["dee@home.example", "Dee Dahl"],
        [["dee@work.example", ""]],
        [["eve@home.example", "Eve"]],
    )
    assert "old words" in kept.rest
    assert (kept.verdict, kept.dmarc, kept.kind) == ("pass", "pass", "person")
    assert message.contact is not None
    identity = Identity.objects.get(contact=message.contact)
    assert (identity.value, identity.verified_how, message.contact.name) == ("dee@home.example", "dmarc", "Dee Dahl")


def test_an_unproven_sender_is_only_a_claim_and_a_forged_one_nobody_we_know(arrive: Arrive) -> None:
    proven, claimed, forged = (
        message_of(arrival)
        for arrival in arrive(
            mail("Me"),
            mail("Me, too", Authentication_Results=""),
            mail("Not me", Authentication_Results="mx.shop.example; dmarc=fail header.from=home.example"),
        )
    )
    assert len({proven.contact_id, claimed.contact_id, forged.contact_id}) == 3
    assert Letter.objects.get(message=forged).verdict == "fail"
    (again,) = arrive(mail("Me again"))
    assert message_of(again).contact_id == proven.contact_id


def test_files_and_pictures_come_along(arrive: Arrive, tmp_path: Path) -> None:
    Image.new("RGB", (40, 30), "red").save(tmp_path / "p.png")
    letter = mail("See the picture")
    letter.add_alternative('<p>See <img src="cid:pic1"> and <script>x()</script></p>', subtype="html")
    letter.get_payload()[1].add_related(
        (tmp_path / "p.png").read_bytes(), "image", "png", cid="<pic1>", filename="p.png"
    )  # type: ignore[index,union-attr]
    letter.add_attachment(b"%PDF-1.4 x", maintype="application", subtype="pdf", filename="Lasku.pdf")
    (arrival,) = arrive(letter)
    message = message_of(arrival)
    assert message.has_attachments
    files = {one.name: one for one in message.attachments.all()}
    assert set(files) == {"p.png", "Lasku.pdf"}
    assert files["p.png"].is_inline
    assert not files["Lasku.pdf"].is_inline
    assert files["p.png"].public_id in message.html
    assert "script" not in message.html


def test_the_same_mail_in_two_inboxes_and_by_two_ways_is_one_message(arrive: Arrive, sales: Inbox) -> None:
    letter = mail(To="support@shop.example, sales@shop.example")
    (first,) = arrive(letter)
    letter["X-Later-Header"] = "of another server"
    (copy,) = arrive(letter, inbox=sales)
    (again,) = arrive(letter)
    assert (copy.state, copy.outcome, copy.message) == (Arrival.State.IGNORED, "copy", message_of(first))
    assert again.outcome == "copy"
    assert Message.objects.filter(kind=Message.Kind.INCOMING).count() == 1


def test_two_copies_in_one_batch_are_one_message(arrive: Arrive) -> None:
    letter = mail()
    first, copy = arrive(letter, letter)
    assert message_of(first)
    assert (copy.state, copy.outcome) == (Arrival.State.IGNORED, "copy")


def test_another_brand_has_its_own_conversation(arrive: Arrive, other_support: Inbox) -> None:
    letter = mail(To="support@shop.example, tuki@metsa.example")
    (ours,), (theirs,) = arrive(letter), arrive(letter, inbox=other_support)
    assert message_of(ours).conversation.brand != message_of(theirs).conversation.brand


def test_what_was_erased_doesnt_come_back(arrive: Arrive) -> None:
    letter = mail()
    (arrival,) = arrive(letter)
    message_of(arrival).delete()
    (again,) = arrive(letter)
    assert (again.outcome, again.message) == ("copy", None)
    assert not Message.objects.exists()


def test_our_own_letter_is_no_message(arrive: Arrive, support: Inbox) -> None:
    (arrival,) = arrive(mail())
    own = tokens.message_id(message_of(arrival).conversation_id, 7, "shop.example")
    by_id, by_mark, shop_form = arrive(
        mail("An answer", From="Support <support@shop.example>", Message_ID=f"<{own}>"),
        mail("An answer", From="help@shop.example", X_Aspa_Inbox=support.public_id),
        mail("A form of the shop", From="support@shop.example", Reply_To="dee@home.example"),
    )
    assert (by_id.outcome, by_mark.outcome) == ("own", "own")
    assert message_of(shop_form)


def test_circles_are_cut(arrive: Arrive, support: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    came_back, been_here = arrive(
        mail("An answer", X_Aspa_Inbox=support.public_id),
        mail("Hello", X_Loop="support@shop.example"),
    )
    assert (came_back.outcome, been_here.outcome) == ("loop", "loop")
    machine = {"From": "robot@home.example", "Auto_Submitted": "auto-generated"}
    outcomes = [
        arrival.outcome
        for arrival in arrive(*[mail(f"Number {n}", **machine) for n in range(sorting.MOST_AUTOMATIC + 2)])
    ]
    assert outcomes == ["message"] * sorting.MOST_AUTOMATIC + ["loop"] * 2


def test_a_machines_mail_is_marked(arrive: Arrive) -> None:
    (arrival,) = arrive(
        mail("I'm away until Monday.", Subject="Automaattinen vastaus: Parcel", Auto_Submitted="auto-replied")
    )
    assert message_of(arrival).is_automatic


@pytest.mark.parametrize("value", ["dee@home.example", "home.example", "example"])
def test_a_blocked_sender_is_set_aside_with_the_reason(arrive: Arrive, cast: Cast, value: str) -> None:
    Block.objects.create(brand=cast.brand, value=value, created_at=clock.now())
    (arrival,) = arrive(mail())
    assert arrival.outcome == "blocked"
    conversation = message_of(arrival).conversation
    assert (conversation.closed_how, value in conversation.closed_reason) == (Conversation.ClosedHow.SPAM, True)


def test_a_block_of_one_brand_is_nothing_to_another(arrive: Arrive, cast: Cast, other_support: Inbox) -> None:
    Block.objects.create(brand=cast.brand, value="home.example", created_at=clock.now())
    (arrival,) = arrive(mail(), inbox=other_support)
    assert arrival.outcome == "message"


def test_what_the_server_calls_spam_is_set_aside(arrive: Arrive) -> None:
    (arrival,) = arrive(mail(X_Spam_Flag="YES"))
    assert message_of(arrival).conversation.closed_how == Conversation.ClosedHow.SPAM


BOUNCE = """From: MAILER-DAEMON@mx.shop.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Date: Mon, 02 Nov 2026 10:00:00 +0200
Message-ID: <b{number}@mx.shop.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain

I could not deliver your mail.

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.shop.example

Final-Recipient: rfc822; dee@home.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 No such mailbox here

--x
Content-Type: message/rfc822

Message-ID: <{mail_id}>
From: support@shop.example
To: dee@home.example
Subject: Re: Parcel

Hello

--x--
"""


def bounce(mail_id: str, *, to: str = "support@shop.example", action: str = "failed", number: int = 1) -> bytes:
    return BOUNCE.format(mail_id=mail_id, to=to, action=action, number=number).encode()


def answered(arrive: Arrive, ada: Agent) -> tuple[Message, Letter]:
    """A reply of Ada's that has gone out as a letter."""
    (arrival,) = arrive(mail())
    message = replies.reply(message_of(arrival).conversation, by=ada, body="It is on its way.")
    Message.objects.filter(pk=message.pk).update(state=Message.State.SENT)
    letter, _ = Letter.objects.update_or_create(
        message=message,
        defaults={
            "brand": message.conversation.brand,
            "mail_id": tokens.message_id(message.conversation_id, message.pk, "shop.example"),
            "sender": ["support@shop.example", "Ada"],
            "to": [["dee@home.example", "Dee"]],
        },
    )
    return message, letter


def test_a_bounce_lands_on_its_message_and_is_no_conversation(arrive: Arrive, ada: Agent) -> None:
    message, letter = answered(arrive, ada)
    (arrival,) = arrive(bounce(letter.mail_id), mail_from="")
    message.refresh_from_db()
    assert (arrival.outcome, arrival.message) == ("bounce", message)
    assert message.state == Message.State.FAILED
    assert "No such mailbox here" in message.state_reason
    assert Message.objects.filter(kind=Message.Kind.INCOMING).count() == 1
    assert Conversation.objects.count() == 1


def test_a_bounce_without_our_message_id_is_found_by_the_token_it_was_sent_to(arrive: Arrive, ada: Agent) -> None:
    message, _letter = answered(arrive, ada)
    tagged = tokens.reply_address("support@shop.example", tokens.make(message.conversation_id))
    (arrival,) = arrive(bounce("rewritten@gateway.example"), mail_from="", mail_to=(tagged,))
    assert arrival.message == message


def test_a_delay_and_a_strangers_bounce_change_nothing(arrive: Arrive, ada: Agent) -> None:
    message, letter = answered(arrive, ada)
    delayed, unknown = arrive(bounce(letter.mail_id, action="delayed"), bounce("not@ours.example", number=2))
    message.refresh_from_db()
    assert message.state == Message.State.SENT
    assert (delayed.outcome, unknown.outcome, unknown.state) == ("bounce", "bounce", Arrival.State.IGNORED)
    assert Conversation.objects.count() == 1


def test_a_bad_mail_falls_into_the_error_queue_and_the_next_ones_go_on(
    arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aspa.channels.email.arriving import understanding

    def breaks(raw: bytes) -> Any:
        if b"BROKEN" in raw:
            raise RuntimeError("out of its depth")
        return parse.parse(raw)

    monkeypatch.setattr(understanding, "parse", breaks)
    good, bad, nobody, empty, also_good = arrive(mail("1"), mail("BROKEN"), mail("2", From=""), b"\n\n", mail("3"))
    assert [one.state for one in (good, also_good)] == [Arrival.State.DONE] * 2
    assert [one.state for one in (bad, nobody, empty)] == [Arrival.State.FAILED] * 3
    assert "out of its depth" in bad.detail
    assert nobody.detail
    monkeypatch.setattr(understanding, "parse", parse.parse)
    taking.again(bad)
    taking.take()
    bad.refresh_from_db()
    assert message_of(bad).text == "BROKEN"


def test_what_the_database_refuses_falls_out_alone(arrive: Arrive, monkeypatch: pytest.MonkeyPatch) -> None:
    real = intake.receive

    def refuses(inbounds: Any) -> Any:
        answers = real([one for one in inbounds if "BAD" not in one.text])
        rest = iter(answers)
        return [intake.NotReceived(ValueError("no")) if "BAD" in one.text else next(rest) for one in inbounds]

    monkeypatch.setattr(intake, "receive", refuses)
    first, bad, last = arrive(mail("1"), mail("BAD"), mail("3"))
    assert [first.state, bad.state, last.state] == [Arrival.State.DONE, Arrival.State.FAILED, Arrival.State.DONE]
    assert Letter.objects.count() == Message.objects.filter(kind=Message.Kind.INCOMING).count() == 2


def test_a_lost_database_leaves_mail_waiting(arrive: Arrive, support: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(inbounds: Any) -> Any:
        raise OperationalError("the server has gone away")

    keeping.keep([keeping.Coming(support.pk, "x:1", mail("1").as_bytes())])
    monkeypatch.setattr(intake, "receive", away)
    with pytest.raises(taking.Later):
        taking.take()
    assert Arrival.objects.get().state == Arrival.State.NEW
    monkeypatch.undo()
    assert taking.take() == 1
    assert Arrival.objects.get().state == Arrival.State.DONE


def test_a_full_disk_leaves_mail_waiting_and_is_not_the_mails_fault(
    support: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> Any:
        raise OSError("No space left on device")

    keeping.keep([keeping.Coming(support.pk, "x:1", mail("1").as_bytes())])
    monkeypatch.setattr(taking, "draft", full)
    for _ in range(taking.MOST_TRIES + 1):
        with pytest.raises(taking.Later):
            taking.take()
    assert (Arrival.objects.get().state, Arrival.objects.get().tries) == (Arrival.State.NEW, 0)


def test_a_mail_that_ends_the_program_each_time_is_put_aside(support: Inbox) -> None:
    keeping.keep([keeping.Coming(support.pk, f"x:{n}", mail(str(n)).as_bytes()) for n in range(3)])
    Arrival.objects.filter(source="x:0").update(tries=taking.MOST_TRIES)
    while taking.take():
        pass
    states = dict(Arrival.objects.values_list("source", "state"))
    assert states == {"x:0": "failed", "x:1": "done", "x:2": "done"}


def test_a_mail_without_words_shows_its_subject(arrive: Arrive) -> None:
    letter = EmailMessage()
    for name, value in (("From", "dee@home.example"), ("Subject", "Call me"), ("Message-ID", "<e@home.example>")):
        letter[name] = value
    letter.set_content("")
    (arrival,) = arrive(letter)
    assert message_of(arrival).text == "Call me"
