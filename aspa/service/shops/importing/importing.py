"""A file of records: looked at first, then taken by a task in batches; what is done again changes nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from aspa.kit import clock
from aspa.kit import text as texts
from aspa.kit.tasks import task
from aspa.service.commerce import ingest
from aspa.service.shops import recording, shapes
from aspa.service.shops.connector import NotUnderstood
from aspa.service.shops.delivering import refusal
from aspa.service.shops.importing import tables
from aspa.service.shops.importing.tables import Reading
from aspa.service.shops.models import Import, RefusedRow
from aspa.service.shops.recording import Given
from aspa.service.shops.shapes import Shape

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from aspa.core.people.models import Agent
    from aspa.service.commerce.models import Source
    from aspa.service.commerce.records import Record

MOST_BYTES = 50 * 1024 * 1024
# Records that are taken in one commit.
BATCH = 250
# How long a task reads before it lets others in, in seconds.
TURN = 20.0
# How many rows may belong to one record.
MOST_LINES = 500
PREVIEWED = 5
# A file that nobody began with is thrown away after this; one that was read, at once.
PATIENCE = dt.timedelta(days=1)


@dataclasses.dataclass(frozen=True, slots=True)
class Gathered:
    """The rows of one record: the line of the file where the first ends, and the cells of each."""

    line: int
    rows: Sequence[Sequence[str]]
    # Its other rows stand elsewhere in the file.
    torn: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Previewed:
    """What a record would become, or why not."""

    line: int
    record: Record | None
    reason: str = ""


def offer(source: Source, shape: Shape, upload: UploadedFile, *, by: Agent) -> Import:
    """Keep the file and guess how it is written and what its columns are. Nothing is taken yet."""
    reading = tables.guess(upload.file)  # type: ignore[arg-type]
    table = list(tables.rows(upload.file, reading))  # type: ignore[arg-type]
    upload.seek(0)
    heading = table[0][1] if table else []
    return Import.objects.create(
        source=source,
        kind=shape.key,
        name=texts.preview(upload.name or "", 120),
        file=upload,
        reading=dataclasses.asdict(reading),
        columns=guess_columns(shape, heading),
        rows=max(len(table) - 1, 0),
        agent=by,
        created_at=clock.now(),
    )


def guess_columns(shape: Shape, heading: Sequence[str]) -> dict[str, int]:
    """{field: column} as far as the words of the heading tell."""
    words = {texts.clean(cell).lower(): place for place, cell in reversed(list(enumerate(heading)))}
    found: dict[str, int] = {}
    for field in (*shape.fields, *shape.line):
        for word in (field.key, str(field.name).lower(), *field.words):
            if word in words and words[word] not in found.values():
                found[field.key] = words[word]
                break
    return found


def heading_of(one: Import) -> list[str]:
    with one.file.open("rb") as file:
        return next((row for _line, row in tables.rows(file, reading_of(one))), [])


def preview(one: Import, columns: Mapping[str, int]) -> list[Previewed]:
    """The first records as they would be taken with these columns."""
    with one.file.open("rb") as file:
        return [
            _previewed(one, gathered, columns)
            for gathered in itertools.islice(_gathered(one, file, columns), PREVIEWED)
        ]


def read_otherwise(one: Import, reading: Reading) -> None:
    """The guess was wrong: other letters or another mark, and so other columns."""
    one.reading = dataclasses.asdict(reading)
    with one.file.open("rb") as file:
        table = [row for _line, row in tables.rows(file, reading)]
    columns = guess_columns(shapes.SHAPES[one.kind], table[0] if table else [])
    Import.objects.filter(pk=one.pk, state=Import.State.NEW).update(
        reading=one.reading, columns=columns, rows=max(len(table) - 1, 0)
    )


def begin(one: Import, columns: Mapping[str, int]) -> None:
    """Have the file read with these columns."""
    with transaction.atomic():
        begun = Import.objects.filter(pk=one.pk, state=Import.State.NEW).update(
            columns=dict(columns), state=Import.State.RUNNING
        )
        if begun:
            read.enqueue(import_id=one.pk)


def resume(one: Import) -> None:
    """Go on where it stopped."""
    with transaction.atomic():
        Import.objects.filter(pk=one.pk, state=Import.State.FAILED).update(state=Import.State.RUNNING, problem="")
        read.enqueue(import_id=one.pk)


def throw_away_forgotten() -> None:
    """Files that nobody began with."""
    for one in Import.objects.filter(state=Import.State.NEW, created_at__lt=clock.now() - PATIENCE):
        one.file.delete(save=False)
        one.delete()


@task(retries=8, backoff=10)
def read(import_id: int) -> None:
    """Take the file's records for a while, then let others in."""
    one = (
        Import.objects.select_related("source__brand", "agent").filter(pk=import_id, state=Import.State.RUNNING).first()
    )
    if one is None:
        return
    with translation.override(one.agent.language if one.agent else None):
        if not _read(one, until=time.monotonic() + TURN):
            read.enqueue(import_id=import_id)


