"""The content of a mail that is signed as a whole (S/MIME, RFC 5652 and 8551): it is readable by everybody.

Only so much ASN.1 (X.690) as leads to the content; whether the signature is good isn't looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_DEEPEST = 12
_MOST_ELEMENTS = 100_000

_SEQUENCE, _OID, _OCTETS, _OCTETS_IN_PIECES, _EXPLICIT = 0x30, 0x06, 0x04, 0x24, 0xA0

# (tag, start of the content, its end); the end is -1 when only a mark tells it.
_Element = tuple[int, int, int]


def signed_content(data: bytes) -> bytes | None:
    """The mail within, None when there is none: then it is encrypted, or broken."""
    try:
        outer = _expect(_elements(data, 0, len(data)), _SEQUENCE)
        kind, wrapped = _two(_inside(data, outer))
        if kind[0] != _OID or data[kind[1] : kind[2]] != _SIGNED_DATA or wrapped[0] != _EXPLICIT:
            return None
        signed = _expect(_inside(data, wrapped), _SEQUENCE)
        fields = _inside(data, signed)
        next(fields), next(fields)  # the version, the digest algorithms
        content = _inside(data, _expect(fields, _SEQUENCE))
        next(content)  # the type of the content
        octets = next(_inside(data, _expect(content, _EXPLICIT)))
        return _octets(data, octets)
    except (IndexError, ValueError, StopIteration):
        return None


def _octets(data: bytes, element: _Element) -> bytes:
    tag, start, end = element
    if tag == _OCTETS:
        return data[start:end]
    if tag != _OCTETS_IN_PIECES:
        raise ValueError
    return b"".join(data[piece[1] : piece[2]] for piece in _inside(data, element) if piece[0] == _OCTETS)


def _expect(elements: Iterator[_Element], tag: int) -> _Element:
    element = next(elements)
    if element[0] != tag:
        raise ValueError
    return element


def _two(elements: Iterator[_Element]) -> tuple[_Element, _Element]:
    return next(elements), next(elements)


def _inside(data: bytes, element: _Element) -> Iterator[_Element]:
    return _elements(data, element[1], element[2])


def _elements(data: bytes, at: int, end: int, depth: int = 0) -> Iterator[_Element]:
    """The elements that stand after each other, up to `end` or an end mark."""
    if depth > _DEEPEST:
        raise ValueError
    for _ in range(_MOST_ELEMENTS):
        if (0 <= end <= at) or data[at : at + 2] == b"\x00\x00":
            return
        tag, start, finish = _element(data, at)
        yield tag, start, finish
        at = finish if finish >= 0 else _behind(data, start, depth)
    raise ValueError


def _element(data: bytes, at: int) -> _Element:
    tag, length = data[at], data[at + 1]
    if tag & 0x1F == 0x1F:
        raise ValueError  # a tag of several bytes, which CMS doesn't use
    if length == 0x80:
        return tag, at + 2, -1
    if length < 0x80:
        return tag, at + 2, min(at + 2 + length, len(data))
    size = length & 0x7F
    if size > 4:
        raise ValueError
    start = at + 2 + size
    return tag, start, min(start + int.from_bytes(data[at + 2 : start], "big"), len(data))


def _behind(data: bytes, start: int, depth: int) -> int:
    """Where an element ends that only its end mark ends."""
    at = start
    for _tag, inner, finish in _elements(data, start, -1, depth + 1):
        at = finish if finish >= 0 else _behind(data, inner, depth + 1)
    return at + 2
