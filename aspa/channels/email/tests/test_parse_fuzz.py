"""Whatever comes, `parse` answers: a Mail whose texts can be stored, or Unreadable, soon."""

from __future__ import annotations

import time
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aspa.channels.email.reading.mail import Mail, Unreadable
from aspa.channels.email.reading.parse import parse
from aspa.channels.email.reading.showing import safe_html

CORPUS = sorted((Path(__file__).parent / "corpus").rglob("*.eml"))
SEEDS = [path.read_bytes() for path in CORPUS if path.stat().st_size < 20_000]
TOKENS = [
    b"\n", b"\r", b"\r\n", b"\n\n", b"--", b"\x00", b"\xff", b"=", b"=?utf-8?B?", b"?=", b'"', b"\\", b"(", b"<", b">", b";", b":",
    b"Content-Type: multipart/mixed; boundary=a\n\n--a\n", b"Content-Type: message/rfc822\n", b"Content-Type: text/html\n",
    b"Content-Type: text/calendar\n", b"Content-Type: application/ms-tnef\n", b"Content-Transfer-Encoding: base64\n",
    b"Content-Transfer-Encoding: quoted-printable\n", b"charset=utf-7", b"charset=iso-2022-jp", b"charset=utf-16", b"--a\n", b"--a--\n",
    b"begin 644 a\n", b"BEGIN:VCALENDAR\n", b"{\\rtf1", b"\x78\x9f\x3e\x22", b"<table><td>", b"<!--", b"From \n", b"\xed\xa0\x80", b"+2AA-",
]  # fmt: skip
QUICK = settings(
    max_examples=120,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """A mail of the corpus with some bytes changed, cut, put in, taken from another."""
    raw = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(raw)))
        match draw(st.sampled_from(["flip", "cut", "put", "drop", "graft", "repeat"])):
            case "flip" if at < len(raw):
                raw[at] = draw(st.integers(0, 255))
            case "cut":
                del raw[at:]
            case "put":
                raw[at:at] = draw(st.sampled_from(TOKENS))
            case "drop":
                del raw[at : at + draw(st.integers(1, 200))]
            case "graft":
                other = draw(st.sampled_from(SEEDS))
                raw[at:at] = other[draw(st.integers(0, len(other))) :][:3000]
            case _:
                raw[at:at] = raw[at : at + draw(st.integers(1, 100))] * draw(st.integers(1, 20))
    return bytes(raw)


def leaf() -> st.SearchStrategy[bytes]:
    kinds = [
        "text/plain",
        "text/html",
        "text/plain; format=flowed",
        "image/png",
        "message/rfc822",
        "text/calendar",
        "application/ms-tnef",
    ]
    encodings = ["7bit", "base64", "quoted-printable", "x-uuencode", "binary", "??"]
    charsets = ["utf-8", "utf-7", "us-ascii", "gb2312", "iso-2022-jp", "utf-16", "x-unknown", "rot13", ""]
    return st.builds(
        lambda kind, encoding, charset, body: (
            f"Content-Type: {kind}; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n".encode() + body
        ),
        st.sampled_from(kinds),
        st.sampled_from(encodings),
        st.sampled_from(charsets),
        st.binary(max_size=200) | st.sampled_from(TOKENS),
    )


def multipart(children: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    return st.builds(
        lambda kind, boundary, parts, closing: (
            f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n'.encode()
            + b"".join(b"--" + boundary.encode() + b"\n" + part + b"\n" for part in parts)
            + (b"--" + boundary.encode() + b"--\n" if closing else b"")
        ),
        st.sampled_from(["mixed", "alternative", "related", "digest", "signed", "encrypted", "report", "x"]),
        # Few, so that they meet.
        st.sampled_from(["a", "a-1", "-", "b", "", " "]),
        st.lists(children, max_size=4),
        st.booleans(),
    )


def check(raw: bytes) -> Mail | None:
    started = time.process_time()
    try:
        mail = parse(raw)
    except Unreadable:
        assert not raw.strip(b"\r\n\t \x00\x0b\x0c\xef\xbb\xbf\xff\xfe")
        return None
    shown = safe_html(mail.html, {})
    assert time.process_time() - started < 2
    texts = [
        mail.subject,
        mail.text,
        mail.html,
        shown,
        mail.message_id,
        *mail.in_reply_to,
        *mail.references,
        *mail.delivered_to,
    ]
    texts += [text for pair in mail.headers for text in pair] + [file.name for file in mail.files]
    texts += [file.content_type for file in mail.files] + [file.content_id for file in mail.files]
    for address in filter(None, [mail.sender, *mail.to, *mail.cc, *mail.reply_to]):
        assert address.email.count("@") == 1 and address.email.isprintable() and address.domain
        texts += [address.email, address.name]
    for text in texts:
        assert "\x00" not in text
        text.encode()  # no halves of letters
    assert all(file.name and "/" not in file.name and "\\" not in file.name for file in mail.files)
    assert sum(len(file.content) for file in mail.files) <= len(raw) * 2 + 10_000
    assert mail.date is None or mail.date.utcoffset() is not None
    return mail


@QUICK
@given(broken())
def test_mails_that_were_broken(raw: bytes) -> None:
    check(raw)


@QUICK
@given(st.recursive(leaf(), multipart, max_leaves=12))
def test_parts_in_any_order(raw: bytes) -> None:
    assert check(b"From: ada@posti.example\n" + raw) is not None


@QUICK
@given(st.binary(max_size=500) | st.lists(st.sampled_from(TOKENS), max_size=40).map(b"".join))
def test_any_bytes(raw: bytes) -> None:
    check(raw)
