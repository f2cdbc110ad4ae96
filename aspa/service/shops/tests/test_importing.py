"""Files as spreadsheet programs save them: guessed, looked at, and taken in batches that can be cut off anywhere."""

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from aspa.kit import clock
from aspa.kit.tasks import run_pending
from aspa.service.commerce import ingest
from aspa.service.commerce.models import Customer, Loyalty, Order, Source
from aspa.service.commerce.records import OrderRecord
from aspa.service.shops import shapes
from aspa.service.shops.importing import importing, tables
from aspa.service.shops.models import Import
from tests.cast import Cast

pytestmark = pytest.mark.django_db

ORDERS = (
    "Tilausnumero;Asiakasnumero;Nimi;Sähköposti;Tila;Tilauspäivä;Tuote;Määrä;Yksikköhinta\r\n"
    "1001;7;Maija Mäkelä;maija@example.com;Toimitettu;22.11.2026;Villasukat;2;19,90\r\n"
    "1001;7;Maija Mäkelä;maija@example.com;Toimitettu;22.11.2026;Pipo;1;24,50\r\n"
    '1002;8;"Virtanen; Pekka";pekka@example.com;Peruttu;23.11.2026;Hanskat;1;12,00\r\n'
    "1003;9;Liisa;liisa@example.com;Uusi;eilen;Huivi;1;30\r\n"
)


@pytest.fixture
def files(cast: Cast, settings: Any, tmp_path: Path) -> Source:
    settings.MEDIA_ROOT = tmp_path
    return Source.objects.create(brand=cast.brand, kind="csv", name="Kassa")


def offered(source: Source, cast: Cast, text: str | bytes, shape: str = "order") -> Import:
    content = text if isinstance(text, bytes) else text.encode()
    return importing.offer(source, shapes.SHAPES[shape], SimpleUploadedFile("tilaukset.csv", content), by=cast.ada)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_how_a_file_is_written_is_found_out(encoding: str, mark: str) -> None:
    text = "Nimi;Määrä;Hinta\r\nÄiti;2;1\r\nÖljy;3;2\r\n".replace(";", mark)
    file = io.BytesIO(text.encode(encoding))
    reading = tables.guess(file)
    assert reading.delimiter == mark
    assert [row for _line, row in tables.rows(file, reading)][1] == ["Äiti", "2", "1"]


def test_decimal_commas_dont_pass_for_columns() -> None:
    file = io.BytesIO(b"nimi;hinta;alv\r\nsukka;12,50;2,54\r\npipo;24,00;4,88\r\n")
    assert tables.guess(file).delimiter == ";"


def test_a_file_is_looked_at_then_taken(cast: Cast, files: Source) -> None:
    one = offered(files, cast, ORDERS)
    assert (one.rows, one.reading, len(one.columns)) == (4, {"encoding": "utf-8-sig", "delimiter": ";"}, 9)
    first, second, third = importing.preview(one, one.columns)
    assert isinstance(first.record, OrderRecord) and isinstance(second.record, OrderRecord)
    assert (first.record.total, first.record.status, len(first.record.lines)) == (6430, "delivered", 2)
    assert (second.line, second.record.who.name, second.record.status) == (4, "Virtanen; Pekka", "cancelled")
    assert (third.line, third.record, "eilen" in third.reason) == (5, None, True)
    assert not Order.objects.exists()
    importing.begin(one, one.columns)
    importing.begin(one, one.columns)
    run_pending()
    done = Import.objects.get()
    assert (done.state, done.done, done.taken, done.refused, done.file.name) == ("done", 4, 2, 1, "")
    (refused,) = done.refused_rows.all()
    assert (refused.line, refused.cells[0], "Ordered" in refused.reason or "eilen" in refused.reason) == (
        5,
        "1003",
        True,
    )
    assert {order.number: order.contact.name for order in Order.known()} == {
        "1001": "Maija Mäkelä",
        "1002": "Virtanen; Pekka",
    }
    assert not list(Path(one.file.storage.location).rglob("*.csv"))


def test_the_same_file_again_changes_nothing(cast: Cast, files: Source) -> None:
    for _time in range(2):
        one = offered(files, cast, ORDERS)
        importing.begin(one, one.columns)
        run_pending()
    assert (Order.known().count(), Customer.objects.count()) == (2, 2)


def test_a_file_that_was_cut_off_goes_on_where_it_was(
    cast: Cast, files: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    rows = "".join(f"{number};kulta;{number}\r\n" for number in range(1, 10))
    one = offered(files, cast, "Asiakasnumero;Taso;Pisteet\r\n" + rows, "loyalty")
    importing.begin(one, one.columns)
    whole, seen = ingest.take, []

    def killed_at_the_third(source: Source, records: Any) -> Any:
        seen.append(len(records))
        if len(seen) == 3:
            raise KeyboardInterrupt
        return whole(source, records)

    monkeypatch.setattr(ingest, "take", killed_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        importing.read(one.pk)
    assert (Import.objects.get().done, Loyalty.known().count()) == (4, 4)
    importing.read(one.pk)
    ended = Import.objects.get()
    assert (ended.state, ended.taken, Loyalty.known().count()) == ("done", 9, 9)
    assert seen == [2, 2, 2, 2, 2, 1]


def test_rows_of_one_order_have_to_stand_together(cast: Cast, files: Source) -> None:
    one = offered(files, cast, "Tilausnumero;Tuote\r\n1;Sukat\r\n2;Pipo\r\n1;Huivi\r\n;Tyhjä\r\n")
    importing.begin(one, one.columns)
    run_pending()
    assert sorted(Import.objects.get().refused_rows.values_list("line", flat=True)) == [4, 5]
    assert [line.name for line in Order.known().get(number="1").lines.all()] == ["Sukat"]


def test_files_that_nobody_began_with_are_thrown_away(cast: Cast, files: Source) -> None:
    one, fresh = offered(files, cast, ORDERS), offered(files, cast, ORDERS)
    Import.objects.filter(pk=one.pk).update(created_at=clock.now() - dt.timedelta(days=2))
    importing.throw_away_forgotten()
    assert list(Import.objects.all()) == [fresh]
    assert len(list(Path(fresh.file.storage.location).rglob("*.csv"))) == 1


def test_empty_and_odd_files_are_no_trouble(cast: Cast, files: Source) -> None:
    for content in (b"", b"\r\n\r\n", b"\xff\xfe", b"\x00\x01\x02", b"vain otsikko"):
        one = offered(files, cast, content)
        assert importing.preview(one, one.columns) == []
        importing.begin(one, {})
    run_pending()
    assert not Order.objects.exists()
    assert set(Import.objects.values_list("state", flat=True)) == {"done"}
