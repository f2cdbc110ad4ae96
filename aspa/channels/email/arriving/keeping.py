"""Raw mail is made durable before anything is understood; only then is it acknowledged to whoever brought it."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import shutil
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import DatabaseError, IntegrityError, InterfaceError, transaction

from aspa.channels.email.models import Arrival
from aspa.core.conversations.rows import insert_instances
from aspa.kit import clock, ids

# Set when mail has been kept, for the thread of this process that handles it (`running.py`).
NEWS = threading.Event()

TRIES = 3
BLOCK = 1024 * 1024  # bytes

_syncing = ThreadPoolExecutor(16, thread_name_prefix="mail-sync")


@dataclasses.dataclass(frozen=True, slots=True)
class Coming:
    """A mail on our doorstep. `source`: as on `Arrival`. `mail_from` is None where the envelope isn't known.

    `peer`, `helo`: the address and the greeting of an outside server that brought it to our own receiver; else empty.
    `failure`: why it can't be handled, for the error queue; it is kept all the same.
    """

    inbox_id: int
    source: str
    content: bytes | IO[bytes]
    mail_from: str | None = None
    mail_to: tuple[str, ...] = ()
    failure: str = ""
    peer: str = ""
    helo: str = ""

    @property
    def envelope(self) -> dict[str, Any]:
        """As on `Arrival`."""
        said = {"from": self.mail_from, "to": list(self.mail_to)}
        return {**said, "peer": self.peer, "helo": self.helo} if self.peer else said


class TryLater(Exception):
    """Nothing is lost and nothing promised: the disk is full, or the database is away."""


def keep(comings: Sequence[Coming]) -> None:
    """Keep all of them in one commit; those that were kept before change nothing. Raises TryLater."""
    try:
        for tries in range(1, TRIES + 1):
            try:
                return _keep(comings)
            except IntegrityError:
                # Another process kept one of them at the same moment: now it is known.
                if tries == TRIES:
                    raise
    except (OSError, DatabaseError, InterfaceError) as problem:
        raise TryLater(f"{type(problem).__name__}: {problem}"[:300]) from problem


def source_of(content: bytes | IO[bytes], recipient: str) -> str:
    """The source of a mail that has no number where it comes from: "sha256:…" of its bytes and the recipient."""
    digest = hashlib.sha256(recipient.lower().encode() + b"\0")
    if isinstance(content, bytes):
        digest.update(content)
    else:
        content.seek(0)
        while block := content.read(BLOCK):
            digest.update(block)
    return f"sha256:{digest.hexdigest()}"


def _keep(comings: Sequence[Coming]) -> None:
    by_key = {(coming.inbox_id, coming.source): coming for coming in comings}
    known = Arrival.objects.filter(
        inbox_id__in={inbox_id for inbox_id, _ in by_key}, source__in={source for _, source in by_key}
    )
    fresh = [by_key[key] for key in by_key.keys() - set(known.values_list("inbox_id", "source"))]
    if not fresh:
        return
    fresh.sort(key=list(by_key.values()).index)
    now = clock.now()
    names = {_name(coming): coming for coming in fresh}
    sizes = _write({name: coming.content for name, coming in names.items()})
    rows = [
        Arrival(
            inbox_id=coming.inbox_id,
            source=coming.source,
            envelope=coming.envelope,
            raw=name,
            size=sizes[name],
            state=Arrival.State.FAILED if coming.failure else Arrival.State.NEW,
            detail=coming.failure[:300],
            received_at=now,
        )
        for name, coming in names.items()
    ]
    with transaction.atomic():
        insert_instances(rows)
        transaction.on_commit(NEWS.set)


def _name(coming: Coming) -> str:
    """The same for the same mail: what was written before a failed commit is overwritten by the next try."""
    digest = hashlib.sha256(f"{coming.inbox_id} {coming.source}".encode()).hexdigest()
    return f"mail/{clock.now():%Y/%m}/{digest}.eml"


def _write(contents: dict[str, bytes | IO[bytes]]) -> dict[str, int]:
    """Write them durably under these names and give their sizes in bytes; a reader never sees half of one."""
    sizes: dict[str, int] = {}
    parts: list[tuple[IO[bytes], Path, Path]] = []
    try:
        for name, content in contents.items():
            file: IO[bytes] = BytesIO(content) if isinstance(content, bytes) else content
            file.seek(0)
            path = _path(name)
            if path is None:
                default_storage.delete(name)
                default_storage.save(name, File(file))
                sizes[name] = file.tell()
                continue
            new = path.with_name(f"{ids.new_public_id()}.part")
            part = _made(new)
            parts.append((part, new, path))
            shutil.copyfileobj(file, part, BLOCK)
            part.flush()
            sizes[name] = part.tell()
        # All at once: the disk takes what waits for it together, and one after the other each would wait its whole turn.
        list(_syncing.map(os.fsync, [part.fileno() for part, _, _ in parts]))
        for _, new, path in parts:
            new.replace(path)
        for folder in {path.parent for _, _, path in parts}:
            _sync(folder)  # the new names, too
    except BaseException:
        for _, new, _ in parts:
            with suppress(OSError):
                new.unlink()
        raise
    finally:
        for part, _, _ in parts:
            part.close()
    return sizes


def _made(path: Path) -> IO[bytes]:
    try:
        return path.open("wb")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        for folder in list(path.parents)[1:4]:
            _sync(folder)
        return path.open("wb")


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _path(name: str) -> Path | None:
    """Where the file lies; None in a store that isn't a disk and is durable by itself."""
    try:
        return Path(default_storage.path(name))
    except NotImplementedError:
        return None
