"""Pictures that people send: small, upright, and never more of them in memory than one."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from aspa.kit import pictures
from aspa.kit.files import EXIF_ORIENTATION, Refused


def sent(kind: str, size: tuple[int, int], mode: str = "RGB", **more: Any) -> io.BytesIO:
    file = io.BytesIO()
    Image.new(mode, size).save(file, kind, **more)
    file.seek(0)
    return file


@pytest.mark.parametrize(
    ("kind", "mode", "becomes"), [("PNG", "RGBA", "RGBA"), ("GIF", "P", "RGB"), ("WEBP", "RGB", "RGB")]
)
def test_they_come_as_small_as_they_are_wanted(kind: str, mode: str, becomes: str) -> None:
    image = pictures.read(sent(kind, (900, 600), mode), 300)
    assert (image.size, image.mode) == ((300, 200), becomes)


def test_they_come_upright() -> None:
    turned = Image.Exif()
    turned[EXIF_ORIENTATION] = 6
    for kind in ("JPEG", "PNG", "WEBP"):
        assert pictures.read(sent(kind, (900, 600), exif=turned), 300).size == (200, 300)


def test_photos_may_be_larger_than_what_is_unpacked_whole() -> None:
    size = (6000, 4500)
    assert pictures.read(sent("JPEG", size, "L"), 300).size == (300, 225)
    with pytest.raises(Refused, match="pixels"):
        pictures.read(sent("PNG", size, "1"), 300)


def test_one_is_unpacked_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight of a hundred kilobytes each once took four gigabytes."""
    unpack, alone = pictures._small, []

    def watched(image: Image.Image, longest: int) -> Image.Image:
        alone.append(pictures._one_at_a_time.locked())
        return unpack(image, longest)

    monkeypatch.setattr(pictures, "_small", watched)
    pictures.read(sent("PNG", (30, 20)), 10)
    assert alone == [True]
