"""What leaves, read back by the standard library and by our own reader."""

from __future__ import annotations

import re

import pytest
from PIL import Image

from aspa.channels.email import tokens
from aspa.channels.email.models import Letter
from aspa.channels.email.reading.mail import Address, Kind
from aspa.channels.email.reading.parse import parse
from aspa.channels.email.reading.quoting import fold, fold_html
from aspa.channels.email.reading.robots import kind_of
from aspa.channels.email.sending.tests.conftest import DEE, Writes, to_peer
from aspa.channels.email.sending.tests.peer import Peer
from aspa.core.conversations import activities, attachments, delivery, lifecycle, replies
from aspa.core.conversations.changing import changing
from aspa.core.conversations.models import Attachment, Conversation, Message
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent, Identity
from aspa.kit import clock, files
from aspa.kit.tasks import run_pending

pytestmark = pytest.mark.django_db

OUTLOOK = "AM0PR07MB1234567890ABCDEF1234567890ABCDEF1234567890@AM0PR07MB1234.eurprd07.prod.outlook.com"


def answer(asked: Message, by: Agent, body: str = "On its way.", **more: object) -> Message:
    message = replies.reply(asked.conversation, by=by, body=body, **more)  # type: ignore[arg-type]
    delivery.send(message_id=message.pk)
    message.refresh_from_db()
    assert message.state == "sent", message.state_reason
    return message


def text(mail: object) -> str:
    return str(mail.get_body(("plain",)).get_content()).replace("\r\n", "\n")  # type: ignore[attr-defined]


def html(mail: object) -> str:
    return str(mail.get_body(("html",)).get_content())  # type: ignore[attr-defined]


def test_a_reply_is_a_letter_in_its_thread(writes: Writes, ben: Agent, peer: Peer) -> None:
    asked = writes(
        "Where is it?", mail_id=OUTLOOK, references=["root@customer.example"], in_reply_to="root@customer.example"
    )
    message = answer(asked, ben)
    (mail,) = peer.mails

    assert str(mail["From"]) == "Ben Berg – Villa <support@villa.example>"
    assert str(mail["To"]) == f"Dee Dahl <{DEE}>"
    assert mail["Subject"] == "Re: My coat"
    assert mail["In-Reply-To"] == f"<{OUTLOOK}>"
    assert mail["References"].split() == ["<root@customer.example>", f"<{OUTLOOK}>"]
    assert tokens.read(next(tokens.tokens_in(mail["Message-ID"]))) == asked.conversation_id
    assert mail["Message-ID"].endswith("@villa.example>")
    assert mail["Auto-Submitted"] is None
    assert mail["Reply-To"] is None
    assert mail["X-Aspa-Inbox"] == message.inbox.public_id
    assert mail["Date"].datetime == message.created_at.replace(microsecond=0)
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert "On its way." in text(mail)
    assert asked.conversation.reference in text(mail)
    assert "> Where is it?" in text(mail)
    assert "Villa Oy, Rantatie 1" in text(mail)
    assert "Where is it?" in html(mail)
    assert "Villa Oy, Rantatie 1" in html(mail)


