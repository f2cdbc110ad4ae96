"""From the tree of parts to what a person reads: the text, the HTML and the files."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

from django.utils.html import escape
from django.utils.translation import gettext as _

from aspa.channels.email.reading import (
    calendar,
    charsets,
    clearsigned,
    enriched,
    files,
    flowed,
    forwarded,
    html_text,
    rtf,
    smime,
    tnef,
    transfer,
)
from aspa.channels.email.reading.mail import File
from aspa.channels.email.reading.structure import Part, take_apart

# Of all texts of a mail together. What is longer is cut where it is shown, and kept as a file as well.
LONGEST_TEXT = 1_000_000  # bytes
LONGEST_HTML = 4_000_000
# Of mails that are signed as a whole, within each other or side by side: each is kept and opened, so it counts twice.
MOST_SIGNATURES = 2

_SHOWN = {
    "text/plain",
    "text/html",
    "text/enriched",
    "text/richtext",
    "text/rtf",
    "application/xhtml+xml",
    "text/markdown",
}
_DROPPED = {"text/x-amp-html", "text/watch-html", "application/applefile"}
_MAILS = {"message/rfc822", "message/global"}
_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}
_CALENDAR = {"text/calendar", "application/ics", "text/x-vcalendar"}
_SMIME = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_BINARY = re.compile(rb"%PDF-|PK\x03\x04|\x89PNG|\xff\xd8\xff|GIF8[79]a|\x00{4}")
_META = re.compile(
    rb"<meta\s[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})|<\?xml\s[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,40})",
    re.IGNORECASE,
)
_REALLY_HTML = re.compile(r"\s*(?:<!doctype\s+html|<html[\s>]|<head>|<body[\s>])", re.IGNORECASE)


@dataclasses.dataclass(slots=True)
class Segment:
    """A piece of what is read, in order. Either may be empty.

    `role`: body; "note" for what we say ourselves; "mark" for the place of a picture between texts.
    """

    plain: str = ""
    html: str = ""
    role: str = "body"


@dataclasses.dataclass(frozen=True, slots=True)
class Bodies:
    text: str
    html: str
    files: tuple[File, ...]


def bodies(part: Part) -> Bodies:
    reader = _Reader(part)
    segments = reader.read(part)
    text, html = _text(segments), _html(segments).replace("\x00", "")
    html, found = files.place(html, reader.files, reader.locations)
    return Bodies(text, html, tuple(found))


def _text(segments: list[Segment]) -> str:
    # What we say ourselves goes first: behind the text it could be taken for its signature.
    segments = sorted(segments, key=lambda segment: segment.role != "note")
    pieces = []
    bodies = [place for place, segment in enumerate(segments) if segment.role == "body"]
    for place, segment in enumerate(segments):
        if segment.role == "mark" and not (bodies and bodies[0] < place < bodies[-1]):
            continue
        plain = segment.plain if segment.plain.strip() or not segment.html else html_text.to_text(segment.html)
        if plain.strip():
            pieces.append(plain.strip("\n"))
    return "\n\n".join(pieces)[:LONGEST_TEXT]


def _html(segments: list[Segment]) -> str:
    """Of a mail without any HTML, none."""
    if not any(segment.html for segment in segments if segment.role == "body"):
        return ""
    return "\n".join(segment.html or _as_html(segment.plain) for segment in segments if segment.role != "note")


def _as_html(plain: str) -> str:
    return f'<div style="white-space: pre-wrap">{escape(plain)}</div>' if plain.strip() else ""


class _Reader:
    def __init__(self, root: Part) -> None:
        self.files: list[File] = []
        # Of files that have one, by their place among the files: the Content-Location.
        self.locations: dict[int, str] = {}
        self._has_body = False
        self._room_for_text, self._room_for_html = LONGEST_TEXT, LONGEST_HTML
        self._root = root
        self._signatures_opened = 0

    def read(self, part: Part, *, in_alternative: bool = False) -> list[Segment]:
        if part.is_whole:
            self._keep(part, part.source(), "message/rfc822", name="further-parts.eml")
            return []
        if not part.content_type.startswith("multipart/"):
            return self._leaf(part, in_alternative)
        subtype = part.content_type.partition("/")[2]
        readers: dict[str, Callable[[Part], list[Segment]]] = {
            "alternative": self._alternative,
            "related": self._related,
            "encrypted": self._encrypted,
            "digest": self._digest,
        }
        return readers.get(subtype, self._mixed)(part)

    def _mixed(self, part: Part) -> list[Segment]:
        found: list[Segment] = []
        for child in part.children:
            before = len(self.files)
            found += self.read(child)
            if child.main_type == "image" and len(self.files) == before + 1 and child.disposition != "attachment":
                found.append(self._mark(before))
        return found

    def _mark(self, place: int) -> Segment:
        """The place of a picture that stands between texts, as Apple Mail writes."""
        if not self.files[place].content_id:
            self.files[place] = dataclasses.replace(self.files[place], content_id=f"picture-{place + 1}@inline")
        file = self.files[place]
        return Segment(f"[{file.name}]", f'<img src="cid:{escape(file.content_id)}" alt="{escape(file.name)}">', "mark")

    def _alternative(self, part: Part) -> list[Segment]:
        plain, html, poorer = "", "", ""
        notes: list[Segment] = []
        for child in part.children:
            segments = self.read(child, in_alternative=True)
            notes += [segment for segment in segments if segment.role == "note"]
            segments = [segment for segment in segments if segment.role != "note"]
            if text := _html(segments):
                html = text
                plain = plain or "\n\n".join(
                    s.plain for s in segments if s.plain.strip() and s.html and s.role == "body"
                )
            elif child.content_type in ("text/enriched", "text/richtext", "text/rtf"):
                poorer = poorer or _text(segments)
            elif segments and not plain.strip():
                plain = _text(segments)
        if not plain.strip() and not html:
            plain = poorer
        return [*notes, Segment(plain, html)] if plain or html else notes

    def _related(self, part: Part) -> list[Segment]:
        start = part.parameters.get("start", "").strip("<> ")
        children = sorted(part.children, key=lambda child: child.content_id != start) if start else part.children
        found: list[Segment] = []
        for child in children:
            found += self.read(child)
        return found

    def _encrypted(self, part: Part) -> list[Segment]:
        for child in part.children:
            if child.content_type != "application/pgp-encrypted":
                self._keep(child, name=child.filename or "encrypted.asc")
        self._has_body = True
        return [_sealed()]

    def _digest(self, part: Part) -> list[Segment]:
        found: list[Segment] = []
        for child in part.children:
            if child.content_type in _MAILS:
                content = self._keep_mail(child)
                found.append(Segment(forwarded.line(content)))
            else:
                found += self.read(child)
        return found

    def _leaf(self, part: Part, in_alternative: bool) -> list[Segment]:
        content_type, name = part.content_type, part.filename.lower()
        if content_type in _DROPPED or part.is_empty_twin:
            return []
        if content_type == "application/pgp-encrypted":
            # Of a multipart/encrypted that a server took for another.
            return [_sealed()]
        if content_type in _MAILS:
            self._keep_mail(part)
            return []
        if content_type in _TNEF or name in ("winmail.dat", "win.dat"):
            return self._tnef(part)
        if content_type in _CALENDAR or name.endswith(".ics"):
            return self._invitation(part)
        if (content_type in _SMIME and not name.endswith(".p7s")) or name == "smime.p7m":
            return self._smime(part)
        if (content_type in _SHOWN or (part is self._root and part.main_type == "text")) and self._is_body(
            part, in_alternative
        ):
            return self._shown(part)
        self._keep(part)
        return []

    def _is_body(self, part: Part, in_alternative: bool) -> bool:
        """A text that isn't a file. "Attachment" alone doesn't make it one: some say so of everything."""
        if part.disposition == "attachment":
            return not part.filename and not self._has_body
        return not part.filename or in_alternative or not self._has_body

    def _shown(self, part: Part) -> list[Segment]:
        content = part.content()
        if _BINARY.match(content) and not content.startswith(b"\x00\x00\xfe\xff"):
            self._keep(part, content, files.ANYTHING)
            return []
        is_html = part.content_type in ("text/html", "application/xhtml+xml")
        room = self._room_for_html if is_html else self._room_for_text
        if len(content) > room:
            self._keep(part, content)
            content = content[:room]
        if is_html:
            self._room_for_html -= len(content)
        else:
            self._room_for_text -= len(content)
        segment = self._segment(part, content)
        if segment.plain.strip() or segment.html.strip():
            self._has_body = True
            return [segment]
        return []

    def _segment(self, part: Part, content: bytes) -> Segment:
        if part.content_type in ("text/html", "application/xhtml+xml"):
            return Segment(html=_html_text(content, part.charset))
        if part.content_type == "text/rtf":
            return _of_rtf(content)
        if part.content_type in ("text/enriched", "text/richtext"):
            return Segment(enriched.to_text(charsets.decode(content, part.charset)))
        content = self._without_uuencoded(content)
        plain = charsets.decode(content, part.charset)
        if _REALLY_HTML.match(plain):
            return Segment(html=_html_text(content, part.charset))
        plain = plain.replace("\r\n", "\n").replace("\r", "\n")
        if part.parameters.get("format", "").lower() == "flowed":
            plain = flowed.unwrapped(plain, delsp=part.parameters.get("delsp", "").lower() == "yes")
        if plain.lstrip().startswith("-----BEGIN PGP MESSAGE-----"):
            self._keep(part, content, files.ANYTHING, name="encrypted.asc")
            return _sealed()
        plain, signature = clearsigned.opened(plain)
        if signature:
            self.files.append(File("signature.asc", "application/pgp-signature", signature.encode()))
        return Segment(plain)

    def _without_uuencoded(self, content: bytes) -> bytes:
        if b"begin " not in content:
            return content
        pieces, position = [], 0
        for start, end, name, data in transfer.uuencoded(content):
            shown = files.safe_name(charsets.decode(name), files.ANYTHING, len(self.files) + 1)
            self.files.append(File(shown, files.type_of(shown), data))
            pieces.append(content[position:start])
            position = end
        return b"".join(pieces) + content[position:]

    def _tnef(self, part: Part) -> list[Segment]:
        content = part.content()
        opened = tnef.opened(content)
        if not opened:
            self._keep(part, content)
            return []
        for file in opened.files:
            self.files.append(
                File(
                    files.safe_name(file.name, file.content_type, len(self.files) + 1),
                    file.content_type if file.content_type != files.ANYTHING else files.type_of(file.name),
                    file.content,
                    file.content_id,
                )
            )
        notes = []
        if opened.meeting:
            meeting = opened.meeting
            notes = [Segment(calendar.described(meeting.title, meeting.start, meeting.end, meeting.where), role="note")]
        # Beside it stands the same as text, mostly.
        if self._has_body or not (opened.text.strip() or opened.html.strip() or opened.rtf):
            return notes
        self._has_body = True
        if opened.rtf and not opened.html.strip():
            return [*notes, _of_rtf(opened.rtf)]
        return [*notes, Segment(opened.text, opened.html)]

    def _invitation(self, part: Part) -> list[Segment]:
        content = part.content()
        # Google puts the same beside the text and as a file.
        if any(file.content_type == "text/calendar" and file.content.split() == content.split() for file in self.files):
            return []
        self._keep(part, content, "text/calendar", name=part.filename or "invite.ics")
        said = calendar.summary(content)
        return [Segment(said, role="note")] if said else []

    def _smime(self, part: Part) -> list[Segment]:
        content = part.content()
        self._keep(part, content)
        inner = smime.signed_content(content)
        if inner is None:
            self._has_body = True
            return [_sealed()]
        if self._signatures_opened == MOST_SIGNATURES:
            return []
        self._signatures_opened += 1
        return self.read(take_apart(inner, 0))

    def _keep_mail(self, part: Part) -> bytes:
        content = part.content()
        self._keep(part, content, name=part.filename or forwarded.name(content))
        return content

    def _keep(self, part: Part, content: bytes | None = None, content_type: str = "", name: str = "") -> None:
        file = files.file_of(part, len(self.files) + 1, content, content_type, name)
        if part.location:
            self.locations[len(self.files)] = part.location
        self.files.append(file)


def _sealed() -> Segment:
    return Segment(
        _("This mail is encrypted. Its content is in the attached file, and only who has the key can read it."),
        role="note",
    )


def _of_rtf(content: bytes) -> Segment:
    plain, html = rtf.read(content)
    return Segment(plain, html)


def _html_text(content: bytes, charset: str) -> str:
    meta = _META.search(content, 0, 5000)
    own = (meta[1] or meta[2]).decode("ascii", "replace") if meta else ""
    others = [own] if own and not own.lower().startswith(("utf-16", "utf-32", "ucs")) else []
    return charsets.decode(content, charset, others=others).replace("\r\n", "\n").replace("\r", "\n")
