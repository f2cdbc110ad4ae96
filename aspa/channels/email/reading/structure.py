"""The parts of a mail as a tree (RFC 2046), found by their places in the bytes: nothing is copied until it is read.

Bounded whatever the mail: what is too deep or too much isn't taken apart but kept as one file.
"""

from __future__ import annotations

import dataclasses
import re

from aspa.channels.email.reading import headers, transfer

DEEPEST = 20  # multiparts within each other
MOST_PARTS = 1000
# How often the bytes of a mail may be searched for boundaries, which real mail with its few levels never reaches.
MOST_PASSES = 12

_CLOSE = re.compile(rb"(--)?[ \t]*(?=[\r\n]|\Z)")
_LINE_END = re.compile(rb"[\r\n]")
# A line that looks like a boundary with a part's header behind it.
_LIKELY = re.compile(
    rb"^--([^\s\x00-\x1f][^\r\n]{0,80}?)[ \t]*\r?\nContent-[A-Za-z-]{2,30}:", re.MULTILINE | re.IGNORECASE
)


@dataclasses.dataclass(slots=True)
class Part:
    """A part: its header, and the place of its body in `buffer`. A multipart that was taken apart has children."""

    buffer: bytes
    # Where the header begins, and the body's first and last byte but one.
    outset: int
    start: int
    end: int
    fields: headers.Fields
    content_type: str = "text/plain"
    parameters: dict[str, str] = dataclasses.field(default_factory=dict)
    disposition: str = ""
    filename: str = ""
    encoding: str = ""
    content_id: str = ""
    location: str = ""
    children: list[Part] = dataclasses.field(default_factory=list)
    # A multipart that isn't taken apart: too deep, too many.
    is_whole: bool = False
    # A multipart whose boundary is that of the one around it, so that its parts seem to come behind it.
    is_empty_twin: bool = False

    @property
    def charset(self) -> str:
        return self.parameters.get("charset", "")

    @property
    def main_type(self) -> str:
        return self.content_type.partition("/")[0]

    def field(self, name: str) -> bytes:
        return next((value for key, value in self.fields if key == name), b"")

    def content(self) -> bytes:
        """The body, decoded from its transfer encoding."""
        return transfer.decode(self.buffer, self.start, self.end, self.encoding)

    def source(self) -> bytes:
        """Header and body as they came."""
        return self.buffer[self.outset : self.end]


def take_apart(raw: bytes, start: int) -> Part:
    """The tree of the mail whose header begins at `start`."""
    splitter = _Splitter(len(raw) * MOST_PASSES + 1_000_000)
    return splitter.part(raw, start, len(raw), "text/plain", 0, "")


