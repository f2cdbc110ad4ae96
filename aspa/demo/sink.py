"""Where the demo's letters end: files in a folder, to be looked at with any mail program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aspa.kit import clock

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session


class Sink:
    """An SMTP server's handler that takes everything and passes nothing on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{clock.now():%Y%m%d-%H%M%S-%f}.eml"
        (self.folder / name).write_bytes(envelope.original_content or b"")
        return f"250 Kept as {name}"
