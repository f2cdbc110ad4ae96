"""Five hundred mails as customers write them: always the same, a third of them answers to an earlier one."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage

TEXT = (
    "hei terve paketti tilaus lasku ei ole tullut vielä missä se on kiitos avusta tuote oli rikki haluan palauttaa sen "
    "order parcel invoice where is my please thank you return broken size colour delivery customer service tack hej"
)
WORDS = TEXT.split()
ATTACHMENT = 50_000  # bytes
CUSTOMERS = 50


@dataclass(frozen=True)
class Corpus:
    mails: list[bytes]
    # How many conversations they make: the others are answers.
    conversations: int


def corpus(count: int, *, to: str, seed: int, answers: bool = True) -> Corpus:
    """Every third answers one that came some time before it; every tenth brings a file; every second has HTML too."""
    dice = random.Random(seed)
    mails: list[bytes] = []
    begun: list[tuple[str, str, str]] = []
    for number in range(count):
        earlier = begun[dice.randrange(len(begun) - 13)] if answers and number % 3 == 2 and number > 60 else None
        sender = earlier[1] if earlier else f"customer{number % CUSTOMERS}@home.example"
        mail_id = f"{seed}.{number}@home.example"
        mail = EmailMessage()
        mail["From"] = f"A Customer <{sender}>"
        mail["To"] = to
        mail["Subject"] = f"Re: {earlier[2]}" if earlier else " ".join(dice.choices(WORDS, k=4))
        mail["Message-ID"] = f"<{mail_id}>"
        mail["Date"] = "Mon, 02 Nov 2026 10:00:00 +0200"
        mail["Authentication-Results"] = "mx.bench.example; dmarc=pass header.from=home.example"
        if earlier:
            mail["In-Reply-To"] = mail["References"] = f"<{earlier[0]}>"
        else:
            begun.append((mail_id, sender, str(mail["Subject"])))
        text = "\n\n".join(" ".join(dice.choices(WORDS, k=dice.randint(8, 40))) for _ in range(3))
        if earlier:
            text += "\n\nOn Mon, 2 Nov 2026 at 10:00, Support <support@bench.example> wrote:\n" + quoted(dice)
        mail.set_content(text)
        if number % 2:
            mail.add_alternative(
                f"<html><body><p>{'</p><p>'.join(text.splitlines())}</p></body></html>", subtype="html"
            )
        if number % 10 == 0:
            mail.add_attachment(dice.randbytes(ATTACHMENT), maintype="application", subtype="pdf", filename="Lasku.pdf")
        mails.append(mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    return Corpus(mails, len(begun))


def quoted(dice: random.Random) -> str:
    return "\n".join("> " + " ".join(dice.choices(WORDS, k=10)) for _ in range(12))


def large(size: int, *, to: str) -> Iterator[bytes]:
    """A mail of about this many bytes with one file, in pieces."""
    yield (
        f"From: big@home.example\r\nTo: {to}\r\nSubject: Large\r\nMessage-ID: <large@home.example>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n"
        '--b\r\nContent-Type: application/zip; name="iso.zip"\r\nContent-Transfer-Encoding: base64\r\n'
        'Content-Disposition: attachment; filename="iso.zip"\r\n\r\n'
    ).encode()
    line = base64.b64encode(bytes(range(57))) + b"\r\n"
    for _ in range(size // (len(line) * 1000)):
        yield line * 1000
    yield b"--b--\r\n"
