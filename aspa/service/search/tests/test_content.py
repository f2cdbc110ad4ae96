"""Published content is found, by whom it is meant for, and soon after it has changed; alike on both databases."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from threading import Event, Thread

import pytest
import time_machine
from django.db import connection

from aspa.kit import clock
from aspa.kit.tasks import run_pending
from aspa.service.search import content, engine, gaps, indexing, rebuilding, vocabulary
from aspa.service.search.content import AGENTS, SIGNED_IN, Document, Reader, segment_audience
from aspa.service.search.models import Dirty, Entry, State
from aspa.service.search.tests.published import Shelf, registered, settle
from aspa.service.search.words import dictionaries
from bench.relevance import sets
from tests.cast import Cast

NOBODY = Reader()
RETURNS = "Palautan tuotteen\n\nLähetä tuote meille 30 päivän kuluessa. Palautus on maksuton. Villasukat voi palauttaa."


@pytest.fixture
def shelf(db: None) -> Iterator[Shelf]:
    for language in dictionaries.LANGUAGES:
        dictionaries.dictionary(language)
    with registered(Shelf()) as one:
        yield one


def document(key: int, brand: int, title: str, body: str = "", **more: object) -> Document:
    more = {"language": "fi", "kind": "faq", "url": f"/help/{key}/", **more}
    return Document("shelf", key, brand_id=brand, title=title, body=body, **more)  # type: ignore[arg-type]


def found(text: str, brand: int, reader: Reader = NOBODY, **more: object) -> list[int]:
    return [hit.key for hit in content.search(brand, text, reader=reader, **more).hits]  # type: ignore[arg-type]


def test_words_are_found_in_any_form_with_the_passage_that_answers(shelf: Shelf, cast: Cast) -> None:
    brand = cast.brand.pk
    shelf.publish(
        document(1, brand, "Palautukset", RETURNS),
        document(2, brand, "Toimitusajat <b>& kulut</b>", "Paketti tulee parissa päivässä."),
        document(3, brand, "Maksaminen", "Lahjakortilla maksaminen <script>alert(1)</script> käy kassalla."),
    )
    # What was touched is indexed by a task that the commit leaves behind.
    run_pending()
    assert found("palauttaisin villasukan", brand) == [1]
    assert found("sukkien palautus", brand)[0] == 1
    assert found("toimitus", brand)[0] == found("toimitus kulu", brand)[0] == 2
    (hit,) = content.search(brand, "lahjakortit", reader=NOBODY).hits
    assert (hit.title, hit.url, hit.kind) == ("Maksaminen", "/help/3/", "faq")
    assert "<mark>Lahjakortilla</mark>" in hit.snippet
    assert "<script>" not in hit.snippet and "&lt;script&gt;" in hit.snippet
    assert hit.confidence > 0.5 and "Lahjakortilla" in hit.passage
    (titled,) = content.search(brand, "toimitusajat", reader=NOBODY).hits
    assert titled.title_marked == "<mark>Toimitusajat</mark> &lt;b&gt;&amp; kulut&lt;/b&gt;"
    for odd in (
        "",
        "   ",
        "?!",
        '"',
        "a" * 5000,
        "0f",
        "NOT OR AND",
        "'; --",
        "\x00",
        "ⓐ 𝟘 ﬁ",
        "* NEAR(",
        "sana " * 500,
    ):
        assert content.search(brand, odd, reader=NOBODY).did_you_mean is None
        content.suggest(brand, odd, reader=NOBODY)
    assert found("palautus", brand, first=500) == found("palautus", brand, most=0) == []


def test_only_whom_it_is_meant_for_finds_it(shelf: Shelf, cast: Cast) -> None:
    """Not by search, by suggestion or by what they might have meant; not by writing what the index filters by either."""
    brand, other = cast.brand.pk, cast.other_brand.pk
    forged = indexing.scope(1, other)
    shelf.publish(
        document(1, brand, "Palautus kaikille"),
        document(2, brand, "Palautus asiakkaille", audience=SIGNED_IN),
        document(3, brand, "Palautus kanta-asiakkaille", audience=segment_audience(7)),
        document(4, brand, "Palautus ja salaisuus", f"{forged} {indexing.scope(1, brand, 'all')}", audience=AGENTS),
    )
    settle()
    readers = {
        NOBODY: {1},
        Reader(contact_id=5): {1, 2},
        Reader(contact_id=5, segments=frozenset({7, 8})): {1, 2, 3},
        Reader(contact_id=5, segments=frozenset({70})): {1, 2},
        Reader(is_agent=True): {1, 2, 3, 4},
    }
    for reader, theirs in readers.items():
        assert set(found("palautus", brand, reader)) == theirs
        assert {hit.key for hit in content.suggest(brand, "palau", reader=reader)} == theirs
        assert found("palautus", other, reader) == []
        assert content.suggest(other, "palau", reader=reader) == []
    assert content.search(brand, "salaisuuz", reader=NOBODY).did_you_mean is None
    assert content.search(brand, "salaisuuz", reader=Reader(is_agent=True)).did_you_mean == "salaisuus"
    assert found(forged, other, NOBODY) == found(indexing.scope(1, brand), brand, NOBODY) == []


def test_what_changes_is_found_as_it_is_now(shelf: Shelf, cast: Cast) -> None:
    brand = cast.brand.pk
    shelf.publish(document(1, brand, "Palautus"), document(2, brand, "Maksu"))
    settle()
    shelf.publish(document(1, brand, "Toimitus"))
    shelf.take_away(2)
    settle()
    assert (found("palautus", brand), found("maksu", brand), found("toimitus", brand)) == ([], [], [1])
    # The words that are gone are suggested to nobody.
    assert content.search(brand, "palautuz", reader=NOBODY).did_you_mean is None
    shelf.publish(document(1, brand, "Toimitus", audience=AGENTS))
    settle()
    assert found("toimitus", brand) == []


def test_slips_filters_and_languages(shelf: Shelf, cast: Cast) -> None:
    brand = cast.brand.pk
    shelf.publish(
        document(1, brand, "Sähköpyörän lataus", tags=("product:A-1", "category:4")),
        document(2, brand, "Pyörän akku", kind="video", tags=("category:4",)),
        document(3, brand, "Retur av cykel", language="sv"),
        document(4, brand, "Returning a parcel", language="en"),
    )
    settle()
    results = content.search(brand, "sahkopyoran latuas", reader=NOBODY)
    assert (results.hits[0].key, results.did_you_mean) == (1, "sähköpyörän lataus")
    assert set(found("pyörä", brand)) == {1, 2}
    assert found("pyörä", brand, kinds=["video"]) == [2]
    assert found("pyörä", brand, tags=["product:A-1", "category:4"]) == [1]
    assert found("pyörä", brand, tags=["product:a-1"]) == []
    # In the reader's language, or else in any.
    assert found("returen", brand, language="sv") == [3]
    assert found("parcels", brand, language="fi") == [4]
    results = content.search(brand, "pyörä", reader=NOBODY, most=1)
    assert results.has_more
    assert found("pyörä", brand, first=1) == [key for key in found("pyörä", brand) if key != results.hits[0].key]


def test_of_as_good_ones_the_exact_the_kind_the_new_and_the_helpful_come_first(shelf: Shelf, cast: Cast) -> None:
    brand, now = cast.brand.pk, clock.now()
    old, words = now - dt.timedelta(days=3000), "Villa kestää. Lahja ja kortti pestään."
    shelf.publish(
        # By its key each would come last.
        document(1, brand, "Pesu", f"{words} Villasta."),
        document(2, brand, "Pesu", "Kortti ja lahja kestää. Villa pestään. Villasta."),
        document(3, brand, "Pyörä", kind="question", published_at=now),
        document(4, brand, "Pyörä", kind="article", published_at=now),
        document(5, brand, "Paketti", published_at=old),
        document(6, brand, "Paketti", published_at=now),
        document(7, brand, "Salasana", helpfulness=0.1),
        document(8, brand, "Salasana", helpfulness=0.9),
        document(9, brand, "Akun lataus kotona"),
        document(10, brand, "Akun lataus"),
        document(11, brand, "Hyvitys", "Kulu."),
        document(12, brand, "Kulu", "Hyvitys."),
    )
    settle()
    assert found("lahja kestää villa", brand) == [2, 1]
    assert found("pyörä", brand) == [4, 3]
    assert found("paketti", brand) == [6, 5]
    assert found("salasana", brand) == [8, 7]
    assert found("akun lataus", brand) == [10, 9]
    assert found("kulu", brand) == [12, 11]


def test_only_what_was_asked_is_marked_not_each_word_of_another_way_to_say_it(shelf: Shelf, cast: Cast) -> None:
    brand = cast.brand.pk
    shelf.publish(document(1, brand, "Palautus", "Tuo villasukkien palautus postiin. Vie tai lähetä paketti takaisin."))
    settle()
    (hit,) = content.search(brand, "palautukset", reader=NOBODY).hits
    assert hit.snippet == "Tuo villasukkien <mark>palautus</mark> postiin. Vie tai lähetä paketti takaisin."
    shelf.publish(document(2, brand, "Tupsu", "Miten tupsun saa takaisin?"))
    settle()
    assert found("palautukset", brand) == [1], "one word of another way to say it is no answer beside what was asked"


def test_titles_are_suggested_while_somebody_types(shelf: Shelf, cast: Cast) -> None:
    brand = cast.brand.pk
    shelf.publish(
        document(1, brand, "Palautusten käsittely", helpfulness=0.9),
        document(2, brand, "Tilauksen palauttaminen"),
        document(3, brand, "Maksutavat", "Palautamme rahat."),
    )
    settle()
    assert [hit.key for hit in content.suggest(brand, "palau", reader=NOBODY)] == [1, 2, 3]
    (hit,) = content.suggest(brand, "tilauksen pal", reader=NOBODY)
    assert hit.title_marked == "<mark>Tilauksen</mark> <mark>palauttaminen</mark>"
    assert content.suggest(brand, "xyz", reader=NOBODY) == []


def test_the_index_is_made_anew_while_it_answers(shelf: Shelf, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batch by batch: never an error, never half a result, and what changes meanwhile is in both."""
    brand = cast.brand.pk
    shelf.publish(*(document(key, brand, f"Palautus {key}") for key in range(1, 8)))
    settle()
    before = State.objects.get()
    monkeypatch.setattr(rebuilding, "AT_ONCE", 3)
    monkeypatch.setattr(rebuilding, "NORMALISER", "another")
    steps = 0
    with time_machine.travel(clock.now(), tick=False) as moment:
        while rebuilding.build_some():
            steps += 1
            if steps == 2:
                shelf.publish(document(9, brand, "Palautus 9"), document(1, brand, "Maksu"))
                settle_dirty()
            assert len(found("palautus", brand)) == 7
            assert len(content.suggest(brand, "palautus", reader=NOBODY, most=20)) == 7
        now = State.objects.get()
        assert (now.generation, now.normaliser, now.building) == (before.generation + 1, "another", None)
        assert steps > 4
        # Searches that began before may still read the old one.
        assert Entry.objects.filter(generation=before.generation).exists()
        moment.shift(dt.timedelta(minutes=2))
        while rebuilding.build_some():
            pass
    assert not Entry.objects.filter(generation=before.generation).exists()
    assert set(found("palautus", brand)) == {2, 3, 4, 5, 6, 7, 9} and found("maksu", brand) == [1]


