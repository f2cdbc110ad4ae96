"""What shops and admins handed over of a person is found by their addresses, and goes after a while by itself."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from aspa.core.people.models import Identity
from aspa.kit import clock
from aspa.service.commerce.models import Source
from aspa.service.shops import forgetting, shapes, traces
from aspa.service.shops.importing import importing
from aspa.service.shops.models import Delivery, Import, RefusedRow
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(cast: Cast, settings: Any, tmp_path: Path) -> Source:
    settings.MEDIA_ROOT = tmp_path
    Identity.objects.create(
        brand=cast.brand, contact=cast.dee, kind="email", value="äiti@example.com", created_at=clock.now()
    )
    Identity.objects.create(brand=cast.brand, contact=cast.dee, kind="shop", value="7", created_at=clock.now())
    return Source.objects.create(brand=cast.brand, kind="csv", name="Kassa")


def told(source: Source, body: str, state: str, **more: Any) -> Delivery:
    received = more.pop("received_at", clock.now())
    return Delivery.objects.create(
        source=source,
        key=str(Delivery.objects.count()),
        topic="x",
        body=body,
        state=state,
        received_at=received,
        **more,
    )


def test_a_person_is_found_in_what_nobody_understood(cast: Cast, source: Source) -> None:
    mine = [told(source, '{"email": "\\u00e4iti@example.com"', "failed"), told(source, "ÄITI: äiti@example.com", "new")]
    mine.append(told(source, "{}", "done", contact=cast.dee))
    told(source, '{"id": 7, "email": "isä@example.com"}', "failed")
    assert set(traces.deliveries([cast.dee.pk])) == set(mine)
    assert not traces.deliveries([]).exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_file_with_the_person_in_it_goes_whole(cast: Cast, source: Source, encoding: str) -> None:
    Identity.objects.filter(kind="email").update(value="aiti@example.com")
    theirs = SimpleUploadedFile(
        "a.csv", ("Asiakasnumero;Sähköposti\r\n" + "x;y\r\n" * 9 + "1;Aiti@example.com\r\n").encode(encoding)
    )
    others = SimpleUploadedFile("b.csv", b"Asiakasnumero;Nimi\r\n7;Maija\r\n")
    one = importing.offer(source, shapes.SHAPES["customer"], theirs, by=cast.ada)
    other = importing.offer(source, shapes.SHAPES["customer"], others, by=cast.ada)
    RefusedRow.objects.create(from_import=other, line=2, cells=["aiti@example.com"], reason="x")
    assert list(traces.imports([cast.dee.pk])) == [one]
    assert traces.refused_rows([cast.dee.pk]).count() == 1
    assert [traces.throw_away_files([cast.dee.pk], 10) for _time in range(2)] == [1, 0]
    assert [path.read_bytes() for path in Path(one.file.storage.location).rglob("*.csv")] == [
        b"Asiakasnumero;Nimi\r\n7;Maija\r\n"
    ]


def test_what_is_old_goes_by_itself(source: Source, cast: Cast) -> None:
    def ago(days: int) -> dt.datetime:
        return clock.now() - dt.timedelta(days=days)

    kept = [told(source, "a", "done", received_at=ago(29)), told(source, "b", "failed", received_at=ago(89))]
    told(source, "c", "done", received_at=ago(31))
    told(source, "d", "failed", received_at=ago(91))
    old = Import.objects.create(source=source, kind="order", name="x", created_at=ago(91))
    RefusedRow.objects.create(from_import=old, line=2, reason="x")
    forgetting.forget()
    assert set(Delivery.objects.all()) == set(kept)
    assert not Import.objects.exists()
