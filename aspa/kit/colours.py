"""Colours of brands, "#rrggbb"."""

from __future__ import annotations

LIGHT, DARK = "#ffffff", "#10201b"
# The least contrast of text (WCAG 2.2, 1.4.3).
TEXT = 4.5


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink_on(ground: str) -> str:
    """The better readable of the light and the dark ink on this ground."""
    return max((LIGHT, DARK), key=lambda ink: contrast(ink, ground))


def readable(colour: str, ground: str) -> str:
    """The colour itself where it can be read on this ground (4.5:1), else mixed with ink until it can."""
    ink = ink_on(ground)
    for part in range(0, 101, 5):
        mixed = _mixed(colour, ink, part / 100)
        if contrast(mixed, ground) >= TEXT:
            return mixed
    return ink


def _mixed(colour: str, other: str, part: float) -> str:
    pairs = ((int(colour[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(one + (two - one) * part):02x}" for one, two in pairs)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