def test_the_wire_is_plain_and_its_ids_are_whole(writes: Writes, ben: Agent, peer: Peer) -> None:
    asked = writes(
        "Hei 🙂",
        mail_id=OUTLOOK,
        subject="Tilaus " + "ä" * 120,
        name="Säde Äijö, Oulu",
        references=[OUTLOOK, "b@c.example"],
    )
    ben.name = 'Börje "Åke" Öberg'
    ben.save()
    answer(asked, ben, "Öylätti 🙂 " + "pitkä" * 400)
    raw = bytes(peer.taken[0].content)  # type: ignore[arg-type]

    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    head = raw.partition(b"\r\n\r\n")[0]
    assert max(len(line) for line in head.split(b"\r\n") if OUTLOOK.encode() not in line) <= 78
    assert f"<{OUTLOOK}>".encode() in head.partition(b"References:")[2]
    (mail,) = peer.mails
    assert mail["Subject"] == "Re: Tilaus " + "ä" * 120
    (sender,) = mail["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ('Börje "Åke" Öberg – Villa', "support@villa.example")
    (recipient,) = mail["To"].addresses
    assert (recipient.display_name, recipient.addr_spec) == ("Säde Äijö, Oulu", DEE)
    assert "Öylätti 🙂 " + "pitkä" * 400 in text(mail)
    assert "🙂" in html(mail)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("My coat", "Re: My coat"),
        ("RE: My coat", "RE: My coat"),
        ("VS: Takki", "VS: Takki"),
        ("Sv: Jacka", "Sv: Jacka"),
        ("Re[2]: x", "Re[2]: x"),
        ("two\nlines\r\nBcc: x@y.example", "Re: two lines Bcc: x@y.example"),
        ("", "Villa [{reference}]"),
    ],
)
def test_subjects(writes: Writes, ben: Agent, peer: Peer, theirs: str, ours: str) -> None:
    asked = writes("Hello", subject=theirs)
    answer(asked, ben)
    (mail,) = peer.mails
    assert mail["Subject"] == ours.format(reference=asked.conversation.reference)
    assert mail["Bcc"] is None


def test_a_long_thread_keeps_its_beginning_and_its_end(writes: Writes, ben: Agent, peer: Peer) -> None:
    writes_many = [f"{number}@customer.example" for number in range(60)]
    answer(writes("Hello", references=writes_many), ben)
    known = peer.mails[0]["References"].split()
    assert len(known) == 20
    assert known[0] == "<0@customer.example>"
    assert known[-2:] == ["<59@customer.example>", "<first@customer.example>"]


def test_the_reply_goes_where_the_customer_wants_it(writes: Writes, ben: Agent, peer: Peer) -> None:
    asked = writes("Hello", reply_to=[["dee@work.example", ""], ["victim@elsewhere.example", ""]])
    answer(asked, ben)
    assert peer.taken[0].rcpt_tos == ["dee@work.example"]


def test_a_reply_to_ourselves_is_not_believed(writes: Writes, ben: Agent, peer: Peer) -> None:
    answer(writes("Hello", reply_to=[["Support+x@villa.example", ""]]), ben)
    assert peer.taken[0].rcpt_tos == [DEE]


def test_somebody_elses_letter_in_the_conversation_does_not_get_the_reply(
    writes: Writes, ben: Agent, peer: Peer
) -> None:
    asked = writes("Hello")
    second = writes(
        "I am his wife",
        mail_id="2@x.example",
        sender="eve@x.example",
        conversation_id=asked.conversation_id,
        name="Eve",
    )
    assert second.conversation_id == asked.conversation_id
    answer(asked, ben)
    assert peer.taken[0].rcpt_tos == [DEE]
    assert peer.mails[0]["In-Reply-To"] == "<2@x.example>"


def test_a_chat_goes_on_by_mail(conversation: Conversation, mail_inbox: Inbox, ben: Agent, peer: Peer) -> None:
    for value, verified in (("old@dee.example", None), ("proven@dee.example", clock.now()), ("told@dee.example", None)):
        Identity.objects.create(
            brand=conversation.brand, contact=conversation.contact, kind="email", value=value, verified_at=verified,
            created_at=clock.now(),
        )  # fmt: skip
    message = replies.reply(conversation, by=ben, body="By mail then.", via=mail_inbox)
    delivery.send(message_id=message.pk)
    (mail,) = peer.mails
    assert peer.taken[0].rcpt_tos == ["proven@dee.example"]
    assert mail["Subject"] == f"Villa [{conversation.reference}]"
    assert mail["References"] is None
    assert "> Where is my parcel?" in text(mail)

    again = replies.reply(conversation, by=ben, body="And more.", via=mail_inbox)
    delivery.send(message_id=again.pk)
    assert peer.mails[1]["In-Reply-To"] == mail["Message-ID"]
    assert peer.mails[1]["Subject"] == f"Re: Villa [{conversation.reference}]"


