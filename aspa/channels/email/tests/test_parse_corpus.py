"""Each mail of corpus/shapes says what expected.toml says of it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone, translation

from aspa.channels.email.reading.mail import Mail
from aspa.channels.email.reading.parse import parse

SHAPES = Path(__file__).parent / "corpus" / "shapes"
EXPECTED = tomllib.loads((SHAPES / "expected.toml").read_text(encoding="utf-8"))
NAMES = sorted(path.stem for path in SHAPES.glob("*.eml"))


@pytest.mark.parametrize("name", NAMES)
def test_says(name: str) -> None:
    assert name in EXPECTED, "A mail without an expectation tests nothing."
    with translation.override("en"), timezone.override("Europe/Helsinki"):
        mail = parse((SHAPES / f"{name}.eml").read_bytes())
    assert said(mail, EXPECTED[name]) == EXPECTED[name]
    check_texts(mail, EXPECTED[name])


def test_nothing_is_expected_of_mails_that_are_not_there() -> None:
    assert set(EXPECTED) <= set(NAMES)


def said(mail: Mail, expected: dict[str, Any]) -> dict[str, Any]:
    """The mail in the words of the expectation, as much as is expected."""
    all_said = {
        "subject": mail.subject,
        "sender": mail.sender.email if mail.sender else "",
        "name": mail.sender.name if mail.sender else "",
        "to": [address.email for address in mail.to],
        "cc": [address.email for address in mail.cc],
        "reply_to": [address.email for address in mail.reply_to],
        "delivered_to": list(mail.delivered_to),
        "message_id": mail.message_id,
        "in_reply_to": list(mail.in_reply_to),
        "references": list(mail.references),
        "date": mail.date.isoformat() if mail.date else "",
        "files": [[file.name, file.content_type, len(file.content)] for file in mail.files],
        "inline": [file.name for file in mail.files if file.is_inline],
    }
    shown = {key: all_said.get(key, value) for key, value in expected.items()}
    # No files are expected where none are named.
    return shown if "files" in expected else shown | ({"files": all_said["files"]} if mail.files else {})


def check_texts(mail: Mail, expected: dict[str, Any]) -> None:
    in_order(expected["text"], mail.text)
    if expected.get("exact"):
        assert mail.text == "".join(expected["text"])
    for piece in expected.get("without", []):
        assert piece not in mail.text
    if isinstance(expected.get("html"), list):
        in_order(expected["html"], mail.html)
    else:
        assert bool(mail.html) is expected.get("html", False)
    for piece in expected.get("html_without", []):
        assert piece not in mail.html
    for name, value in expected.get("headers", []):
        assert value in mail.all_headers(name)


def in_order(pieces: list[str], text: str) -> None:
    position = 0
    for piece in pieces:
        assert piece in text[position:], f"{piece!r} doesn't stand in {text[position:]!r}"
        position = text.index(piece, position) + len(piece)