def _read(one: Import, *, until: float) -> bool:
    """Whether it has come to the end, or somebody else is at it."""
    try:
        file = one.file.open("rb")
    except (OSError, ValueError):
        Import.objects.filter(pk=one.pk).update(
            state=Import.State.FAILED, problem=_("The file is gone. Hand it over once more."), ended_at=clock.now()
        )
        return True
    with file:
        whole = _gathered(one, file, one.columns)
        skipped = 0
        while skipped < one.done and (gathered := next(whole, None)) is not None:
            skipped += len(gathered.rows)
        while batch := list(itertools.islice(whole, BATCH)):
            if not _take(one, batch):
                return True
            if time.monotonic() > until:
                return False
    _end(one)
    return True


def _take(one: Import, batch: Sequence[Gathered]) -> bool:
    """A batch in one commit with the place that has been reached. False: somebody else was faster."""
    wrong: list[tuple[Gathered, str]] = []
    fit: list[tuple[Gathered, Record]] = []
    for gathered in batch:
        try:
            fit.append((gathered, _record(one, gathered, one.columns)))
        except NotUnderstood as problem:
            wrong.append((gathered, str(problem)))
    with transaction.atomic():
        results = ingest.take(one.source, [record for _gathered, record in fit])
        wrong += [
            (gathered, refusal(result))
            for (gathered, _record), result in zip(fit, results, strict=True)
            if result.outcome == "refused"
        ]
        RefusedRow.objects.bulk_create(
            [
                RefusedRow(from_import=one, line=gathered.line, cells=_shown(gathered), reason=reason[:300])
                for gathered, reason in wrong
            ],
            ignore_conflicts=True,
        )
        before, one.done = one.done, one.done + sum(len(gathered.rows) for gathered in batch)
        one.taken += sum(result.outcome == "taken" for result in results)
        one.known += sum(result.outcome == "known" for result in results)
        one.refused += len(wrong)
        moved = Import.objects.filter(pk=one.pk, done=before, state=Import.State.RUNNING).update(
            done=one.done, taken=one.taken, known=one.known, refused=one.refused
        )
        if not moved:
            transaction.set_rollback(True)
        return bool(moved)


def _end(one: Import) -> None:
    """What was read is personal data that is in its place now; the rows that were refused are kept apart."""
    name, storage = one.file.name, one.file.storage
    Import.objects.filter(pk=one.pk).update(state=Import.State.DONE, file="", ended_at=clock.now())
    if name:
        storage.delete(name)


def reading_of(one: Import) -> Reading:
    return Reading(**one.reading)


def _previewed(one: Import, gathered: Gathered, columns: Mapping[str, int]) -> Previewed:
    try:
        return Previewed(gathered.line, _record(one, gathered, columns))
    except NotUnderstood as problem:
        return Previewed(gathered.line, None, str(problem))


def _record(one: Import, gathered: Gathered, columns: Mapping[str, int]) -> Record:
    shape = shapes.SHAPES[one.kind]
    if gathered.torn:
        raise NotUnderstood(_("Other rows of this order stand elsewhere in the file: sort it by the order number."))
    lines = {field.key for field in shape.line}
    cells = [{key: _cell(row, place) for key, place in columns.items()} for row in gathered.rows]
    given = Given(
        {key: text for key, text in cells[0].items() if key not in lines},
        [{key: text for key, text in row.items() if key in lines} for row in cells] if shape.line else (),
    )
    return recording.record_of(shape, given, source=one.source, at=one.created_at)


def _gathered(one: Import, file: IO[bytes], columns: Mapping[str, int]) -> Iterator[Gathered]:
    """The records of the file: of orders and carts, the rows that follow each other with the same number are one."""
    table = tables.rows(file, reading_of(one))
    next(table, None)
    key = columns.get("id") if shapes.SHAPES[one.kind].line else None
    seen: set[str] = set()
    for number, group in itertools.groupby(table, key=lambda row: _cell(row[1], key) if key is not None else row[0]):
        rows = list(group)
        torn = isinstance(number, str) and (number in seen or len(rows) > MOST_LINES)
        if isinstance(number, str):
            if not number:
                # Rows without a number don't belong together.
                yield from (Gathered(line, [row]) for line, row in rows)
                continue
            seen.add(number)
        yield Gathered(rows[0][0], [row for _line, row in rows], torn)


def _shown(gathered: Gathered) -> list[str]:
    return [texts.clean(cell) for cell in gathered.rows[0]]


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip() if 0 <= place < len(row) else ""