def test_plus_addresses(writes: Writes, ben: Agent, peer: Peer, mail_inbox: Inbox) -> None:
    mail_inbox.settings = to_peer(peer, plus_addresses=True)
    mail_inbox.save()
    asked = writes("Hello")
    answer(asked, ben)
    token = tokens.make(asked.conversation_id)
    assert str(peer.mails[0]["Reply-To"]) == f"Villa <support+{token}@villa.example>"


def test_names_and_signatures(writes: Writes, ben: Agent, peer: Peer) -> None:
    ben.alias, ben.signature = "Anna", "Takkineuvoja\nwww.villa.example"
    ben.save()
    answer(writes("Hello"), ben)
    (mail,) = peer.mails
    assert str(mail["From"]).startswith("Anna – Villa <")
    assert "\n-- \nAnna\nTakkineuvoja\nwww.villa.example\n" in text(mail)
    assert "Ben Berg" not in peer.taken[0].content.decode()  # type: ignore[union-attr]
    assert 'href="https://www.villa.example"' in html(mail)


def test_files_and_pasted_pictures(writes: Writes, ben: Agent, peer: Peer, tmp_path: object) -> None:
    invoice = attachments.store([b"%PDF-1.4 invoice"], name="Lasku ä 2026.pdf", agent=ben)
    picture = attachments.store([_png()], name="kuva.png", agent=ben)
    Attachment.objects.filter(pk=picture.pk).update(is_inline=True)
    mailed = attachments.keep(files.take(b"From: a\n\nb", name="mail.eml"), agent=ben)
    Attachment.objects.filter(pk=mailed.pk).update(content_type="message/rfc822")
    answer(writes("Hello"), ben, attachments=(invoice.public_id, picture.public_id, mailed.public_id))

    (mail,) = peer.mails
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png",
        "application/pdf", "application/octet-stream",
    ]  # fmt: skip
    (cid,) = re.findall(r'src="cid:([^"]+)"', html(mail))
    related = next(part for part in mail.walk() if part.get_content_type() == "image/png")
    assert related["Content-ID"] == f"<{cid}>"
    assert related.get_content_disposition() == "inline"
    names = [(part.get_filename(), part.get_content()) for part in mail.iter_attachments()]
    assert names == [("Lasku ä 2026.pdf", b"%PDF-1.4 invoice"), ("mail.eml.txt", b"From: a\n\nb")]
    assert "[kuva.png]" in text(mail)


def _png() -> bytes:
    from io import BytesIO

    buffer = BytesIO()
    Image.new("RGB", (900, 400), "#1c5d4d").save(buffer, "PNG")
    return buffer.getvalue()


def test_markup_stays_text(writes: Writes, ben: Agent, peer: Peer) -> None:
    asked = writes("<script>alert(1)</script>", name="<b>Dee</b>")
    answer(asked, ben, "5 < 6 & <b>7</b>")
    page = html(peer.mails[0])
    assert "<script>" not in page
    assert "<b>" not in page
    assert "5 &lt; 6 &amp; &lt;b&gt;7&lt;/b&gt;" in page
    assert "http" not in re.sub(r"<!--.*?-->", "", page).replace("https://www.villa.example", "")


@pytest.mark.parametrize(
    ("language", "words"), [("fi", "kirjoitti"), ("sv", "skrev"), ("en", "wrote")], ids=["fi", "sv", "en"]
)
def test_our_own_words_are_the_customers(writes: Writes, ben: Agent, peer: Peer, language: str, words: str) -> None:
    answer(writes("Hello", language=language), ben)
    assert words in text(peer.mails[0])
    assert f'lang="{language}"' in html(peer.mails[0])


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_what_a_customer_quotes_of_us_folds_away(writes: Writes, ben: Agent, peer: Peer, language: str) -> None:
    """Programs quote below; ours has a quote of its own within."""
    answer(writes("Hello", language=language), ben)
    answered = f"Thank you, it came.\n\n{text(peer.mails[0])}"
    assert "Where" not in fold(answered).own
    below = "\n".join(f"> {line}" for line in text(peer.mails[0]).splitlines())
    assert fold(f"Thank you, it came.\n\nOn 5 Nov 2026 Villa wrote:\n{below}").own == "Thank you, it came."


