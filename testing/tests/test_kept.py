"""Tables are used again only as long as they are made of the same."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

import pytest

from testing import kept


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A product with one migration."""
    for name in (
        "aspa/core/migrations/0001.py",
        "aspa/core/apps.py",
        "aspa/kit/fresh.py",
        "aspa/service/search/engine.py",
        "aspa/config/settings.py",
        "requirements-dev.lock",
    ):
        file = tmp_path / "root" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    monkeypatch.setattr(kept, "ROOT", tmp_path / "root")
    monkeypatch.setattr(kept, "FOLDER", tmp_path / "kept")
    return tmp_path / "root"


def test_what_was_kept_is_taken_until_a_migration_changes(root: Path, tmp_path: Path) -> None:
    made, taken = tmp_path / "made.sqlite3", tmp_path / "taken.sqlite3"
    with contextlib.closing(sqlite3.connect(made)) as database:
        database.execute("CREATE TABLE cup (size)")
    assert not kept.take(taken)
    kept.keep(made)
    assert kept.take(taken)
    with contextlib.closing(sqlite3.connect(taken)) as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == [("cup",)]

    (root / "aspa/core/migrations/0001.py").write_text("changed")
    assert not kept.take(taken)
    (root / "aspa/core/migrations/0001.py").write_text("aspa/core/migrations/0001.py")
    (root / "aspa/core/migrations/0002.py").write_text("more")
    assert not kept.take(taken)


def test_of_many_states_the_last_are_kept(root: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.sqlite3"
    sqlite3.connect(made).close()
    for number in range(kept.STATES + 2):
        (root / "requirements-dev.lock").write_text(str(number))
        kept.keep(made)
        os.utime(kept.FOLDER / kept.name_of_this_state(), (number, number))
    kept.keep(made)
    left = sorted(int(file.stat().st_mtime) for file in kept.FOLDER.iterdir())
    assert len(left) == kept.STATES
    assert left[0] >= 2
