"""The files of a mail: their names, types, and which of them its HTML shows in place."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import mimetypes
import re
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import unquote, unquote_to_bytes, urljoin

from aspa.channels.email.reading.mail import File
from aspa.channels.email.reading.structure import Part
from aspa.kit.files import ALLOWED

LONGEST_NAME = 120  # characters
LONGEST_ENDING = 10
# A picture within the HTML itself becomes a file from this length on, in characters; smaller ones are left there.
LARGE_DATA = 2000

ANYTHING = "application/octet-stream"
_ENDINGS = {
    "application/pgp-encrypted": ".asc",
    "application/pgp-signature": ".asc",
    "application/pgp-keys": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
    "application/ms-tnef": ".dat",
    "image/jpg": ".jpg",
    "image/jpeg": ".jpg",
    "image/heic": ".heic",
    "image/webp": ".webp",
    "message/delivery-status": ".txt",
    "message/global-delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "message/feedback-report": ".txt",
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "message/partial": ".eml",
    "text/calendar": ".ics",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/rfc822-headers": ".txt",
    "text/rtf": ".rtf",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "text/directory": ".vcf",
    "text/csv": ".csv",
    "text/xml": ".xml",
}
_STEMS = {
    "message/delivery-status": "delivery-status",
    "message/feedback-report": "feedback-report",
    "message/rfc822": "message",
    "text/calendar": "invite",
    "text/rfc822-headers": "headers",
    "application/pgp-signature": "signature",
    "application/pkcs7-signature": "smime",
    "application/x-pkcs7-signature": "smime",
    "application/pkcs7-mime": "smime",
    "application/x-pkcs7-mime": "smime",
}

# Not the system's own tables: the same mail is to read the same on every machine.
_KNOWN = mimetypes.MimeTypes()
_TYPES = {ending: content_type for content_type, endings in ALLOWED.items() for ending in endings}
_TYPES |= {
    ".ics": "text/calendar",
    ".eml": "message/rfc822",
    ".asc": ANYTHING,
    ".csv": "text/csv",
    ".log": "text/plain",
}

_SOURCE = re.compile(
    r"""(?P<before> \s (?:src|background) \s*=\s* ) (?: "(?P<double>[^"]*)" | '(?P<single>[^']*)' )""",
    re.IGNORECASE | re.VERBOSE,
)
_CID = re.compile(r"cid:([^\"'\s<>)]{1,500})", re.IGNORECASE)
_BASE = re.compile(r"<base\s[^>]{0,200}?href\s*=\s*[\"']?([^\"'\s>]{1,2000})", re.IGNORECASE)
_DATA = re.compile(r"data:(image/(?:png|jpe?g|gif|webp))((?:;[\w=.-]{1,40}){0,3}?)(;base64)?,", re.IGNORECASE)


def file_of(part: Part, number: int, content: bytes | None = None, content_type: str = "", name: str = "") -> File:
    """The part as a file; `number` names one that has no name. What is given goes before what the part says."""
    content_type = content_type or part.content_type
    name = safe_name(name or part.filename, content_type, number)
    if content_type in (ANYTHING, "application/x-unknown", "application/download", "application/force-download"):
        content_type = type_of(name)
    return File(name, content_type, part.content() if content is None else content, part.content_id)


def type_of(name: str) -> str:
    """The content type that an ending stands for."""
    ending = PurePosixPath(name.lower()).suffix
    return _TYPES.get(ending) or _KNOWN.guess_type(f"file{ending}")[0] or ANYTHING


def safe_name(name: str, content_type: str, number: int) -> str:
    """The name without folders, controls and tricks; one made up where there is none."""
    # As much as may matter: names of megabytes exist.
    name = unicodedata.normalize("NFC", name[-2000:]).replace("\\", "/")
    name = PurePosixPath(name).name
    name = "".join("_" if letter in '<>:"|?*' else letter for letter in name if letter.isprintable()).strip(". ")
    if not name:
        stem = _STEMS.get(content_type) or content_type.partition("/")[0].replace("application", "attachment")
        return f"{stem}-{number}{_ending(content_type)}" if content_type not in _STEMS else stem + _ending(content_type)
    stem, dot, ending = name.rpartition(".")
    if dot and len(ending) <= LONGEST_ENDING:
        return stem[: LONGEST_NAME - len(ending) - 1] + dot + ending
    name = name[: LONGEST_NAME - LONGEST_ENDING]
    return name if content_type == ANYTHING else name + _ending(content_type)


def _ending(content_type: str) -> str:
    return _ENDINGS.get(content_type) or _KNOWN.guess_extension(content_type) or ".bin"


def place(html: str, files: list[File], locations: dict[int, str]) -> tuple[str, list[File]]:
    """The HTML and the files with what it shows in place: by cid, by Content-Location, and out of the HTML itself.

    `locations`: of some files, by their place in the list, the Content-Location of their part.
    """
    if not html:
        return html, files
    by_location = _by_location(html, files, locations) if locations else {}
    if by_location or "data:image/" in html or "DATA:" in html:
        base = _base(html)
        html = _SOURCE.sub(lambda match: _source(match, by_location, base, files), html)
    named = {unquote(cid).lower() for cid in _CID.findall(html)}
    return html, [
        dataclasses.replace(file, is_inline=True) if file.content_id and file.content_id.lower() in named else file
        for file in files
    ]


def _by_location(html: str, files: list[File], locations: dict[int, str]) -> dict[str, str]:
    """Content-Location → cid; the files that have none are given one."""
    base = _base(html)
    found = {}
    for index, location in locations.items():
        if not files[index].content_id:
            files[index] = dataclasses.replace(files[index], content_id=f"location-{index + 1}@inline")
        found[_absolute(base, location) if base else location] = files[index].content_id
    return found


def _base(html: str) -> str:
    match = _BASE.search(html, 0, 20_000)
    return match[1] if match else ""


def _source(match: re.Match[str], by_location: dict[str, str], base: str, files: list[File]) -> str:
    url = match["double"] if match["double"] is not None else match["single"]
    if url[:5].lower() == "data:":
        cid = _from_data(url, files) if len(url) >= LARGE_DATA else ""
    elif not by_location or len(url) > 2000 or url[:4].lower() == "cid:":
        cid = ""
    else:
        cid = by_location.get(url.strip()) or (by_location.get(_absolute(base, url.strip())) if base else None) or ""
    return f'{match["before"]}"cid:{cid}"' if cid else match.group()


def _absolute(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return url


def _from_data(url: str, files: list[File]) -> str:
    """Make a file of a picture that stands in the HTML; returns its cid, or empty when it can't be read."""
    match = _DATA.match(url)
    if not match:
        return ""
    data = url[match.end() :].encode("ascii", "ignore")
    try:
        content = base64.b64decode(data.replace(b"%2B", b"+").replace(b"%2F", b"/").replace(b"%3D", b"="))
    except (binascii.Error, ValueError):
        return ""
    if not match[3]:
        content = unquote_to_bytes(data)
    number = len(files) + 1
    content_type = match[1].lower().replace("/jpg", "/jpeg")
    cid = f"data-{number}@inline"
    files.append(File(safe_name("", content_type, number), content_type, content, cid, is_inline=True))
    return cid
