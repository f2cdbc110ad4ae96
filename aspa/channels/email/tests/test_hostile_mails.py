"""Mails broken at random: whoever reads their meaning finds something or nothing, but never raises."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aspa.channels.email.reading.authenticity import authenticity_of
from aspa.channels.email.reading.bounces import bounces_of, complaint_of
from aspa.channels.email.reading.languages import language_of
from aspa.channels.email.reading.mail import File, Unreadable
from aspa.channels.email.reading.parse import parse
from aspa.channels.email.reading.quoting import fold, fold_html
from aspa.channels.email.reading.robots import kind_of
from aspa.channels.email.reading.spam import says_spam

CORPUS = Path(__file__).parent / "corpus"
MAILS = [
    path.read_bytes() for folder in ("replies", "robots", "bounces") for path in sorted((CORPUS / folder).glob("*.eml"))
]
HEADERS = [
    b"Authentication-Results: mx.example; dkim=pass (((( header.d=",
    b'Authentication-Results: mx.example; spf="\\',
    b"Received-SPF: pass receiver=mx.example",
    b"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=a; h=from; bh=; b=",
    b"List-Id: <" + b"." * 50,
    b"Auto-Submitted: (",
    b"X-Spam-Status: Yes" * 3,
    b"Return-Path: <>",
    b"From: =?utf-8?b?",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=B",
    b"Final-Recipient: rfc822;",
    b"Status: 5",
]


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    raw = bytearray(draw(st.sampled_from(MAILS)))
    for _ in range(draw(st.integers(0, 5))):
        place = draw(st.integers(0, len(raw)))
        how = draw(st.integers(0, 3))
        if how == 0:
            raw[place : place + draw(st.integers(1, 200))] = b""
        elif how == 1:
            raw[place:place] = draw(st.binary(max_size=20))
        elif how == 2:
            raw[place:place] = b"\n" + draw(st.sampled_from(HEADERS)) + b"\n"
        else:
            raw[0:0] = draw(st.sampled_from(HEADERS)) + b"\n"
    return bytes(raw)


def no_dns(name: bytes, timeout: float = 5) -> bytes | None:
    return None


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(broken())
def test_nothing_raises(raw: bytes) -> None:
    try:
        mail = parse(raw)
    except Unreadable:
        return
    kind_of(mail)
    for bounce in [*bounces_of(mail), complaint_of(mail)]:
        assert bounce is None or len(bounce.reason) <= 300
    authenticity_of(mail, raw, trusted=("mx.example",), dnsfunc=no_dns)
    says_spam(mail)
    body = fold(mail.text, subject=mail.subject)
    assert body.own or not mail.text
    fold_html(mail.html, subject=mail.subject)


TEXTS = {
    "letters": "a" * 200_000,
    "blanks": " " * 100_000 + "a",
    "lines": "\n" * 200_000 + "a",
    "addresses": "a@b.example " * 16_000,
    "at signs": "a@" * 100_000,
    "codes": "550 5.1.1 " * 20_000,
    "failures": "could not be delivered to mailbox " * 6_000,
    "away": "olen lomalla ja " * 12_000,
    "ids": "Message-ID: <" * 15_000,
    "names": "Final-Recipient: rfc822; a@b.example\n" * 6_000,
    "brackets": "(" * 200_000,
    "quotation marks": '"' * 200_000,
    "semicolons": ";=" * 100_000,
    "dots": "." * 200_000,
    "stars": "*" * 200_000,
}


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_mails_take_no_long_time(name: str) -> None:
    text = TEXTS[name]
    line = text.replace("\n", " ")[:60_000]
    names = (
        "authentication-results",
        "received-spf",
        "list-id",
        "list-post",
        "auto-submitted",
        "x-spam-status",
        "x-spam-level",
        "x-forefront-antispam-report",
        "x-failed-recipients",
        "content-type",
        "from",
        "precedence",
    )
    mail = dataclasses.replace(
        parse(b"From: MAILER-DAEMON@mx.example\nReturn-Path: <>\n\n."),
        text=text,
        subject=line[:998],
        headers=tuple((name, f"mx.example; receiver=mx.example {line}") for name in names),
        files=(File("a", "message/delivery-status", text.encode()), File("b", "message/rfc822", text.encode())),
        delivered_to=("tuki@villapuoti.example",),
    )
    start = time.thread_time()
    kind_of(mail)
    kind_of(dataclasses.replace(mail, files=()))
    complaint_of(dataclasses.replace(mail, files=(File("a", "message/feedback-report", text.encode()),)))
    authenticity_of(
        mail, f"DKIM-Signature: {line}\nFrom: a@example.com\n\n{text}".encode(), trusted=("mx.example",), dnsfunc=no_dns
    )
    authenticity_of(mail, f"DKIM-Signature: {line}\nFrom: a@example.com\n\n{text}".encode(), trusted=(), dnsfunc=no_dns)
    says_spam(mail)
    language_of(text, "fi")
    assert time.thread_time() - start < 3