def test_the_receipt(writes: Writes, peer: Peer) -> None:
    asked = writes("Secret words of a stranger", language="fi")
    with changing(asked.conversation) as current:
        activities.add(current, "receipt", reference=current.reference)
    run_pending()
    (mail,) = peer.mails
    receipt = Message.objects.get(code="receipt")
    assert receipt.state == "sent"
    assert receipt.letter.mail_id == mail["Message-ID"].strip("<>")
    assert asked.conversation.reference in text(mail)
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Precedence"]
    assert str(mail["From"]) == "Villa <support@villa.example>"
    assert mail["In-Reply-To"] == "<first@customer.example>"
    assert "Secret" not in text(mail) + html(mail)
    assert "Dee" not in text(mail) + html(mail)


def test_our_own_reader_takes_it_for_what_it_is(writes: Writes, ben: Agent, peer: Peer) -> None:
    """What another Aspa would make of it: no receipt for a receipt."""
    asked = writes("Missä se on?", language="fi")
    with changing(asked.conversation) as current:
        activities.add(current, "receipt", reference=current.reference)
    run_pending()
    answer(asked, ben, "Tulossa 🙂\n\nTerveisin Ben")
    receipt, reply = (parse(bytes(taken.content)) for taken in peer.taken)  # type: ignore[arg-type]
    assert kind_of(receipt) == Kind.AUTO_REPLY
    assert kind_of(reply) == Kind.PERSON
    assert reply.subject == "Re: My coat"
    assert reply.sender == Address("support@villa.example", "Ben Berg – Villa")
    assert fold(reply.text).own.startswith("Tulossa 🙂")
    assert "Missä se on?" not in fold(reply.text).own
    own, _rest = fold_html(reply.html)
    assert "Tulossa" in own
    assert "Missä se on?" not in own


def test_a_forged_sender_gets_no_receipt_but_an_answer(writes: Writes, ben: Agent, peer: Peer) -> None:
    """The receipt would go to somebody who never wrote; what an agent answers is the agent's own doing."""
    asked = writes("Hello", verdict="fail")
    with changing(asked.conversation) as current:
        activities.add(current, "receipt", reference=current.reference)
    run_pending()
    assert not peer.taken
    assert Message.objects.get(code="receipt").state == "failed"
    answer(asked, ben)
    assert peer.taken[0].rcpt_tos == [DEE]


def test_an_inbox_without_an_address_says_so(writes: Writes, ben: Agent, mail_inbox: Inbox) -> None:
    asked = writes("Hello")
    mail_inbox.settings = {}
    mail_inbox.save()
    message = replies.reply(asked.conversation, by=ben, body="Hi")
    run_pending()
    message.refresh_from_db()
    assert message.state == "failed"
    assert message.state_reason


def test_the_question_whether_it_is_solved(writes: Writes, ben: Agent, peer: Peer) -> None:
    asked = writes("Hello")
    answer(asked, ben)
    lifecycle.ask_if_solved(asked.conversation, by=ben)
    run_pending()
    mail = peer.mails[1]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "Ben" in text(mail)
    assert str(mail["From"]).startswith("Ben Berg – Villa")


def test_copies_are_seen_and_blind_ones_are_not(writes: Writes, ben: Agent, peer: Peer) -> None:
    asked = writes("Hello")
    message = answer(asked, ben, copies=replies.Copies(cc=("a@x.example", DEE), bcc=("b@x.example",)))
    assert peer.taken[0].rcpt_tos == [DEE, "a@x.example", "b@x.example"]
    assert str(peer.mails[0]["Cc"]) == "a@x.example"
    assert "b@x.example" not in peer.taken[0].content.decode()  # type: ignore[union-attr]
    assert Letter.objects.get(message=message).cc == [["a@x.example", ""]]
