"""Files: sent by agents, read by those who may read the conversation, and never run from our own address."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from aspa.core.conversations.models import Attachment, Conversation, Message
from aspa.core.people.models import Agent
from tests.cast import Cast


def as_agent(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


def png(size: tuple[int, int] = (40, 30)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "#1c5d4d").save(file, "PNG")
    return file.getvalue()


def send(agent: Agent, content: bytes, name: str, content_type: str = "image/png") -> Any:
    return as_agent(agent).post("/files/upload", {"file": SimpleUploadedFile(name, content, content_type)})


def test_a_picture_is_sent_and_drawn_in_place(cast: Cast) -> None:
    answer = send(cast.ben, png(), "kuitti.png")
    told = answer.json()
    assert answer.status_code == 201
    assert (told["name"], told["type"], told["width"], told["height"]) == ("kuitti.png", "image/png", 40, 30)
    shown = as_agent(cast.ben).get(told["url"])
    assert shown["Content-Disposition"].startswith("inline")
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "private" in shown["Cache-Control"]
    assert shown.getvalue() == png()


def test_a_file_is_sent_raw(cast: Cast) -> None:
    name = "lasku ääkkönen.pdf"
    headers = {"X-File-Name": quote(name)}
    answer = as_agent(cast.ben).post("/files/upload", b"%PDF-1.4 x", content_type="application/pdf", headers=headers)
    told = answer.json()
    assert (answer.status_code, told["name"], told["size"]) == (201, name, 10)
    assert as_agent(cast.ben).get(told["url"])["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<!doctype html><script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
    ],
)
def test_a_disguised_page_is_not_taken(cast: Cast, content: bytes) -> None:
    assert send(cast.ben, content, "kuva.png").status_code in (415, 422)
    assert not Attachment.objects.exists()


def test_what_is_no_picture_is_a_download(cast: Cast) -> None:
    shown = as_agent(cast.ben).get(send(cast.ben, b"plain words", "a.txt").json()["url"])
    assert shown["Content-Disposition"].startswith("attachment")
    assert shown["Content-Type"] == "application/octet-stream"
    assert "sandbox" in shown["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["sivu.html", "kuva.SVG", "ohjelma.exe"])
def test_files_that_run_are_refused(cast: Cast, name: str) -> None:
    answer = send(cast.ben, b"<svg/>", name)
    assert answer.status_code == 415
    assert answer.json()["error"]["code"] == "type"
    assert not Attachment.objects.exists()


def test_too_large_and_empty_files_are_refused(cast: Cast, settings: Any) -> None:
    settings.ASPA_UPLOAD_BYTES = 1000
    assert send(cast.ben, b"x" * 1001, "a.txt").status_code == 413
    raw = as_agent(cast.ben).post("/files/upload", b"x" * 1001, content_type="text/plain")
    assert raw.status_code == 413
    assert send(cast.ben, b"", "a.txt").status_code == 422
    assert as_agent(cast.ben).post("/files/upload", {}).status_code == 422
    assert not Attachment.objects.exists()


def test_a_name_cannot_lead_out_of_the_folder(cast: Cast) -> None:
    headers = {"X-File-Name": quote("../../etc/passwd\r\nX-Evil: 1.txt")}
    answer = as_agent(cast.ben).post("/files/upload", b"hello", content_type="text/plain", headers=headers)
    assert answer.status_code == 201
    kept = Attachment.objects.get()
    assert "/" not in kept.name
    assert kept.file.name.startswith("attachments/")
    assert "X-Evil" not in as_agent(cast.ben).get(answer.json()["url"]).headers


def test_files_follow_their_conversation(cast: Cast, conversation: Conversation) -> None:
    told = send(cast.ben, png(), "kuva.png").json()
    message = Message.objects.filter(conversation=conversation).first()
    Attachment.objects.filter(public_id=told["id"]).update(message=message)
    assert as_agent(cast.ada).get(told["url"]).status_code == 200
    assert as_agent(cast.ben).get(told["url"]).status_code == 200
    assert as_agent(cast.cy).get(told["url"]).status_code == 404
    assert Client().get(told["url"]).status_code == 302


def test_an_unsent_file_is_its_senders_own(cast: Cast) -> None:
    told = send(cast.ben, png(), "kuva.png").json()
    assert as_agent(cast.ada).get(told["url"]).status_code == 404
    assert as_agent(cast.cy).get(told["url"]).status_code == 404


def test_strangers_and_those_who_may_not_answer_send_nothing(cast: Cast) -> None:
    assert Client().post("/files/upload", {"file": SimpleUploadedFile("a.txt", b"x")}).status_code == 302
    idle = Agent.objects.create(email="idle@aspa.example", name="Idle")
    assert send(idle, png(), "kuva.png").status_code == 403
    assert Client(enforce_csrf_checks=True).post("/files/upload", {}).status_code == 403
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "pictures/attachments/2026/11/x.png", "pictures/agents/..%2f..%2faspa.sqlite3", "pictures/agents/../secrets/a.png",
        "pictures/secrets/aspa_secret_key", "pictures/agents/missing.webp", "pictures/agents/.hidden.webp",
        "nothing-here/kuva.png",
    ],
)  # fmt: skip
def test_nothing_else_on_the_disk_is_served(cast: Cast, path: str) -> None:
    assert as_agent(cast.ada).get(f"/files/{path}").status_code == 404
