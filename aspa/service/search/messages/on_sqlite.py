"""The index beside an SQLite database: a file of its own for each generation, so that writing it takes no lock for which
the customers' messages wait. It can be deleted at any time: it is made anew.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
import zlib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from django.db import connection

from aspa.core.conversations.events import Cursor
from aspa.service.search.engine import Expression, all_of
from aspa.service.search.messages import slices
from aspa.service.search.messages.documents import Document
from aspa.service.search.messages.generation import Gone, Standing

# Without positions, which nobody asks for, and without the text: what is taken out of FTS5 has to be named to it in full,
# so the terms stand beside it, packed. The tokens are ASCII's since terms are letters and digits already.
TABLES = """
    CREATE TABLE standing (normaliser TEXT, tx INTEGER, event INTEGER, since INTEGER);
    CREATE TABLE document (id INTEGER PRIMARY KEY, terms BLOB NOT NULL);
    CREATE TABLE day (day INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL);
    CREATE VIRTUAL TABLE words USING fts5(terms, content='', tokenize='ascii', detail=none, columnsize=0);
"""
# What is lost in a power cut is read again from the journal, so no commit waits for the disk. What is deleted is
# overwritten.
PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON", "temp_store=MEMORY", "cache_size=-16000",
           "mmap_size=268435456")  # fmt: skip
BUSY_SECONDS = 20
MOST_IDLE = 4
# Pages written in one go.
MERGED_AT_ONCE = 500
DAY = """
    INSERT INTO day VALUES (?, ?, ?) ON CONFLICT (day) DO UPDATE
    SET first = min(first, excluded.first), last = max(last, excluded.last)
"""

# Open connections that wait for the next thread, each with the file that it has open.
_idle: list[tuple[tuple[str, int], sqlite3.Connection]] = []


class SqliteGeneration:
    def __init__(self, number: int, path: Path) -> None:
        self.number, self._path = number, path

    def standing(self) -> Standing | None:
        with contextlib.suppress(Gone), self.opened() as index:
            if found := index.execute("SELECT normaliser, tx, event, since FROM standing").fetchone():
                return Standing(found[0], Cursor(found[1], found[2]), found[3])
        return None

    def write(self, documents: Sequence[Document], anew: Collection[int], *, was: Standing, now: Standing) -> bool:
        with self.opened() as index, _transaction(index):
            moved = index.execute(
                "UPDATE standing SET tx = ?, event = ?, since = ? WHERE tx = ? AND event = ? AND since = ?",
                (*now.place, now.since, *was.place, was.since),
            )
            if not moved.rowcount:
                return False
            _take_out(index, anew)
            rows = [
                (one.pk, " ".join((*sorted(one.terms), *slices.terms(one.pk))), one.day) for one in sorted(documents)
            ]
            index.executemany("INSERT INTO words (rowid, terms) VALUES (?, ?)", [row[:2] for row in rows])
            packed = [(pk, zlib.compress(terms.encode(), 1)) for pk, terms, _day in rows]
            index.executemany("INSERT INTO document VALUES (?, ?)", packed)
            days: dict[int, list[int]] = {}
            for pk, _terms, day in rows:
                days.setdefault(day, []).append(pk)
            index.executemany(DAY, [(day, min(pks), max(pks)) for day, pks in days.items()])
            return True

    def find(self, asked: Expression, low: int, high: int, most: int) -> list[int] | None:
        with self.opened() as index:
            found = index.execute(
                "SELECT rowid FROM words WHERE words MATCH ? AND rowid >= ? AND rowid <= ? ORDER BY rowid DESC LIMIT ?",
                (all_of(asked, slices.between(low, high)).fts5, low, high, most),
            )
            return [pk for (pk,) in found.fetchall()]

    def days(self, first: int | None, last: int | None) -> tuple[int, int]:
        with self.opened() as index:
            found = index.execute(
                "SELECT min(first), max(last) FROM day WHERE day >= ? AND day <= ?",
                (-(2**40) if first is None else first, 2**40 if last is None else last),
            ).fetchone()
            return (found[0], found[1]) if found[0] is not None else (1, 0)

    def missing(self, pks: Collection[int], low: int, high: int) -> list[int]:
        with self.opened() as index:
            has = index.execute("SELECT id FROM document WHERE id >= ? AND id <= ?", (low, high)).fetchall()
            return sorted({pk for (pk,) in has}.difference(pks))

    def drop(self) -> None:
        for name in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + name).unlink(missing_ok=True)

    def tidy(self) -> None:
        """FTS5 keeps what was taken out in its older pieces until they are joined: a little at a time, so that whoever
        writes needn't wait."""
        with self.opened() as index:
            pages = -MERGED_AT_ONCE
            while True:
                before = index.total_changes
                index.execute("INSERT INTO words (words, rank) VALUES ('merge', ?)", (pages,))
                # As FTS5 says that there is nothing more to join (https://sqlite.org/fts5.html#the_merge_command).
                if index.total_changes - before < 2:
                    break
                pages = MERGED_AT_ONCE
            index.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextlib.contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """Raises Gone when the file isn't there any more."""
        try:
            key = str(self._path), self._path.stat().st_ino
        except OSError:
            raise Gone from None
        index = _waiting(key) or _connected(self._path)
        try:
            yield index
        except sqlite3.DatabaseError:
            index.close()
            raise
        if len(_idle) < MOST_IDLE:
            _idle.append((key, index))
        else:
            index.close()


def generations() -> list[SqliteGeneration]:
    """The oldest first."""
    name = re.compile(re.escape(_stem()) + r"(\d+)\.sqlite3")
    folder = _database().parent
    found = [(int(match[1]), file) for file in folder.glob(f"{_stem()}*") if (match := name.fullmatch(file.name))]
    return [SqliteGeneration(number, file) for number, file in sorted(found)]


def begin(number: int, standing: Standing) -> None:
    """An empty generation. It gets its name when it has its tables; nothing happens when another was faster."""
    path = _database().with_name(f"{_stem()}{number}.sqlite3")
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    index = sqlite3.connect(unfinished, isolation_level=None)
    index.executescript(TABLES)
    index.execute("INSERT INTO standing VALUES (?, ?, ?, ?)", (standing.normaliser, *standing.place, standing.since))
    index.close()
    unfinished.rename(path)


def _database() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


def _stem() -> str:
    return f"{_database().stem}-messages-"


def _waiting(key: tuple[str, int]) -> sqlite3.Connection | None:
    with contextlib.suppress(IndexError):
        while True:
            # pop is atomic.
            its_file, index = _idle.pop()
            if its_file == key:
                return index
            index.close()
    return None


def _connected(path: Path) -> sqlite3.Connection:
    # It goes from thread to thread, in one at a time.
    index = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    for pragma in PRAGMAS:
        index.execute(f"PRAGMA {pragma}")
    return index


@contextlib.contextmanager
def _transaction(index: sqlite3.Connection) -> Iterator[None]:
    index.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        index.execute("ROLLBACK")
        raise
    index.execute("COMMIT")


def _take_out(index: sqlite3.Connection, pks: Collection[int]) -> None:
    for pk in pks:
        if found := index.execute("SELECT terms FROM document WHERE id = ?", (pk,)).fetchone():
            terms = zlib.decompress(found[0]).decode()
            index.execute("INSERT INTO words (words, rowid, terms) VALUES ('delete', ?, ?)", (pk, terms))
            index.execute("DELETE FROM document WHERE id = ?", (pk,))
