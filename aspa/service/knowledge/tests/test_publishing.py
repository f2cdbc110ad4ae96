"""From a draft to what readers see, and back."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from aspa.core.inboxes.models import Brand
from aspa.kit import clock
from aspa.service.knowledge import arranging, published, publishing, switches
from aspa.service.knowledge.indexed import Published
from aspa.service.knowledge.models import Kind, Redirect, Revision, Version
from aspa.service.knowledge.publishing import NotReady, Overtaken, Text
from aspa.service.knowledge.tasks import publish_scheduled
from aspa.service.search.content import Reader
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ANYBODY, AGENT = Reader(), Reader(is_agent=True)


def written(cast: Cast, title: str = "Palautukset", *, body: str = "Näin palautat.", **more: object) -> Version:
    version = publishing.create(cast.brand, Kind.FAQ, "fi", Text(title=title, body=body), by=cast.ada, **more)  # type: ignore[arg-type]
    return publishing.publish(version, by=cast.ada)


def seen(cast: Cast, reader: Reader = ANYBODY, **more: object) -> list[str]:
    return [one.title for one in published.articles(cast.brand, reader, **more)]  # type: ignore[arg-type]


def test_nobody_sees_a_draft_and_what_is_public_stays_while_it_is_changed(cast: Cast) -> None:
    version = publishing.create(cast.brand, Kind.FAQ, "fi", Text(title="Palautukset", body=""), by=cast.ada)
    assert seen(cast) == []
    with pytest.raises(NotReady):
        publishing.publish(version, by=cast.ada)
    publishing.save_draft(version, Text(title="Palautukset", body="**Näin**"), by=cast.ada)
    version = publishing.publish(version, by=cast.ada)
    assert (version.slug, version.summary, version.html.strip()) == (
        "palautukset",
        "Näin",
        "<p><strong>Näin</strong></p>",
    )
    publishing.save_draft(version, Text(title="Toinen", body="Muuta"), by=cast.ada)
    assert seen(cast) == ["Palautukset"]
    assert [one.title for one in Published().read([version.pk])] == ["Palautukset"]
    publishing.unpublish(version, by=cast.ada)
    assert seen(cast, AGENT) == [] == list(Published().read([version.pk]))
    publishing.publish(version, by=cast.ada)
    assert seen(cast) == ["Toinen"]


def test_who_saves_after_somebody_else_is_told_and_nothing_is_lost(cast: Cast) -> None:
    version = written(cast)
    first = publishing.save_draft(version, Text(title="A", body="Adan"), by=cast.ada, known=0)
    with pytest.raises(Overtaken):
        publishing.save_draft(version, Text(title="B", body="Benin"), by=cast.ben, known=0)
    publishing.save_draft(version, Text(title="B", body="Benin"), by=cast.ben, known=first.number)
    # His own other window counts as somebody else's, but may go on.
    publishing.save_draft(version, Text(title="B", body="Toisesta ikkunasta"), by=cast.ben, known=first.number)
    kept = Revision.objects.filter(version=version, what="replaced").order_by("number")
    assert list(kept.values_list("body", flat=True)) == ["Adan", "Benin"]


def test_a_new_slug_leaves_a_way_from_the_old_one(cast: Cast) -> None:
    version = written(cast)
    publishing.save_draft(version, Text(title="Palautukset", body="x", slug="Palauta Näin"), by=cast.ada)
    version = publishing.publish(version, by=cast.ada)
    assert version.slug == "palauta-nain"
    found = published.article(cast.brand, ANYBODY, "fi", "palautukset")
    assert (found.version, found.moved_to) == (None, "/help/villa/fi/a/palauta-nain/")
    # In another language the reader is led to the one that there is.
    assert published.article(cast.brand, ANYBODY, "sv", "palauta-nain").moved_to == "/help/villa/fi/a/palauta-nain/"
    assert published.article(cast.brand, ANYBODY, "fi", "muu") == published.Found()
    # Whoever takes the old address has it; a taken one is refused, and made different where nobody chose it.
    assert written(cast).slug == "palautukset"
    assert not Redirect.objects.exists()
    assert written(cast).slug == "palautukset-2"
    other = publishing.create(cast.brand, Kind.FAQ, "fi", Text(title="x", body="y", slug="palauta-nain"), by=cast.ada)
    with pytest.raises(NotReady, match="palauta-nain"):
        publishing.publish(other, by=cast.ada)


def test_translations_are_marked_when_the_main_language_says_something_new(cast: Cast) -> None:
    main = written(cast)
    swedish = publishing.add_language(main.article, "sv", by=cast.ben)
    assert publishing.add_language(main.article, "sv", by=cast.ben) == swedish
    publishing.save_draft(swedish, Text(title="Returer", body="Så här."), by=cast.ben)
    publishing.publish(swedish, by=cast.ben)
    for small, marked in ((True, False), (False, True)):
        publishing.save_draft(main, Text(title="Palautukset", body=f"Uutta {small}"), by=cast.ada)
        publishing.publish(main, by=cast.ada, small=small)
        swedish.refresh_from_db()
        assert swedish.needs_update is marked
    publishing.publish(swedish, by=cast.ben)
    main.refresh_from_db()
    swedish.refresh_from_db()
    assert not main.needs_update and not swedish.needs_update
    assert published.languages(main, ANYBODY) == [swedish]


def test_it_is_published_at_its_time(cast: Cast) -> None:
    due, taken = (
        publishing.create(cast.brand, Kind.FAQ, "fi", Text(title=title, body="x", slug=slug), by=cast.ada)
        for title, slug in (("Joulu", ""), ("Sama", "joulu"))
    )
    at = clock.now() + dt.timedelta(hours=2)
    for version in (due, taken):
        publishing.schedule(version, at, by=cast.ada)
    publish_scheduled()
    assert seen(cast) == []
    with time_machine.travel(at + dt.timedelta(seconds=1), tick=False):
        publish_scheduled()
        publish_scheduled()
    # The other can't be: it waits for somebody as a draft again.
    assert seen(cast) == ["Joulu"]
    taken.refresh_from_db()
    assert (taken.state, taken.publish_at) == ("draft", None)


def test_what_was_is_brought_back_as_a_draft(cast: Cast) -> None:
    version = written(cast, body="Ensin")
    publishing.save_draft(version, Text(title="Palautukset", body="Sitten"), by=cast.ben)
    publishing.publish(version, by=cast.ben)
    publishing.save_draft(version, Text(title="Palautukset", body="Kesken"), by=cast.ben)
    first = Revision.objects.get(version=version, number=1)
    assert publishing.restore(first, by=cast.ada).body == "Ensin"
    assert Revision.objects.filter(version=version, body="Kesken").exists()
    assert publishing.publish(version, by=cast.ada).body == "Ensin"
    assert [one.by for one in Revision.objects.filter(version=version, what="published")] == [
        cast.ada,
        cast.ben,
        cast.ada,
    ]


def test_readers_see_what_is_for_them(cast: Cast) -> None:
    for title, audience in (("Kaikki", "all"), ("Omat", "signed_in"), ("Talo", "agents"), ("Kulta", "segment:7")):
        written(cast, title, audience=audience)
    assert seen(cast) == ["Kaikki"]
    assert seen(cast, Reader(contact_id=1)) == ["Kaikki", "Omat"]
    assert seen(cast, Reader(contact_id=1, segments=frozenset({7}))) == ["Kaikki", "Omat", "Kulta"]
    assert len(seen(cast, AGENT)) == 4
    assert published.article(cast.brand, ANYBODY, "fi", "talo") == published.Found()
    # Another brand's readers find nothing of it.
    assert not published.articles(cast.other_brand, AGENT).exists()


def test_a_kind_that_is_off_is_not_there(cast: Cast) -> None:
    publishing.publish(
        publishing.create(cast.brand, Kind.POST, "fi", Text(title="Uutta", body="x"), by=cast.ada), by=cast.ada
    )
    assert seen(cast) == [] and Published().after(0, 10) == []
    switches.set_on(cast.brand, "post", True)
    assert seen(cast) == ["Uutta"] and len(Published().after(0, 10)) == 1
    assert not switches.is_on(cast.other_brand.pk, "post") and switches.is_on(cast.other_brand.pk, "faq")


def test_shelves_neighbours_and_their_order(cast: Cast) -> None:
    outer = arranging.save_category(cast.brand, {"fi": "Tuotteet", "sv": "Produkter"})
    inner = arranging.save_category(cast.brand, {"fi": "Hoito"}, parent=outer)
    first, second, third = (written(cast, title, category=inner) for title in ("A", "B", "C"))
    (shelf,) = published.categories(cast.brand, ANYBODY, "fi")
    assert (shelf.name, shelf.count, [child.name for child in shelf.children]) == ("Tuotteet", 3, ["Hoito"])
    assert published.categories(cast.brand, ANYBODY, "sv") == []
    arranging.place_article(third.article, inner, 0)
    assert seen(cast, category=outer) == ["C", "A", "B"]
    arranging.describe(
        first.article, kind="faq", audience="all", category=None, selectors=[("product", "SKU-1"), ("topic", "villa")],
        related=[second.article.pk, 10**9],
    )  # fmt: skip
    assert seen(cast, tags=["product:SKU-1"]) == ["A"] and seen(cast, tags=["product:SKU-1", "topic:x"]) == []
    assert published.related(first, ANYBODY) == [second]
    (document,) = Published().read([third.pk])
    assert document.tags == (f"category:{inner.pk}", f"category:{outer.pk}")
    arranging.remove_category(inner)
    assert seen(cast, category=outer) == ["C", "B"]


def test_a_brand_that_goes_takes_its_shelves_along(cast: Cast) -> None:
    outer = arranging.save_category(cast.brand, {"fi": "Tuotteet"})
    arranging.save_category(cast.brand, {"fi": "Hoito"}, parent=outer)
    written(cast, category=outer)
    Brand.objects.get(pk=cast.brand.pk).delete()
    assert not Version.objects.exists()
