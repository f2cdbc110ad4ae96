"""An agent's work over HTTP: answering, drafts, sorting, asking, setting aside, joining, several at once."""

from __future__ import annotations

import datetime as dt
import json
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from aspa.core.conversations.models import Attachment, Conversation, Draft, Event, Message, Reason
from aspa.kit import clock
from aspa.service.writing.models import CannedReply
from tests.cast import Cast
from tests.journeys.test_desk_pages import conversation, signed_in


@pytest.fixture
def parcel(cast: Cast) -> Conversation:
    return conversation(cast)


@pytest.fixture
def ben(cast: Cast) -> Client:
    return signed_in(cast.ben)


def url(found: Conversation, noun: str) -> str:
    return f"/desk/conversations/{found.pk}/{noun}"


def toast(answer: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(answer["HX-Trigger"])["toast"]
    return told


def undo(client: Client, answer: Any) -> HttpResponse:
    """What the toast's "Undo" does."""
    step = toast(answer)["undo"]
    return client.post(step["url"], step["values"])  # type: ignore[return-value]


def picture() -> SimpleUploadedFile:
    drawn = BytesIO()
    Image.new("RGB", (40, 30), "red").save(drawn, "PNG")
    return SimpleUploadedFile("crack.png", drawn.getvalue(), content_type="image/png")


def test_a_reply_is_one_message_however_often_it_is_sent(ben: Client, cast: Cast, parcel: Conversation) -> None:
    sent = {"text": "It is on its way.", "client_id": "abc-1"}
    first, second = (ben.post(url(parcel, "replies"), sent) for _ in range(2))
    assert (first.status_code, first.json()["id"]) == (201, second.json()["id"])
    message = Message.objects.get(kind="reply")
    assert (message.text, message.agent, message.is_public) == ("It is on its way.", cast.ben, True)
    parcel.refresh_from_db()
    assert (parcel.assignee, parcel.waiting_since) == (cast.ben, None)


def test_an_empty_or_too_long_reply_is_refused(ben: Client, parcel: Conversation) -> None:
    for text in ("", "   ", "x" * 60_000):
        answer = ben.post(url(parcel, "replies"), {"text": text})
        assert answer.status_code == 409
        assert answer.json()["error"]["text"]
    assert not Message.objects.filter(kind="reply").exists()


def test_drafts_are_kept_apart_and_dropped_when_sent(ben: Client, cast: Cast, parcel: Conversation) -> None:
    for kind in ("reply", "note"):
        assert ben.post(url(parcel, "drafts"), {"kind": kind, "text": f"half a {kind}"}).status_code == 204
    page = ben.get(f"/desk/conversations/{parcel.pk}/").content.decode()
    assert "half a reply" in page
    assert "half a note" in page
    assert "half a reply" not in signed_in(cast.ada).get(f"/desk/conversations/{parcel.pk}/").content.decode()
    ben.post(url(parcel, "replies"), {"text": "Done"})
    assert [draft.kind for draft in Draft.objects.all()] == ["note"]
    ben.post(url(parcel, "drafts"), {"kind": "note", "text": ""})
    assert not Draft.objects.exists()
    assert ben.post(url(parcel, "drafts"), {"kind": "activity", "text": "x"}).status_code == 400


def test_a_file_goes_with_a_reply_and_outsiders_dont_get_it(
    ben: Client, cast: Cast, parcel: Conversation, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    added = ben.post("/files/upload", {"file": picture()}).json()
    assert (added["type"], added["width"], added["height"]) == ("image/png", 40, 30)
    assert signed_in(cast.ada).get(added["url"]).status_code == 404
    assert ben.post(url(parcel, "replies"), {"text": "", "attachments": [added["id"]]}).status_code == 201
    shown = signed_in(cast.ada).get(added["url"])
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/png")
    assert "sandbox" in shown["Content-Security-Policy"]
    assert signed_in(cast.cy).get(added["url"]).status_code == 404
    assert Client().get(added["url"]).status_code == 302


def test_a_page_is_no_file_to_send_and_a_text_is_only_a_download(
    ben: Client, parcel: Conversation, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    assert ben.post("/files/upload", {"file": SimpleUploadedFile("x.html", b"<script>")}).status_code == 415
    assert ben.post("/files/upload", {"file": SimpleUploadedFile("x.txt", b"")}).status_code == 422
    assert ben.post("/files/upload", {}).status_code == 422
    # The name says picture, the content doesn't.
    assert ben.post("/files/upload", {"file": SimpleUploadedFile("x.png", b"<script>")}).status_code == 415
    added = ben.post("/files/upload", {"file": SimpleUploadedFile("x.txt", b"plain words")}).json()
    shown = ben.get(added["url"])
    assert shown["Content-Type"] == "application/octet-stream"
    assert shown["Content-Disposition"].startswith("attachment")
    assert Attachment.objects.count() == 1


def test_assigning_can_be_undone(ben: Client, cast: Cast, parcel: Conversation) -> None:
    answer = ben.post(url(parcel, "assignment"), {"agent": cast.ada.pk})
    assert answer.status_code == 204
    assert Conversation.objects.get(pk=parcel.pk).assignee == cast.ada
    undo(ben, answer)
    assert Conversation.objects.get(pk=parcel.pk).assignee is None


def test_nobody_is_given_what_they_cannot_answer(ben: Client, cast: Cast, parcel: Conversation) -> None:
    answer = ben.post(url(parcel, "assignment"), {"agent": cast.cy.pk})
    assert answer.status_code == 409
    assert toast(answer)["failed"]
    assert ben.post(url(parcel, "assignment"), {"agent": "x"}).status_code == 404
    assert Conversation.objects.get(pk=parcel.pk).assignee is None


def test_labels_priority_team_reason_tier_and_subject_with_their_undos(
    ben: Client, cast: Cast, parcel: Conversation
) -> None:
    reason = Reason.objects.create(brand=cast.brand, name="Delivery")

    def state() -> tuple[Any, ...]:
        now = Conversation.objects.get(pk=parcel.pk)
        labels = [label.name for label in now.labels.all()]
        return (labels, now.priority, now.team_id, now.reason_id, now.contact.tier, now.subject)

    before = state()
    answers = [
        ben.post(url(parcel, "labels"), {"name": "delivery"}),
        ben.post(url(parcel, "priority"), {"priority": "2"}),
        ben.post(url(parcel, "team"), {"team": cast.team.pk}),
        ben.post(url(parcel, "reason"), {"reason": reason.pk}),
        ben.post(url(parcel, "tier"), {"tier": " gold "}),
        ben.post(url(parcel, "subject"), {"subject": "Parcel 7"}),
    ]
    assert state() == (["delivery"], 2, cast.team.pk, reason.pk, "gold", "Parcel 7")
    assert ">gold</button>" in ben.get(url(parcel, "side")).content.decode()
    for answer in answers:
        assert undo(ben, answer).status_code == 204
    assert state() == before
    assert ben.post(url(parcel, "priority"), {"priority": "9"}).status_code == 409


def test_snoozing_and_waking(ben: Client, parcel: Conversation) -> None:
    until = clock.now() + dt.timedelta(hours=3)
    answer = ben.post(url(parcel, "snooze"), {"until": until.isoformat()})
    assert f"row-{parcel.pk}" in ben.get("/desk/rows?view=snoozed").content.decode()
    undo(ben, answer)
    assert Conversation.objects.get(pk=parcel.pk).status == "open"
    for bad in ("", "soon", "2020-01-01T10:00", "2026-13-45T99:99"):
        assert ben.post(url(parcel, "snooze"), {"until": bad}).status_code == 409


def test_asking_if_solved_needs_an_answer_first_and_nobody_can_close(ben: Client, parcel: Conversation) -> None:
    assert ben.post(url(parcel, "question")).status_code == 409
    ben.post(url(parcel, "replies"), {"text": "It comes tomorrow."})
    assert ben.post(url(parcel, "question")).status_code == 204
    parcel.refresh_from_db()
    assert (parcel.status, parcel.asked_solved) == ("waiting", True)
    assert ben.post(url(parcel, "setting-aside"), {"how": "customer", "reason": "done"}).status_code == 409
    assert ben.post(url(parcel, "closing")).status_code == 404


def test_setting_aside_needs_a_reason_and_is_in_the_log(ben: Client, cast: Cast, parcel: Conversation) -> None:
    assert ben.post(url(parcel, "setting-aside"), {"how": "spam", "reason": " "}).status_code == 409
    answer = ben.post(url(parcel, "setting-aside"), {"how": "spam", "reason": "Sells links"})
    parcel.refresh_from_db()
    assert (parcel.status, parcel.closed_how, parcel.closed_reason) == ("closed", "spam", "Sells links")
    assert Event.objects.get(kind="set_aside").agent == cast.ben
    undo(ben, answer)
    parcel.refresh_from_db()
    assert parcel.status == "open"


def test_merging_is_taken_back(ben: Client, cast: Cast, parcel: Conversation) -> None:
    other = conversation(cast, "And another thing")
    answer = ben.post(url(other, "merge"), {"reference": parcel.reference})
    assert json.loads(answer["HX-Trigger"])["desk:go"]["url"] == f"/desk/conversations/{parcel.pk}/"
    assert parcel.messages.filter(kind="incoming").count() == 2
    for one in (parcel, other):
        assert ben.get(f"/desk/conversations/{one.pk}/?view=all").status_code == 200
    undo(ben, answer)
    assert parcel.messages.filter(kind="incoming").count() == other.messages.filter(kind="incoming").count() == 1
    assert ben.post(url(other, "merge"), {"reference": "A-99999"}).status_code == 409


def test_splitting_and_linking(ben: Client, cast: Cast, parcel: Conversation) -> None:
    later = Message.objects.create(
        conversation=parcel, inbox=cast.inbox, kind="incoming", is_public=True, contact=cast.dee,
        text="Something else", created_at=clock.now(),
    )  # fmt: skip
    answer = ben.post(url(parcel, "split"), {"message": later.pk})
    assert answer.status_code == 204
    new = Conversation.objects.exclude(pk=parcel.pk).get()
    assert new.messages.filter(text="Something else").exists()
    third = conversation(cast, "Third")
    linked = ben.post(url(parcel, "links"), {"other": third.pk})
    assert third.reference in ben.get(url(parcel, "side")).content.decode()
    assert undo(ben, linked).status_code == 204
    assert parcel.links_out.count() == 0


def test_following(ben: Client, cast: Cast, parcel: Conversation) -> None:
    ben.post(url(parcel, "follow"), {"on": "1"})
    assert parcel.followers.filter(agent=cast.ben).exists()
    assert "Following" in ben.get(url(parcel, "head")).content.decode()
    ben.post(url(parcel, "follow"), {"on": "0"})
    assert not parcel.followers.exists()


def test_reading_marks_the_row_read(ben: Client, parcel: Conversation) -> None:
    assert "unread" in ben.get("/desk/rows?view=unassigned").content.decode()
    assert ben.post(url(parcel, "read"), {"up_to": parcel.last_message_id}).status_code == 204
    assert "unread" not in ben.get("/desk/rows?view=unassigned").content.decode()
    assert ben.post(url(parcel, "read"), {"up_to": "x"}).status_code == 400


def test_canned_replies_fit_the_brand_and_are_filled(ben: Client, cast: Cast, parcel: Conversation) -> None:
    CannedReply.objects.create(shortcut="hi", title="Greeting", body="Hi {{contact.first_name|there}}!")
    CannedReply.objects.create(shortcut="no", title="Elsewhere", body="no", brand=cast.other_brand)
    found = ben.get(url(parcel, "canned"), {"q": ""}).content.decode()
    assert "Hi Dee!" in found
    assert "Elsewhere" not in found
    assert "Greeting" not in ben.get(url(parcel, "canned"), {"q": "zebra"}).content.decode()


def test_several_at_once_do_what_can_be_done(ben: Client, cast: Cast, parcel: Conversation) -> None:
    other = conversation(cast, "Another")
    stranger = Conversation.objects.create(
        brand=cast.other_brand, inbox=cast.other_inbox, contact=cast.dee, created_at=clock.now(),
        last_activity_at=clock.now(),
    )  # fmt: skip
    ids = f"{parcel.pk},{other.pk},{stranger.pk}"
    assert ben.post("/desk/bulk", {"ids": ids, "action": "label", "name": "delivery"}).status_code == 204
    assert Conversation.objects.filter(labels__name="delivery").count() == 2
    assert ben.post("/desk/bulk", {"ids": ids, "action": "assign", "agent": cast.ben.pk}).status_code == 204
    assert Conversation.objects.filter(assignee=cast.ben).count() == 2
    given = ben.post("/desk/bulk", {"ids": ids, "action": "assign", "agent": cast.ada.pk})
    back = json.loads(given["HX-Trigger"])["toast"]["undo"]
    assert ben.post(back["url"], back["values"]).status_code == 204
    assert Conversation.objects.filter(assignee=cast.ben).count() == 2
    foreign = json.dumps([["priority", {"priority": "1"}, [stranger.pk]]])
    assert ben.post(back["url"], {"steps": foreign}).status_code == 409
    for odd in ("", "[]", "[[]]", "7", '[["assign", [], [1]]]', '[["destroy", {}, [1]]]', '[["assign", {}, ["x"]]]'):
        assert ben.post(back["url"], {"steps": odd}).status_code == 404
    assert ben.post("/desk/bulk", {"ids": str(stranger.pk), "action": "priority", "priority": "1"}).status_code == 409
    assert ben.post("/desk/bulk", {"ids": ids, "action": "destroy"}).status_code == 404
    stranger.refresh_from_db()
    assert (stranger.assignee_id, stranger.priority) == (None, 0)


def test_only_push_services_are_rung(ben: Client, cast: Cast) -> None:
    keys = {"p256dh": "x", "auth": "y"}
    assert len(ben.get("/desk/push").json()["key"]) == 87
    for endpoint, status in (
        ("https://fcm.googleapis.com/fcm/send/abc", 201),
        ("https://updates.push.services.mozilla.com/wpush/v2/abc", 201),
        ("http://fcm.googleapis.com/abc", 400),
        ("https://169.254.169.254/latest", 400),
        ("https://fcm.googleapis.com.evil.example/", 400),
        ("https://fcm.googleapis.com@127.0.0.1/", 400),
    ):
        answer = ben.post(
            "/desk/push", json.dumps({"endpoint": endpoint, "keys": keys}), content_type="application/json"
        )
        assert answer.status_code == status, endpoint
    assert cast.ben.push_subscriptions.count() == 2
    assert ben.post("/desk/push", "no json", content_type="application/json").status_code == 400


def test_the_desk_can_be_installed(ben: Client) -> None:
    manifest = ben.get("/desk/manifest.webmanifest")
    assert manifest["Content-Type"] == "application/manifest+json"
    assert manifest.json()["start_url"] == "/desk/"
    script = ben.get("/desk/sw.js")
    assert script["Content-Type"].startswith("text/javascript")
    assert b"notificationclick" in script.content
