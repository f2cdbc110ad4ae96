"""Mails within a mail: what to call them."""

from __future__ import annotations

from aspa.channels.email.reading import headers


def name(content: bytes) -> str:
    """A file name for an attached mail: its subject."""
    subject = _field(content, "subject").replace("/", "-").replace("\\", "-")
    return f"{subject[:80].strip()}.eml" if subject else "message.eml"


def line(content: bytes) -> str:
    """An attached mail in one line, for a list of them."""
    return " – ".join(filter(None, [_field(content, "subject"), _field(content, "from")]))[:300]


def _field(content: bytes, name: str) -> str:
    fields, _ = headers.read(content, 0, min(len(content), headers.LARGEST_BLOCK))
    return headers.text(next((value for key, value in fields if key == name), b""))