class _Splitter:
    def __init__(self, bytes_to_search: int) -> None:
        self._left = bytes_to_search
        self._parts = 0

    def part(self, buffer: bytes, start: int, end: int, default_type: str, depth: int, boundary_around: str) -> Part:
        self._parts += 1
        fields, body = headers.read(buffer, start, end)
        part = Part(buffer, start, body, end, fields, default_type)
        _describe(part)
        if self._is_multipart(part):
            self._split(part, depth, boundary_around)
        return part

    def _is_multipart(self, part: Part) -> bool:
        if part.content_type.startswith("multipart/"):
            return True
        # Some say of a multipart that it is HTML, and its boundary says otherwise.
        boundary = part.parameters.get("boundary", "").encode("utf-8", "replace")
        if boundary and part.main_type == "text" and part.buffer.startswith(b"--" + boundary, part.start, part.end):
            part.content_type = "multipart/mixed"
            return True
        return False

    def _split(self, part: Part, depth: int, boundary_around: str) -> None:
        spans, boundary = self._spans(part)
        if not spans and depth < 2 and part.encoding in ("base64", "quoted-printable"):
            # Forbidden, and done: the whole multipart is encoded. Not deeper, since each such level is a copy.
            part.buffer, part.encoding = part.content(), ""
            part.outset, part.start, part.end = 0, 0, len(part.buffer)
            spans, boundary = self._spans(part)
        if not spans:
            # Its parts can't be told apart: what stands there is shown.
            part.is_empty_twin = bool(boundary) and boundary == boundary_around
            if not part.is_empty_twin:
                part.content_type = "text/plain"
            return
        if depth >= DEEPEST or self._left <= 0:
            part.is_whole = True
            return
        default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
        for start, end in spans:
            if self._parts >= MOST_PARTS:
                rest = Part(part.buffer, start, start, spans[-1][1], [], "multipart/mixed", is_whole=True)
                part.children.append(rest)
                break
            part.children.append(self.part(part.buffer, start, end, default, depth + 1, boundary))
        _adopt(part)

    def _spans(self, part: Part) -> tuple[list[tuple[int, int]], str]:
        """Where the parts begin and end, by the declared boundary or, where it isn't found, by a likely one."""
        boundary = part.parameters.get("boundary", "")
        spans = self._between(part, boundary.encode("utf-8", "replace")) if boundary else []
        if not spans and (likely := _LIKELY.search(part.buffer, part.start, min(part.end, part.start + 100_000))):
            boundary = likely[1].decode("utf-8", "replace")
            spans = self._between(part, likely[1])
        return spans, boundary

    def _between(self, part: Part, boundary: bytes) -> list[tuple[int, int]]:
        self._left -= part.end - part.start
        spans: list[tuple[int, int]] = []
        begin = -1
        mark, at = b"--" + boundary.rstrip(), part.start
        while (at := part.buffer.find(mark, at, part.end)) >= 0:
            close = _CLOSE.match(part.buffer, at + len(mark), part.end)
            if not close or (at > part.start and part.buffer[at - 1] not in b"\r\n"):
                # Elsewhere in its line there can be none either.
                line_end = _LINE_END.search(part.buffer, at, part.end)
                at = line_end.end() if line_end else part.end
                continue
            if begin >= 0 and at > begin:
                spans.append((begin, _line_end_before(part.buffer, begin, at)))
            # After the end a part may follow nevertheless, where somebody put several mails together.
            begin = -1 if close[1] else _next_line(part.buffer, close.end(), part.end)
            at = close.end()
        if 0 <= begin < part.end:
            spans.append((begin, part.end))
        return spans


def _adopt(part: Part) -> None:
    """Give the twin its parts back: the texts that follow it."""
    twin = next((child for child in part.children if child.is_empty_twin), None)
    if not twin:
        return
    place = part.children.index(twin) + 1
    while place < len(part.children) and part.children[place].main_type in ("text", "multipart"):
        twin.children.append(part.children.pop(place))


def _line_end_before(buffer: bytes, start: int, at: int) -> int:
    """The end of a part without the line end that belongs to the boundary behind it."""
    if at - 1 > start and buffer[at - 2 : at] == b"\r\n":
        return at - 2
    return max(start, at - 1)


def _next_line(buffer: bytes, at: int, end: int) -> int:
    found = buffer.find(b"\n", at, end)
    return found + 1 if found >= 0 else end


_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,80}/[a-z0-9][a-z0-9!#$&^_.+-]{0,120}")
_ENCODINGS = {
    "base-64": "base64",
    "quotedprintable": "quoted-printable",
    "uuencode": "x-uuencode",
    "x-uue": "x-uuencode",
}
_ENCODINGS |= {"uue": "x-uuencode", "quoted printable": "quoted-printable", "b": "base64", "q": "quoted-printable"}


def _describe(part: Part) -> None:
    name = ""
    seen: set[str] = set()
    for key, value in part.fields:
        if not key.startswith("content-") or key in seen:
            continue
        seen.add(key)
        said = headers.unfolded(value)
        if key == "content-type":
            content_type, part.parameters = headers.parameters(said)
            content_type = content_type.split(None, 1)[0] if content_type else ""
            if _TYPE.fullmatch(content_type):
                part.content_type = content_type
            elif content_type == "text" or not content_type:
                part.content_type = "text/plain"
            elif content_type == "html":
                part.content_type = "text/html"
            else:
                part.content_type = "text/plain" if part.charset else "application/octet-stream"
            name = part.parameters.get("name", "") or part.parameters.get("file", "")
        elif key == "content-disposition":
            part.disposition, parameters = headers.parameters(said)
            part.filename = parameters.get("filename", "") or parameters.get("name", "")
        elif key == "content-transfer-encoding":
            encoding = re.split(r"[;\s(]", said.strip().strip("\"'").lower(), maxsplit=1)[0]
            part.encoding = _ENCODINGS.get(encoding) or _ENCODINGS.get(said.strip().lower()) or encoding
        elif key == "content-id":
            part.content_id = said.strip().strip("<>").strip()[:500]
        elif key == "content-location":
            part.location = "".join(headers.decoded(said).strip('"<> ').split())[:2000]
    part.filename = part.filename or name
