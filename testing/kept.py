"""The product's tables on SQLite, kept from one test run to the next: to make them takes some seconds.

They are used again as long as nothing has changed that they are made of. `.venv/tables` may be removed at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from testing.programs import ROOT

FOLDER = ROOT / ".venv" / "tables"
# Those of other states of the code: whoever goes to and fro between two needs both.
STATES = 6


def take(target: Path) -> bool:
    """Put the tables into a new file, if there are any of this state."""
    kept = FOLDER / name_of_this_state()
    if not kept.exists():
        return False
    copy(kept, target)
    kept.touch()
    return True


def keep(made: Path) -> None:
    """Keep the tables in this file for later runs."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    unfinished = FOLDER / f"{os.getpid()}.unfinished"
    copy(made, unfinished)
    unfinished.rename(FOLDER / name_of_this_state())
    for old in sorted(FOLDER.glob("*.sqlite3"), key=lambda file: file.stat().st_mtime)[:-STATES]:
        old.unlink(missing_ok=True)


def copy(source: Path, target: Path) -> None:
    """Copy a database; the file alone may lack what stands in the journal beside it."""
    for old in target.parent.glob(f"{target.name}*"):
        old.unlink()
    with (
        contextlib.closing(sqlite3.connect(source)) as here,
        contextlib.closing(sqlite3.connect(target)) as there,
    ):
        here.backup(there)


def name_of_this_state() -> str:
    state = hashlib.sha256()
    for file in made_of():
        state.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return f"{state.hexdigest()[:24]}.sqlite3"


def made_of() -> Iterator[Path]:
    """Our models and migrations, which apps there are, and the packages: some bring tables of their own."""
    yield from sorted((ROOT / "aspa").glob("**/migrations/*.py"))
    yield from sorted((ROOT / "aspa").glob("**/models*.py"))
    yield from sorted((ROOT / "aspa").glob("**/models/*.py"))
    yield ROOT / "aspa" / "kit" / "fresh.py"
    # What migrations make beside models.
    yield ROOT / "aspa" / "service" / "search" / "engine.py"
    yield from sorted((ROOT / "aspa").glob("**/apps.py"))
    yield ROOT / "aspa" / "config" / "settings.py"
    yield ROOT / "requirements-dev.lock"
