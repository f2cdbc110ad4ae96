"""Files that people send: judged by their bytes, never by what they say they are."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import IO

from django.core.files import File
from django.core.files.storage import default_storage
from PIL import Image

from aspa.kit import clock, ids

IN_MEMORY = 1024 * 1024  # bytes; more goes to a temporary file
LONGEST_NAME = 120  # characters
LONGEST_ENDING = 10  # characters
LONGEST_LIST = 1024 * 1024  # bytes, of a ZIP's names: more than twenty thousand
MOST_PIXELS = 50_000_000  # a small file may unpack to gigabytes of picture
EXIF_ORIENTATION = 0x0112

# Content types that are taken, each with the endings its names may have; the first is given when none fits.
ALLOWED: dict[str, tuple[str, ...]] = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif"),
    "application/pdf": (".pdf",),
    "text/plain": (".txt", ".csv", ".log"),
    "audio/mpeg": (".mp3",),
    "audio/mp4": (".m4a",),
    "audio/ogg": (".ogg", ".oga", ".opus"),
    "video/mp4": (".mp4", ".m4v"),
    "video/quicktime": (".mov",),
    "video/webm": (".webm",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
}
ANYTHING = "application/octet-stream"
INLINE = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}

_MAGIC = [
    (rb"\x89PNG\r\n\x1a\n", "image/png"),
    (rb"\xff\xd8\xff", "image/jpeg"),
    (rb"GIF8[79]a", "image/gif"),
    (rb"RIFF....WEBP", "image/webp"),
    (rb"....ftyp(?:hei[cxms]|he[vi]c|mif1|msf1)", "image/heic"),
    (rb"....ftypqt  ", "video/quicktime"),
    (rb"....ftypM4[AB] ", "audio/mp4"),
    (rb"....ftyp(?:iso[2-9m]|mp4[12]|avc1|M4V |3gp.|dash|MSNV)", "video/mp4"),
    (rb"%PDF-\d", "application/pdf"),
    (rb"\x1aE\xdf\xa3", "video/webm"),
    (rb"OggS", "audio/ogg"),
    (rb"ID3|\xff[\xfb\xf3\xf2]", "audio/mpeg"),
]
_OFFICE = {"word/document.xml": "wordprocessingml.document", "xl/workbook.xml": "spreadsheetml.sheet"}
_MARKUP = re.compile(r"\s*<(?:!|\?|[a-z])", re.IGNORECASE)


class Refused(ValueError):
    """A file that is not taken. code: empty | too_large | type | image."""

    def __init__(self, code: str) -> None:
        super().__init__(f"The file is refused: {code}.")
        self.code = code


@dataclass(frozen=True)
class Received:
    """A file that was found good. width and height are those of a picture as it is shown, in pixels."""

    name: str
    content_type: str
    size: int
    width: int | None
    height: int | None
    file: IO[bytes]


class Receiving:
    """A file while it streams in. To be closed, or used in a `with`, once the outcome is stored."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._file: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115

    def write(self, chunk: bytes) -> None:
        """Raises Refused as soon as the file is larger than its limit in bytes."""
        self._size += len(chunk)
        if self._size > self._limit:
            raise Refused("too_large")
        self._file.write(chunk)

    def finish(self, name: str) -> Received:
        """Judge the file. Raises Refused."""
        if not self._size:
            raise Refused("empty")
        content_type = sniff(self._file)
        if content_type is None:
            raise Refused("type")
        width, height = dimensions(self._file, content_type)
        self._file.seek(0)
        return Received(safe_name(name, content_type), content_type, self._size, width, height, self._file)

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Receiving:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def receive(chunks: Iterable[bytes], *, name: str, limit: int) -> Received:
    """The file that the chunks make up. Raises Refused."""
    receiving = Receiving(limit)
    try:
        for chunk in chunks:
            receiving.write(chunk)
        return receiving.finish(name)
    except BaseException:
        receiving.close()
        raise


def take(content: bytes, *, name: str) -> Received:
    """The file whatever it is: for channels where nobody can be asked to send it in another form.

    What isn't one of ALLOWED is ANYTHING, which is only ever downloaded.
    """
    file: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
    file.write(content)
    content_type = sniff(file) or ANYTHING
    try:
        width, height = dimensions(file, content_type)
    except Refused:
        content_type, width, height = ANYTHING, None, None
    file.seek(0)
    return Received(safe_name(name, content_type), content_type, len(content), width, height, file)


