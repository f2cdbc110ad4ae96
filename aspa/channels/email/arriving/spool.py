"""The content of a mail while it streams in by SMTP or LMTP: on disk as soon as it is large, never whole in memory."""

from __future__ import annotations

import asyncio
import hashlib
from tempfile import SpooledTemporaryFile
from typing import IO

IN_MEMORY = 256 * 1024  # bytes
BLOCK = 256 * 1024
END = b"\r\n.\r\n"


class Spool:
    """`file` begins with `trace`; `digest` and `limit` (bytes) are about the rest, which is what the sender sent."""

    def __init__(self, trace: bytes, limit: int) -> None:
        self.file: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
        self.file.write(trace)
        self.is_too_large = False
        # The disk is full, most likely. What comes is thrown away until its end.
        self.is_broken = False
        self._digest = hashlib.sha256()
        self._room = limit

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()

    async def read_from(self, reader: asyncio.StreamReader) -> None:
        """Take what stands before the line with the single dot. Raises ConnectionResetError when that never comes."""
        # The line that said DATA ended just before.
        waiting, is_first = b"\r\n", True
        while True:
            block = await reader.read(BLOCK)
            if not block:
                raise ConnectionResetError("The sender left in the middle of a mail.")
            waiting += block
            end = waiting.find(END)
            # A dot that begins a line is doubled on the way (RFC 5321 4.5.2): never cut between a line's end and it.
            cut = end + 2 if end >= 0 else self._cut(waiting)
            self._write(waiting[:cut].replace(b"\r\n.", b"\r\n")[2 if is_first and cut else 0 :])
            is_first = is_first and not cut
            if end >= 0:
                if rest := waiting[end + len(END) :]:
                    # Commands that the sender didn't wait with. The reader is empty: all of it was in `block`.
                    reader.feed_data(rest)
                return
            waiting = waiting[cut:]

    def _cut(self, waiting: bytes) -> int:
        """As far as it can be written without knowing what follows."""
        last = waiting.rfind(b"\r\n")
        if last >= 0 and len(waiting) - last < BLOCK:
            return last
        # Within a line that is longer than any real one; a line's end may have begun in its last byte.
        return len(waiting) - len(END)

    def _write(self, data: bytes) -> None:
        self._room -= len(data)
        self.is_too_large = self.is_too_large or self._room < 0
        if self.is_too_large or self.is_broken:
            return
        self._digest.update(data)
        try:
            self.file.write(data)
        except OSError:
            self.is_broken = True

    def close(self) -> None:
        self.file.close()

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
