import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from aspa.kit.files import LONGEST_LIST, Receiving, Refused, receive, safe_inline, safe_name, store

MEGABYTE = 1024 * 1024


def picture(kind: str, size: tuple[int, int] = (30, 20), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def archive(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def refusal(content: bytes, name: str = "kuva.png", limit: int = MEGABYTE) -> str:
    with pytest.raises(Refused) as refused:
        receive([content], name=name, limit=limit)
    return refused.value.code


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_pictures_are_known_with_their_size(kind: str) -> None:
    received = receive([picture(kind)], name="kuva", limit=MEGABYTE)
    assert received.content_type == f"image/{kind.lower()}"
    assert (received.width, received.height) == (30, 20)
    assert safe_inline(received.content_type)
    assert received.file.read() == picture(kind)


def test_a_turned_photograph_has_the_size_it_is_shown_in() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    received = receive([picture("JPEG", exif=exif)], name="k.jpg", limit=MEGABYTE)
    assert (received.width, received.height) == (20, 30)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"%PDF-1.7\n...", "application/pdf"),
        ("Hei äiti\n".encode(), "text/plain"),
        (b"\xef\xbb\xbfnimi;hinta\r\n", "text/plain"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", "image/heic"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00", "video/mp4"),
        (b"\x00\x00\x00\x14ftypqt  \x00\x00", "video/quicktime"),
        (
            archive(word__document_dot_xml=b"<x/>"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (archive(mimetype=b"application/vnd.oasis.opendocument.text"), "application/vnd.oasis.opendocument.text"),
    ],
)
def test_other_files_are_known_and_never_shown_inline(content: bytes, content_type: str) -> None:
    received = receive([content], name="tiedosto", limit=MEGABYTE)
    assert (received.content_type, received.width) == (content_type, None)
    assert not safe_inline(content_type)


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b"\n <!DOCTYPE html>",
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"<svg onload=alert(1)>",
        b"MZ\x90\x00\x03\x00\x00\x00",
        b"\x7fELF\x02\x01\x01\x00",
        b"PK\x03\x04 broken",
        archive(photo_dot_png=b"x"),
        archive(word__document_dot_xml=b"x", word__vbaProject_dot_bin=b"x"),
        archive(mimetype=b"application/vnd.oasis.opendocument.text", Basic__x=b"x"),
        b"RIFF\x00\x00\x00\x00AVI LIST",
        b"plain, and then\x00not",
        "Hei".encode("utf-16"),
    ],
)
def test_disguised_and_unknown_files_are_refused(content: bytes) -> None:
    assert refusal(content) == "type"


def test_a_zip_is_not_unpacked_to_find_out_what_it_is() -> None:
    """Its list of names is read only as far as documents have one, and its kind only as documents write it."""
    many, packed = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(many, "w") as made:
        made.writestr("word/document.xml", b"")
        for number in range(LONGEST_LIST // 60_000 + 1):
            made.writestr(f"{number}{'x' * 60_000}", b"")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as made:
        made.writestr("mimetype", b"application/vnd.oasis.opendocument.text")
    assert [refusal(file.getvalue(), limit=3 * MEGABYTE) for file in (many, packed)] == ["type", "type"]


def test_a_page_with_the_head_of_a_picture_is_refused() -> None:
    assert refusal(b"GIF89a<script>alert(1)</script>") == "image"
    assert refusal(b"\x89PNG\r\n\x1a\n<script>alert(1)</script>") == "image"


def test_no_file_svg_or_page_is_safe_inline() -> None:
    assert not any(map(safe_inline, ["image/svg+xml", "text/html", "text/plain", "application/pdf", "image/heic", ""]))


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"") == "empty"


def test_a_file_is_refused_as_soon_as_it_is_too_large() -> None:
    with Receiving(limit=10) as receiving:
        receiving.write(b"x" * 10)
        with pytest.raises(Refused) as refused:
            receiving.write(b"x")
    assert refused.value.code == "too_large"


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be so large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(7100, 7100), (60000, 60000)])
def test_decompression_bombs_are_refused(size: tuple[int, int]) -> None:
    assert refusal(bomb(*size)) == "image"


@pytest.mark.parametrize(
    ("given", "content_type", "expected"),
    [
        ("Kuva äidistä.JPG", "image/jpeg", "Kuva äidistä.JPG"),
        ("../../etc/passwd", "text/plain", "passwd.txt"),
        ("C:\\Users\\ada\\lasku.pdf", "application/pdf", "lasku.pdf"),
        ("kuva.png.html", "image/png", "kuva.png.html.png"),
        ("", "image/png", "file.png"),
        ("...", "image/png", "file.png"),
        ("a\r\nSet-Cookie: x\x00\u202egpj.png", "image/png", "aSet-Cookie_ xgpj.png"),
        ("x" * 300 + ".png", "image/png", "x" * 116 + ".png"),
    ],
)
def test_names_are_made_safe(given: str, content_type: str, expected: str) -> None:
    assert safe_name(given, content_type) == expected


def test_files_are_stored_under_names_nobody_guesses(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    path = store(receive([picture("PNG")], name="salasanat.png", limit=MEGABYTE), "attachments")
    assert path.startswith("attachments/20")
    assert path.endswith(".png")
    assert "salasanat" not in path
    with default_storage.open(path) as opened:
        assert opened.read() == picture("PNG")


def test_a_picture_is_measured_without_being_unpacked() -> None:
    """A few kilobytes of PNG can be gigabytes of picture; judging them must not make them so."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 13_000, 13_000, 8, 6, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    bomb = start + chunk(b"IDAT", zlib.compress(bytes(MEGABYTE))) + chunk(b"IEND", b"")
    small, loaded = picture("PNG"), list[bool]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Image.Image, "load", lambda _: loaded.append(True))
        patch.setattr("PIL.ImageFile.ImageFile.load", lambda _: loaded.append(True))
        assert refusal(bomb) == "image"
        receive([small], name="kuva.png", limit=MEGABYTE).file.close()
    assert loaded == []