def store(received: Received, folder: str) -> str:
    """Put the file into the storage under a name that can't be guessed; returns that path and closes the file."""
    ending = ALLOWED.get(received.content_type, ("",))[0]
    path = f"{folder}/{clock.now():%Y/%m}/{ids.new_token()}{ending}"
    with received.file:
        return default_storage.save(path, File(received.file))


def sniff(file: IO[bytes]) -> str | None:
    """The content type that the bytes show; None when it isn't one that is taken."""
    file.seek(0)
    head = file.read(64)
    for magic, content_type in _MAGIC:
        if re.match(magic, head, re.DOTALL):
            return content_type
    if head.startswith(b"PK\x03\x04"):
        return _sniff_document(file)
    return "text/plain" if _is_plain_text(file) else None


def _sniff_document(file: IO[bytes]) -> str | None:
    """An office document; anything else in a ZIP, and what carries macros, is not taken."""
    try:
        with zipfile.ZipFile(_Listed(file)) as archive:
            names = set(archive.namelist())
            kind = _kind_named(archive) if "mimetype" in names else ""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError):
        return None
    if any(name.endswith("vbaProject.bin") or name.startswith(("Basic/", "Scripts/")) for name in names):
        return None
    if kind in ALLOWED:
        return kind
    for name, suffix in _OFFICE.items():
        if name in names:
            return f"application/vnd.openxmlformats-officedocument.{suffix}"
    return None


def _kind_named(archive: zipfile.ZipFile) -> str:
    """Never packed (ODF 1.3 part 2, 3.3); whoever packs it has an unpacker of hundreds of megabytes in mind."""
    info = archive.getinfo("mimetype")
    return archive.open(info).read(100).decode("ascii") if info.compress_type == zipfile.ZIP_STORED else ""


class _Listed:
    """A ZIP whose list of names is as long as documents have them: Python reads the whole of it at once, and of twenty
    megabytes it makes three hundred."""

    def __init__(self, file: IO[bytes]) -> None:
        self.seek, self.tell, self.seekable, self._read = file.seek, file.tell, file.seekable, file.read

    def read(self, size: int = -1) -> bytes:
        if size > LONGEST_LIST:
            raise zipfile.BadZipFile("That is no document.")
        return self._read(size)


def _is_plain_text(file: IO[bytes]) -> bool:
    """UTF-8 without control characters, and not a page or drawing that could carry scripts."""
    file.seek(0)
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not _MARKUP.match(text) and not re.search(r"[\x00-\x08\x0e-\x1f]", text)


def dimensions(file: IO[bytes], content_type: str) -> tuple[int | None, int | None]:
    """Width and height of a picture as shown, (None, None) of other files. Raises Refused for a broken or huge one."""
    if content_type not in INLINE:
        return None, None
    file.seek(0)
    try:
        with Image.open(file, formats=[INLINE[content_type]]) as image:
            width, height = image.size
            # Not the format's own getexif: a PNG's would unpack the whole picture, however large, to look at its end.
            turned = Image.Image.getexif(image).get(EXIF_ORIENTATION, 1) in (5, 6, 7, 8)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Refused("image") from error
    if not 0 < width * height <= MOST_PIXELS:
        raise Refused("image")
    return (height, width) if turned else (width, height)


def safe_name(name: str, content_type: str) -> str:
    """A name to show and to save under: no folders, no tricks, an ending that tells the truth."""
    name = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    name = "".join("_" if letter in '<>:"|?*%' else letter for letter in name if letter.isprintable())
    name = name.strip(". ") or "file"
    endings = ALLOWED.get(content_type, ("",))
    if not name.lower().endswith(endings):
        name += endings[0]
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > LONGEST_ENDING:
        return name[:LONGEST_NAME]
    return stem[: LONGEST_NAME - len(ending) - 1] + dot + ending


def safe_inline(content_type: str) -> bool:
    """Whether a browser may show it within our pages; everything else is downloaded."""
    return content_type in INLINE
