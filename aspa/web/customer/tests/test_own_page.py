"""The customer's own page as a browser without scripts meets it: what it shows, what it takes, whom it turns away."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from aspa.core.conversations import attachments, joining, lifecycle, own_page, replies
from aspa.core.conversations.models import Conversation, Event, Message
from aspa.kit import clock
from aspa.kit.rates import Buckets
from aspa.service.promises import promising
from aspa.service.receipts import receipts
from aspa.web.customer import answers, opening
from tests import journal
from tests.cast import Cast, says
from tests.journeys.test_desk_pages import signed_in
from tests.letters import mail_inbox, told_address

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "_answers", Buckets(1 / 60, 10))
    monkeypatch.setattr(opening, "_networks", Buckets(2, 120))


def path(conversation: Conversation) -> str:
    return f"/c/{own_page.token(conversation)}/"


def seen(client: Client, conversation: Conversation, more: str = "") -> str:
    answer = client.get(path(conversation) + more)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def writes(client: Client, conversation: Conversation, *, after: float = 30, **told: Any) -> Any:
    stamp = re.search(r'name="stamp" value="([^"]+)"', seen(client, conversation))
    assert stamp
    with time_machine.travel(clock.now() + dt.timedelta(seconds=after), tick=False):
        return client.post(path(conversation) + "reply/", {"stamp": stamp[1], **told})


def test_it_shows_where_the_matter_stands(client: Client, cast: Cast) -> None:
    conversation = says(cast.inbox, "Where is <b>my</b> parcel? https://spam.example").conversation
    receipts.give(journal.whole())
    page = seen(client, conversation)
    for words in ("Villa", conversation.reference, "You are waiting for our answer", "Asiakaspalvelu answers you"):
        assert words in page, words
    # Somebody else can have written under the customer's address: their words make no links.
    assert "&lt;b&gt;my&lt;/b&gt;" in page
    assert 'href="https://spam.example' not in page

    reply = replies.reply(conversation, by=cast.ben, body="It left today: https://track.example/1")
    replies.note(conversation, by=cast.ben, body="A difficult one")
    promising.make(reply, [promising.Word("I call you", clock.now() + dt.timedelta(hours=3))])
    assert "We take care of this, as we promised." in seen(client, conversation)
    lifecycle.ask_if_solved(conversation, by=cast.ben)
    page = seen(client, conversation)
    for words in ("Did this solve it?", "Not yet", "I call you", "Ben Berg", 'href="https://track.example/1"'):
        assert words in page, words
    assert "A difficult one" not in page


def test_opening_changes_nothing_and_is_kept_by_nobody(client: Client, cast: Cast) -> None:
    conversation = says(cast.inbox, "Where is it?").conversation
    replies.reply(conversation, by=cast.ben, body="Here")
    lifecycle.ask_if_solved(conversation, by=cast.ben)
    before = Event.objects.count()
    for more in ("", "?answer=yes", "?answer=no", "?answer=reopen", "?answer=end", "?done=end"):
        seen(client, conversation, more)
    for action in ("reply", "solved", "end", "reopen"):
        assert client.get(f"{path(conversation)}{action}/").status_code == 405
    conversation.refresh_from_db()
    assert (conversation.status, Event.objects.count()) == ("waiting", before)
    answer = client.get(path(conversation))
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Frame-Options"] == "DENY"
    assert not answer.cookies


def test_not_solved_goes_on_and_the_customer_ends_it(client: Client, cast: Cast) -> None:
    conversation = says(cast.inbox, "Where is it?").conversation
    replies.reply(conversation, by=cast.ben, body="Here")
    lifecycle.ask_if_solved(conversation, by=cast.ben)
    here = path(conversation)

    assert "Thank you. We go on" in client.post(here + "solved/", {"answer": "no"}, follow=True).content.decode()
    conversation.refresh_from_db()
    assert (conversation.status, conversation.asked_solved) == ("open", False)
    assert conversation.waiting_since is not None

    assert "You have ended this" in client.post(here + "end/", follow=True).content.decode()
    conversation.refresh_from_db()
    assert (conversation.status, conversation.closed_how) == ("closed", "customer")
    assert "You ended this on" in seen(client, conversation)

    assert "It is open again." in client.post(here + "reopen/", follow=True).content.decode()
    conversation.refresh_from_db()
    assert conversation.status == "open"
    client.post(here + "solved/", {"answer": "yes"})
    conversation.refresh_from_db()
    assert conversation.status == "closed"


def test_an_answer_joins_that_very_conversation_and_goes_back_by_mail(client: Client, cast: Cast) -> None:
    told_address(cast)
    mail = mail_inbox(cast)
    conversation = says(cast.inbox, "Where is it?").conversation
    Message.objects.filter(conversation=conversation).update(inbox=mail)
    lifecycle.customer_ends(conversation)
    newer = says(cast.inbox, "Another thing", another=True).conversation
    file = SimpleUploadedFile("receipt.txt", b"Total 12 e", content_type="text/plain")
    answer = writes(client, conversation, text="It never came", files=file)
    assert answer.status_code == 302
    assert "Your message has arrived." in client.get(answer["Location"]).content.decode()
    written = Message.objects.get(text="It never came")
    assert (written.conversation_id, written.contact_id, written.inbox_id) == (conversation.pk, cast.dee.pk, mail.pk)
    assert newer.pk != conversation.pk
    conversation.refresh_from_db()
    assert conversation.status == "open"
    (kept,) = written.attachments.all()
    shown = client.get(f"{path(conversation)}files/{kept.public_id}/receipt.txt")
    assert b"".join(shown.streaming_content) == b"Total 12 e"  # type: ignore[attr-defined]
    assert shown["X-Robots-Tag"]
    assert client.get(f"{path(newer)}files/{kept.public_id}/receipt.txt").status_code == 404


def test_what_is_missing_is_told_and_nothing_is_doubled(client: Client, cast: Cast) -> None:
    conversation = says(cast.inbox, "Where is it?").conversation
    assert writes(client, conversation, text=" ").status_code == 422
    quick = writes(client, conversation, text="Quickly", after=0.5)
    assert quick.status_code == 422
    assert "Quickly" in quick.content.decode()
    stamp = re.search(r'name="stamp" value="([^"]+)"', seen(client, conversation))
    assert stamp
    with time_machine.travel(clock.now() + dt.timedelta(seconds=30), tick=False):
        for _twice in range(2):
            client.post(path(conversation) + "reply/", {"stamp": stamp[1], "text": "Once"})
        codes = {
            client.post(path(conversation) + "reply/", {"stamp": stamp[1], "text": "x"}).status_code for _n in range(9)
        }
        clicks = [client.post(f"{path(conversation)}{action}/").status_code for action in ("end", "reopen", "solved")]
    assert Message.objects.filter(text="Once").count() == 1
    assert 429 in codes
    assert clicks == [429, 429, 429]
    conversation.refresh_from_db()
    assert conversation.status == "open"


def test_a_late_answer_begins_a_new_matter_with_a_page_of_its_own(client: Client, cast: Cast) -> None:
    conversation = says(cast.inbox, "Where is it?").conversation
    lifecycle.customer_ends(conversation)
    Conversation.objects.filter(pk=conversation.pk).update(closed_at=clock.now() - dt.timedelta(days=40))
    answer = writes(client, conversation, text="It broke")
    new = Message.objects.get(text="It broke").conversation
    assert new.pk != conversation.pk
    assert answer["Location"].startswith(path(new))
    assert new.reference in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("spoil", ["swap", "cut", "other", "number", "nonsense", "long"])
def test_a_link_that_isnt_ours_opens_nothing(client: Client, cast: Cast, spoil: str) -> None:
    conversation = says(cast.inbox, "Where is it?").conversation
    other = says(cast.other_inbox, "Other brand", who="eve").conversation
    good = own_page.token(conversation)
    number, _hyphen, signature = good.partition("-")
    tokens = {
        "swap": good[:-1] + ("A" if good[-1] != "A" else "B"),
        "cut": good[:-3],
        "other": f"{other.pk}-{signature}",
        "number": number,
        "nonsense": "²-x",
        "long": f"{'9' * 30}-{signature}",
    }
    for action in ("", "files/x/y"):
        answer = client.get(f"/c/{tokens[spoil]}/{action}")
        assert answer.status_code == 404
        assert "Where is it?" not in answer.content.decode()
    assert client.post(f"/c/{tokens[spoil]}/end/").status_code == 404
    conversation.refresh_from_db()
    assert conversation.status == "open"


def test_links_become_void(client: Client, cast: Cast) -> None:
    conversation = says(cast.inbox, "Where is it?").conversation
    before = path(conversation)
    for agent, status in ((cast.cy, 404), (cast.ben, 204)):
        assert client.get(before).status_code == 200
        desk = signed_in(agent)
        assert desk.post(f"/desk/conversations/{conversation.pk}/own-page/renewal").status_code == status
    conversation.refresh_from_db()
    assert client.get(before).status_code == 404
    assert client.get(path(conversation)).status_code == 200

    lifecycle.customer_ends(conversation)
    Conversation.objects.filter(pk=conversation.pk).update(closed_at=clock.now() - dt.timedelta(days=91))
    assert client.get(path(conversation)).status_code == 404
    gone = path(conversation)
    Message.objects.filter(conversation=conversation).delete()
    Event.objects.filter(conversation=conversation).delete()
    Conversation.objects.filter(pk=conversation.pk).delete()
    assert client.get(gone).status_code == 404


def test_a_merged_matter_is_followed(client: Client, cast: Cast) -> None:
    first = says(cast.inbox, "Where is it?").conversation
    lifecycle.customer_ends(first)
    second = says(cast.inbox, "And the other one?", another=True).conversation
    here = path(first)
    joining.merge(first, into=second, by=cast.ada)
    page = client.get(here).content.decode()
    assert second.reference in page
    assert "Where is it?" in page
    client.post(here + "end/")
    second.refresh_from_db()
    assert second.closed_how == "customer"

    third = says(cast.inbox, "And a third?", another=True).conversation
    joining.merge(second, into=third, by=cast.ada)
    links = [here, path(second), path(third)]
    own_page.renew(third, by=cast.ada)
    assert [client.get(link).status_code for link in links] == [404, 404, 404]
    third.refresh_from_db()
    assert third.reference in seen(client, third)


def test_what_we_set_aside_isnt_opened_again(client: Client, cast: Cast) -> None:
    conversation = says(cast.inbox, "buy cheap").conversation
    lifecycle.set_aside(conversation, by=cast.ada, how="spam", reason="advertising")
    page = seen(client, conversation, "?answer=reopen")
    assert "advertising" not in page
    assert "reopen/" not in page
    client.post(path(conversation) + "reopen/")
    conversation.refresh_from_db()
    assert conversation.status == "closed"


def test_an_announced_moment_that_has_passed_is_owned_up_to(client: Client, cast: Cast) -> None:
    conversation = says(cast.inbox, "Where is it?").conversation
    receipts.give(journal.whole())
    due = (clock.now() - dt.timedelta(hours=1)).isoformat()
    Message.objects.filter(code="receipt").update(data={"reference": "A-1", "basis": "measured", "by": due})
    assert "and we are late" in seen(client, conversation)


def test_a_flood_is_slowed_down(client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_networks", Buckets(1, 3))
    conversation = says(cast.inbox, "Where is it?").conversation
    assert [client.get(path(conversation)).status_code for _time in range(4)] == [200, 200, 200, 429]


def test_it_speaks_the_customers_language(client: Client, cast: Cast) -> None:
    conversation = says(cast.inbox, "Var är det?").conversation
    for language in ("fi", "sv", "en"):
        Conversation.objects.filter(pk=conversation.pk).update(language=language)
        assert f'lang="{language}"' in seen(client, conversation)


def test_a_note_s_file_is_nobody_elses(client: Client, cast: Cast) -> None:
    conversation = says(cast.inbox, "Where is it?").conversation
    file = attachments.store([b"inside"], name="inside.txt", agent=cast.ben)
    replies.note(conversation, by=cast.ben, body="See", attachments=[file.public_id])
    assert client.get(f"{path(conversation)}files/{file.public_id}/inside.txt").status_code == 404


def test_quotes_dont_carry_the_link(cast: Cast) -> None:
    link = own_page.address(says(cast.inbox, "hi").conversation)
    assert own_page.without_links(f"see {link}?answer=yes ok") == "see … ok"
