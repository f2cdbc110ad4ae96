"""Mails made to cost time, memory or a crash: each is read within bounds."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from aspa.channels.email.reading.mail import Unreadable
from aspa.channels.email.reading.parse import parse
from aspa.channels.email.reading.showing import safe_html

K = 300
# Generous, since the machine of a test run is busy: what grows with the square takes many times as long.
LONGEST = 3.0  # seconds


def mail(body: bytes = b"x", **header: str) -> bytes:
    fields = {"From": "ada@posti.example", "Subject": "x"} | {
        key.replace("_", "-"): value for key, value in header.items()
    }
    return "".join(f"{key}: {value}\n" for key, value in fields.items()).encode() + b"\n" + body


def multi(body: bytes, boundary: str = "a", kind: str = "mixed") -> bytes:
    return mail(body, Content_Type=f'multipart/{kind}; boundary="{boundary}"')


def html(body: bytes) -> bytes:
    return mail(body, Content_Type="text/html; charset=utf-8")


def calendar(body: bytes) -> bytes:
    return mail(b"BEGIN:VCALENDAR\n" + body + b"END:VCALENDAR\n", Content_Type="text/calendar")


def signed(inner: bytes, times: int) -> bytes:
    """A mail signed as a whole, within one signed as a whole, and so on."""
    header = b"Content-Type: application/pkcs7-mime; smime-type=signed-data\nContent-Transfer-Encoding: binary\n\n"
    begin = bytes.fromhex("308006092a864886f70d010702a080308002010131003080" + "06092a864886f70d010701a0802480")
    for _ in range(times):
        piece = b"\x04\x84" + len(inner).to_bytes(4, "big") + inner
        inner = header + begin + piece + bytes(14)
    return inner


MAILS = {
    "signatures around signatures": b"From: ada@posti.example\n" + signed(b"\nHei\n", K),
    "header lines without number": b"".join(b"X-A%d: y\n" % i for i in range(100 * K)) + mail(),
    "a header folded without end": b"X-A: " + b"y\n " * 500 * K + b"\n" + mail(),
    "blanks in a folded line": mail(Subject="a\n b" + " " * 300 * K + "c", References="<a@b>\n" + "\t" * 300 * K + "c"),
    "lines in the header that are none": b"A: b\n" + b"garbage\n" * 500 * K,
    "header lines and others by turns": b"A: b\ngarbage\n" * 200 * K,
    "encoded words that never end": mail(Subject="=?utf-8?Q?" * 9 * K),
    "encoded words without number": mail(Subject="=?utf-8?Q?a?= " * 7 * K),
    "encoded words each of its own charset": mail(Subject="".join(f"=?x{i}?Q?a?= " for i in range(5 * K))),
    "escaped quotes": mail(To='"\\' * 45 * K),
    "open quotes": mail(To='"a' * 45 * K + '"'),
    "open brackets": mail(To="(" * 90 * K),
    "escaped brackets": mail(To="(\\)" * 30 * K),
    "angles": mail(To="<" * 90 * K),
    "recipients without number": mail(To=", ".join(f"n{i} <a{i}@b.example>" for i in range(3 * K))),
    "punycode": mail(To=", ".join(f"a@xn--{'a' * 55}{i}.example" for i in range(4 * K))),
    "parameters without number": mail(Content_Type="text/plain" + "; a=b" * 18 * K),
    "parameters in pieces": mail(Content_Type="text/plain" + "".join(f"; n*{i}*=%41" for i in range(7 * K))),
    "quotes in parameters": mail(Content_Type="text/plain; a=" + '"\\' * 45 * K),
    "parts without number": multi(b"--a\n\nx\n" * 500 * K),
    "empty parts": multi(b"--a\n" * 1000 * K),
    "a boundary that is a hyphen": multi(b"-" * 5000 * K, boundary="-"),
    "a boundary and blanks": multi(b"--a" + b" " * 5000 * K + b"x"),
    "multiparts within each other": b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (i, i) for i in range(30 * K)
    ),
    "multiparts with one boundary": b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n' * 50 * K,
    "mails within each other": b"Content-Type: message/rfc822\n\n" * 100 * K,
    "nothing but returns": b"a: b\n\n" + b"\r" * 3000 * K,
    "zero bytes": b"\0" * 3000 * K + b"x",
    "padding without end": mail(b"QUJD" + b"=" * 3000 * K, Content_Transfer_Encoding="base64"),
    "padding in every quantum": mail(b"QQ==" * 500 * K, Content_Transfer_Encoding="base64"),
    "blanks at the ends of base64": mail(b"QUJDQUJD\n" + b"QUJD \n" * 500 * K, Content_Transfer_Encoding="base64"),
    "quoted-printable of equals signs": mail(b"=" * 3000 * K, Content_Transfer_Encoding="quoted-printable"),
    "beginnings of uuencoded files": mail(b"begin 644 a\nM\n" * 60 * K),
    "a flowed paragraph of lines without number": mail(b"a \n" * 300 * K, Content_Type="text/plain; format=flowed"),
    "signed in the clear again and again": mail(b"-----BEGIN PGP SIGNED MESSAGE-----\n" * 20 * K),
    "groups of rich text": mail(b"{\\rtf1 " + b"{" * 500 * K, Content_Type="text/rtf"),
    "shifts of utf-7": mail(b"+A" * 500 * K, Content_Type="text/plain; charset=utf-7"),
    "a codec that is slow": mail("ä".encode() * 300 * K, Content_Type="text/plain; charset=idna"),
    "marks heaped on a letter": mail(("a" + "\u0301\u0316" * 100 * K + "\U0001d165\U0001d16d" * 50 * K).encode()),
    "elements within each other": html(b"<div>" * 400 * K),
    "elements that are never closed": html(b"<b>x" * 400 * K),
    "tables within each other": html(b"<table><tr><td>" * 100 * K),
    "words in tables within each other": html(b"<table><tr><td>a" * 30 * K),
    "a wide line and many narrow ones in tables": html(b"<table><tr><td>" * 20 + b"b" * 300 * K + b"<br>a" * 30 * K),
    "attributes without number": html(b"<p " + b" ".join(b"a%d=b" % i for i in range(100 * K)) + b">x"),
    "ampersands": html(b"&" * 1000 * K),
    "entities": html(b"&amp;" * 200 * K),
    "comments that never end": html(b"<!--" * 400 * K),
    "tags that never end": html(b"<a b='" * 300 * K),
    "blanks in front of a word": html(b"<pre>" + b" " * 140 * K + b"x"),
    "zones that never end": calendar(b"BEGIN:VTIMEZONE\n" * 10 * K),
    "events without number": calendar(b"BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\n" * 5500),
    "a package of attributes of nothing": mail(
        b"\x78\x9f\x3e\x22\0\0" + (b"\x02\x02\x90\x06\0\0\0\0\0\0\0") * 100 * K, Content_Type="application/ms-tnef"
    ),
    "a signature of open elements": mail(
        bytes.fromhex("308006092a864886f70d010702a0803080") + b"\x30\x80" * 500 * K,
        Content_Type="application/pkcs7-mime",
    ),
}


@pytest.mark.parametrize("name", MAILS)
def test_is_read_within_bounds(name: str) -> None:
    raw = MAILS[name]
    started = time.process_time()
    read = parse(raw)
    safe_html(read.html, {})
    assert time.process_time() - started < LONGEST
    assert sum(len(file.content) for file in read.files) <= 3 * len(raw) + 100_000
    assert len(read.text) <= 1_200_000


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b" \n\t\x00", b"\xef\xbb\xbf"])
def test_what_is_no_mail_is_told_apart(raw: bytes) -> None:
    with pytest.raises(Unreadable, match="empty"):
        parse(raw)


def test_a_mail_of_fifty_megabytes_needs_less_than_three_times_its_size() -> None:
    said = subprocess.run(
        [sys.executable, "-c", FIFTY_MEGABYTES],
        cwd=Path(__file__).parents[4],
        capture_output=True,
        text=True,
        check=True,
    )
    size, peak = map(int, said.stdout.split())
    assert size > 50_000_000
    assert peak < size * 3


FIFTY_MEGABYTES = """
import base64, tracemalloc
from aspa.channels.email.reading.parse import parse

def raw():
    head = b'From: ada@posti.example\\nContent-Type: multipart/mixed; boundary="a"\\n\\n--a\\n\\nHei\\n--a\\n'
    head += b'Content-Type: application/zip; name="a.zip"\\nContent-Transfer-Encoding: base64\\n\\n'
    return head + base64.encodebytes(bytes(37_500_000)) + b'--a--\\n'

whole = raw()
tracemalloc.start()
mail = parse(whole)
assert len(mail.files[0].content) == 37_500_000 and mail.text == 'Hei'
print(len(whole), len(whole) + tracemalloc.get_traced_memory()[1])
"""


def test_a_text_that_is_too_long_to_show_is_kept_as_a_file() -> None:
    text = b"rivi \n" * 500_000
    read = parse(multi(b"--a\n\n" + text + b"\n--a\n\nloppu\n--a--\n"))
    assert [(file.name, len(file.content)) for file in read.files] == [("text-1.txt", len(text)), ("text-2.txt", 5)]
    assert len(read.text) <= 1_000_000


def test_what_is_signed_twice_is_read() -> None:
    assert parse(b"From: ada@posti.example\n" + signed(b"\nHei\n", 2)).text == "Hei"