def settle_dirty() -> None:
    while indexing.drain():
        pass


@pytest.mark.django_db(transaction=True)
def test_searches_run_while_the_index_is_made_anew(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several at once, with caches that have nothing yet: no error, and never less than everything."""
    brand = cast.brand.pk
    wrong: list[object] = []
    monkeypatch.setattr(rebuilding, "AT_ONCE", 5)
    done = Event()

    def ask() -> None:
        try:
            while not done.is_set():
                keys = {hit.key for hit in content.search(brand, "palautukset", reader=NOBODY, most=50).hits}
                if keys != set(range(1, 31)):
                    wrong.append(keys)
        except Exception as problem:
            wrong.append(problem)
        finally:
            connection.close()

    with registered(Shelf()) as shelf:
        shelf.publish(*(document(key, brand, f"Palautus {key}") for key in range(1, 31)))
        settle()
        threads = [Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        for _again in range(3):
            vocabulary.forget()
            content.touch_all()
            while rebuilding.build_some():
                pass
        done.set()
        for thread in threads:
            thread.join()
    assert not wrong
    assert State.objects.get().generation >= 4


def test_a_source_that_cannot_be_read_keeps_no_other_waiting(
    shelf: Shelf, cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with registered(Shelf("broken")) as broken:
        monkeypatch.setattr(broken, "read", lambda keys: 1 / 0)
        monkeypatch.setattr(indexing, "AT_ONCE", 2)
        for key in (1, 2):
            content.touch("broken", [key])
        shelf.publish(document(1, cast.brand.pk, "Palautus"))
        assert [indexing.drain() for _ in range(3)][:2] == [0, 1]
        assert found("palautus", cast.brand.pk) == [1]
        assert "Documents of broken can't be indexed" in caplog.text
        monkeypatch.setattr(broken, "read", lambda keys: [])
        settle_dirty()
    assert not Dirty.objects.exists()


def test_until_the_dictionaries_are_read_words_are_found_by_their_beginning(
    shelf: Shelf, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.publish(document(1, cast.brand.pk, "Palautukset", RETURNS))
    settle()
    monkeypatch.setattr(dictionaries, "are_read", lambda: False)
    monkeypatch.setattr(dictionaries, "read_soon", lambda: started(lambda: None))
    (hit,) = content.search(cast.brand.pk, "palautuksia", reader=NOBODY).hits
    assert hit.key == 1
    assert found("lähetä", cast.brand.pk) == [1]


def started(work: object) -> Thread:
    thread = Thread(target=work)  # type: ignore[arg-type]
    thread.start()
    return thread


def test_questions_are_kept_without_what_is_personal(cast: Cast, db: None) -> None:
    brand = cast.brand.pk
    for text in (
        "Missä tilaus 1002345 on",
        "missä tilaus on",
        "missä tilaus dee@example.com on",
        "131052-308T",
        "+358 40 123 4567",
    ):
        content.asked(brand, text, where="helpsite", found=0)
    content.asked(brand, "palautus", where="bot", found=3)
    (gap,) = gaps.questions(brand, clock.now().date() - dt.timedelta(days=2), most=9)
    assert (gap.text, gap.times, gap.found_nothing) == ("missä tilaus on", 3, 3)
    assert gaps.questions(cast.other_brand.pk, clock.now().date() - dt.timedelta(days=2), most=9) == []
    with time_machine.travel(clock.now() + gaps.KEPT + dt.timedelta(days=2)):
        gaps.forget()
    assert gaps.questions(brand, dt.date(2000, 1, 1), most=9) == []


def test_both_databases_answer_as_if_the_rows_had_been_looked_through(
    shelf: Shelf, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run on each database, so what one answers the other answers."""
    brands, seen = {"villa": cast.brand.pk, "kaisla": cast.other_brand.pk}, sets()[0]
    shelf.publish(
        *(
            document(number, brands[one.shop], one.title, one.body, language=one.language)
            for number, one in enumerate(seen.articles, start=1)
        )
    )
    settle()
    asked = [(brands[query.shop], query.text) for query in seen.queries[::8]]
    of_database = [found(text, brand) for brand, text in asked]
    rows = [(pk, frozenset(terms.split())) for pk, terms in Entry.objects.order_by("-pk").values_list("pk", "terms")]

    def looked_through(_model: object, wanted: engine.Expression, most: int) -> list[int]:
        python = re.sub(r'"(\w+)"', r"('\1' in terms)", wanted.fts5).replace(" AND ", " and ").replace(" OR ", " or ")
        fits = eval(f"lambda terms: {python}")
        return [pk for pk, terms in rows if fits(terms)][:most]

    monkeypatch.setattr(engine, "newest", looked_through)
    assert [found(text, brand) for brand, text in asked] == of_database
    assert sum(bool(one) for one in of_database) > len(asked) * 0.8
