"""The mailboxes that an address field names, as people and programs write them (RFC 5322, 6532, and less)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from aspa.channels.email.reading import headers
from aspa.channels.email.reading.mail import Address

MOST = 1000
LONGEST_EMAIL = 320  # characters
LONGEST_NAME = 200

_TOKEN = re.compile(
    r"""
      (?P<blank> \s+ )
    | (?P<word> =\?[^?\s]{1,80}\?[bBqQ]\?[^?<>]*\?= )
    | (?P<quoted> "(?:[^"\\]|\\.|\\\Z)*+(?:"|\Z) )
    | (?P<comment> \( )
    | (?P<angle> <[^<>]*> )
    | (?P<literal> \[[^\]\s]{1,100}\] )
    | (?P<break> [,;:] )
    | (?P<atom> [^\s"(<>,;:\[]+ | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_QUOTED_LOCAL = re.compile(r'"[^"@<>\\]{1,64}"@[^\s"@<>]+')
_BRACKET = re.compile(r"[()\\]")


def addresses(said: str) -> tuple[Address, ...]:
    """Each mailbox of an unfolded field whose encoded words are still encoded: decoded first, a name could forge them."""
    found = []
    for email, name in _mailboxes(said):
        if address := _address(email, name):
            found.append(address)
            if len(found) == MOST:
                break
    if not found and "=?" in said and "<" not in said and "@" in (plain := headers.decoded(said)):
        # The whole address as an encoded word, which is wrong but has been seen.
        found = [a for a in (_address(email, name) for email, name in _mailboxes(plain.replace("=?", ""))) if a][:MOST]
    return tuple(dict.fromkeys(found))


def _mailboxes(said: str) -> Iterator[tuple[str, str]]:
    """(address, name) as written, the name with its encoded words."""
    box = _Box()
    held = ""
    for kind, piece in _tokens(said):
        if kind != "break":
            box.add(kind, piece)
            continue
        if piece == ":":
            # What stood here named a group, or a protocol ("mailto:").
            if not box.angle and "@" not in "".join(box.words):
                box, held = _Box(), ""
            continue
        email, name = box.read()
        if email:
            yield email, f"{held}, {name}" if held and name and box.angle else name
            held = ""
        elif piece == ",":
            # Family name first, the quotes forgotten: Virtanen, Matti <matti@…>.
            held = name if not held else ""
        else:
            held = ""
        box = _Box()
    email, name = box.read()
    if email:
        yield email, f"{held}, {name}" if held and name and box.angle else name


class _Box:
    """The pieces of one mailbox while they are read."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.comment = ""
        self.angle = ""
        self._glued = False

    def add(self, kind: str, piece: str) -> None:
        if kind == "blank":
            self._glued = False
            return
        if kind == "comment":
            self.comment = self.comment or piece
        elif kind == "angle":
            self.angle = self.angle if "@" in self.angle else piece
        elif self._glued and self.words and kind != "quoted":
            self.words[-1] += piece
        else:
            self.words.append(piece)
        self._glued = kind not in ("comment", "angle")

    def read(self) -> tuple[str, str]:
        if "@" in self.angle:
            return self.angle[1:-1], " ".join(map(_bare, self.words)) or self.comment
        for place, word in enumerate(self.words):
            if "@" in word.strip("@") and not word.startswith("=?"):
                others = self.words[:place] + self.words[place + 1 :]
                return word, " ".join(map(_bare, others)) or self.comment
        return "", " ".join(map(_bare, self.words))


def _bare(word: str) -> str:
    if len(word) > 1 and word[0] == word[-1] == '"':
        return re.sub(r"\\(.)", r"\1", word[1:-1], flags=re.DOTALL)
    return word


def _tokens(said: str) -> Iterator[tuple[str, str]]:
    """(kind, text); an open quote or bracket that is never closed counts as a blank, and so do all that follow."""
    position = 0
    while match := _TOKEN.match(said, position):
        kind, piece = match.lastgroup or "atom", match.group()
        position = match.end()
        if kind == "quoted" and (len(piece) == 1 or not piece.endswith('"') or _is_open(piece)):
            said, position = said[match.start() + 1 :].replace('"', " "), 0
            continue
        if kind == "comment":
            end = _comment_end(said, match.start())
            if not end:
                said, position = said[match.start() + 1 :].replace("(", " "), 0
                continue
            piece, position = said[match.start() + 1 : end - 1], end
        elif kind == "atom" and piece in '<>"':
            if piece == "<":
                rest = re.match(r"[^,;<>]*", said[position : position + 1000])
                piece, kind = f"<{rest.group() if rest else ''}>", "angle"
                position += len(piece) - 2
            else:
                kind, piece = "blank", " "
        yield kind, piece


def _is_open(piece: str) -> bool:
    """Whether the last quote is an escaped one."""
    inner = piece[:-1]
    return (len(inner) - len(inner.rstrip("\\"))) % 2 == 1


def _comment_end(said: str, start: int) -> int:
    depth, position = 0, start
    while match := _BRACKET.search(said, position):
        position = match.end()
        if match.group() == "\\":
            position += 1
        else:
            depth += 1 if match.group() == "(" else -1
            if not depth:
                return position
    return 0


def _address(email: str, name: str) -> Address | None:
    if not _QUOTED_LOCAL.fullmatch(email):
        email = "".join(email.split()).strip("<>\"'.,;")
    if email.lower().startswith(("mailto:", "smtp:")):
        email = email.partition(":")[2]
    if email.startswith("@") and ":" in email:
        email = email.rpartition(":")[2]  # a route, as they were before 1990
    if "=?" in email:
        email = headers.decoded(email)
    local, _, domain = email.rpartition("@")
    local = local.strip("'") if local.count("'") == 1 else local
    if local.startswith('"') and local.endswith('"') and re.fullmatch(r'"[\w.+-]+"', local):
        local = local[1:-1]
    email = unicodedata.normalize("NFC", f"{local}@{_domain(domain)}").lower()
    if (
        not local
        or email.endswith("@")
        or email.count("@") != 1
        or len(email) > LONGEST_EMAIL
        or not email.isprintable()
    ):
        return None
    name = " ".join(headers.decoded(name).split())
    name = "".join(letter for letter in unicodedata.normalize("NFC", name[: LONGEST_NAME * 2]) if letter.isprintable())
    name = name.strip("\"' ")[:LONGEST_NAME].strip()
    return Address(email, "" if name.lower().strip("<>") == email else name)


def _domain(domain: str) -> str:
    """The domain in its Unicode form."""
    domain = domain.strip(".'\"").lower()
    if "xn--" not in domain:
        return domain
    return ".".join(_label(label) for label in domain.split("."))


def _label(label: str) -> str:
    # A label of the DNS is at most 63 bytes; a longer one would only cost time.
    if not label.startswith("xn--") or len(label) > 63:
        return label
    try:
        return label[4:].encode("ascii").decode("punycode").lower() or label
    except (UnicodeError, ValueError, OverflowError):
        return label
