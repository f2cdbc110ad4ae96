"""Writing, checking and ordering articles through the pages; and who may."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from auditlog.models import LogEntry
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from PIL import Image

from aspa.core.inboxes.models import Grant
from aspa.core.people.models import Agent, Role
from aspa.kit import clock
from aspa.service.knowledge import arranging, lending, links, media, publishing
from aspa.service.knowledge.models import Article, Category, Kind, Media, Revision, Switch, Version
from aspa.service.knowledge.publishing import Text
from tests.cast import Cast
from tests.journeys.test_desk_pages import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben(cast: Cast) -> Client:
    """Ben, who writes for the shop; Cy writes for the other brand."""
    role = Role.objects.create(name="Writer", permissions=[Role.Permission.CONTENT])
    Grant.objects.create(agent=cast.ben, role=role, inbox=cast.inbox)
    Grant.objects.create(agent=cast.cy, role=role, inbox=cast.other_inbox)
    return signed_in(Agent.objects.get(pk=cast.ben.pk))


@pytest.fixture
def version(cast: Cast) -> Version:
    made = publishing.create(
        cast.brand, Kind.FAQ, "fi", Text(title="Pesu", body="Pese **käsin**."), by=cast.ada,
        category=Category.objects.create(brand=cast.brand, slug="hoito", names={"fi": "Hoito"}),
    )  # fmt: skip
    return publishing.publish(made, by=cast.ada)


def test_an_article_from_beginning_to_readers(ben: Client, cast: Cast) -> None:
    begun = ben.post("/content/new/", {"brand": cast.brand.pk, "kind": "faq", "language": "fi", "title": "Pesu"})
    version = Version.objects.get()
    assert begun["Location"] == f"/content/{version.pk}/"
    address = f"/content/{version.pk}/"
    text = {"title": "Pesu", "body": "Pese <script>alert(1)</script> **käsin**.", "known": "1"}
    saved = ben.post(f"{address}save", text, headers={"X-Quietly": "1"})
    assert saved.json()["number"] == 2
    shown = ben.post(f"{address}preview", text).content.decode()
    assert "<strong>käsin</strong>" in shown and "<script>" not in shown
    assert ben.post(f"{address}publish", {**text, "known": "2"}).status_code == 302
    version.refresh_from_db()
    assert version.is_published and version.published_at
    page = ben.get(address).content.decode()
    assert 'lang="fi"' in page and "/help/villa/fi/a/pesu/" in page
    assert "Pesu" in ben.get("/content/?state=published&q=pes").content.decode()
    assert "Pesu" not in ben.get("/content/?state=draft").content.decode()


def test_somebody_elses_text_isnt_overwritten(ben: Client, version: Version, cast: Cast) -> None:
    publishing.save_draft(version, Text(title="Pesu", body="Adan"), by=cast.ada)
    answer = ben.post(
        f"/content/{version.pk}/save", {"title": "x", "body": "y", "known": "0"}, headers={"X-Quietly": "1"}
    )
    assert answer.status_code == 409 and answer.json()["number"] == 1 and "Ada Aalto" in answer.json()["text"]
    assert ben.post(f"/content/{version.pk}/publish", {"title": "x", "body": "y", "known": "0"}).status_code == 302
    version.refresh_from_db()
    assert "Pese" in version.body


def test_pictures_are_encoded_anew_and_nothing_else_is_taken(ben: Client, version: Version) -> None:
    plain = io.BytesIO()
    Image.new("RGB", (3200, 1600), "teal").save(plain, "PNG")
    upload = lambda content, kind: ben.post(  # noqa: E731
        f"/content/{version.pk}/files", {"file": SimpleUploadedFile("a.png", content, kind), "alt": "Lappu"}
    )
    url = upload(plain.getvalue() + b"<script>", "image/png").json()["url"]
    assert re.fullmatch(r"/files/pictures/content/[\w-]+-1600x800\.webp", url)
    assert Media.objects.get().url == url
    got = ben.get(url)
    assert got["Content-Type"] == "image/webp" and b"<script>" not in got.content
    for content, kind in (
        (b"<svg onload=alert(1)>", "image/png"),
        (b"<html>", "video/mp4"),
        (b"%PDF-1.4", "image/png"),
    ):
        assert upload(content, kind).status_code == 415
    assert f'src="{url}"' in ben.post(f"/content/{version.pk}/preview", {"body": f"![x]({url})"}).content.decode()


def test_videos_are_given_in_parts(ben: Client, version: Version) -> None:
    content = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 20
    file = SimpleUploadedFile("v.mp4", content, "video/mp4")
    url = ben.post(f"/content/{version.pk}/files", {"file": file}).json()["url"]
    part = ben.get(url, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content, part["Content-Range"]) == (
        206,
        content[10:20],
        f"bytes 10-19/{len(content)}",
    )
    assert ben.get(url, headers={"Range": "bytes=-5"}).content == content[-5:]
    assert ben.get(url, headers={"Range": f"bytes={len(content)}-"}).status_code == 416
    assert ben.get("/files/videos/..%2Fsecret.mp4").status_code == 404


def test_files_are_for_those_who_may_read_the_article_and_go_with_the_last_text_that_has_them(
    ben: Client, version: Version, cast: Cast
) -> None:
    plain = io.BytesIO()
    Image.new("RGB", (20, 10), "teal").save(plain, "PNG")
    picture, spare = (
        ben.post(f"/content/{version.pk}/files", {"file": SimpleUploadedFile("a.png", plain.getvalue())}).json()["url"]
        for _each in range(2)
    )
    film = SimpleUploadedFile("v.mp4", b"\x00\x00\x00\x18ftypmp42" + bytes(50), "video/mp4")
    video = ben.post(f"/content/{version.pk}/files", {"file": film}).json()["url"]
    text = Text(title="Pesu", body=f"![Lappu]({picture})\n\n![Näin]({video})")
    publishing.save_draft(version, text, by=cast.ada)
    stranger, cy = Client(), signed_in(Agent.objects.get(pk=cast.cy.pk))
    # What is being written is for those who write.
    assert ben.get(picture).status_code == 200 and ben.get(picture)["Cache-Control"].startswith("private")
    assert [who.get(one).status_code for who in (stranger, cy) for one in (picture, video)] == [404] * 4
    version = publishing.publish(version, by=cast.ada)
    for address in (picture, video):
        assert "immutable" in stranger.get(address)["Cache-Control"]
    arranging.describe(version.article, kind="faq", audience="signed_in", category=None)
    version.article.refresh_from_db()
    assert [who.get(one).status_code for who in (stranger, cy) for one in (picture, video)] == [404] * 4
    html = str(lending.readable(version))
    with time_machine.travel(clock.now() + dt.timedelta(hours=11), tick=False):
        for address in re.findall(r'src="(/files/[^"]+)"', html):
            assert stranger.get(address)["Cache-Control"].startswith("private")
            assert stranger.get(f"{address}0").status_code == 404
            # Each address opens its own file.
            assert stranger.get(spare + address[address.index("?") :]).status_code == 404
    with time_machine.travel(clock.now() + dt.timedelta(hours=25), tick=False):
        assert [stranger.get(one).status_code for one in re.findall(r'src="(/files/[^"]+)"', html)] == [404, 404]
    assert media.remove_unused() == 0, "what was uploaded just now may not have been saved yet"
    with time_machine.travel(clock.now() + dt.timedelta(days=8), tick=False):
        assert media.remove_unused() == 1 and {one.url for one in Media.objects.all()} == {picture, video}
        publishing.save_draft(version, Text(title="Pesu", body="Ilman."), by=cast.ada)
        publishing.publish(version, by=cast.ada)
        assert media.remove_unused() == 0, "a revision has them"
        publishing.remove(version.article)
        paths = [str(one.file.name) for one in Media.objects.all()]
        assert media.remove_unused() == 2 and not Media.objects.exists()
        assert not any(default_storage.exists(path) for path in paths)


def test_what_is_wrong_is_told_before_publishing(
    ben: Client, version: Version, monkeypatch: pytest.MonkeyPatch, cast: Cast
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(links, "_asked", lambda http, address: (asked.append(address), ("broken", "404"))[1])
    body = (
        "[a](/help/villa/fi/a/pesu/) [b](/help/villa/fi/a/ei-ole/) [c](#h-osa) [d](#h-muu) [e](/help/villa/fi/c/hoito/)"
        " [f](https://gone.example/x) [Tästä](#h-osa)\n\n## Osa\n\n![](/files/pictures/content/AbCdEfGh12-10x10.webp) ![x](https://e.example/p.png)"
        "\n\n![IMG_1234.jpg](/files/pictures/content/AbCdEfGh13-10x10.webp)"
    )
    first = ben.post(f"/content/{version.pk}/checks", {"title": "", "body": body}).content.decode()
    assert "data-again" in first
    links.look_at(["https://gone.example/x"])
    told = ben.post(f"/content/{version.pk}/checks", {"title": "Pesu", "body": body}).content.decode()
    assert asked == ["https://gone.example/x"]
    where = re.findall("<p>([^<]*)</p>", told)
    assert sorted(where) == sorted(
        [
            "/help/villa/fi/a/ei-ole/", "#h-muu", "https://gone.example/x", "Tästä", "https://e.example/p.png",
            "/files/pictures/content/AbCdEfGh12-10x10.webp", "IMG_1234.jpg",
        ]
    )  # fmt: skip
    assert "data-again" not in told


def test_links_into_our_own_network_are_never_asked() -> None:
    links.look_at(["http://127.0.0.1:9/x", "http://[::1]/", "http://no-such-host.invalid/"])
    found = links.known(["http://127.0.0.1:9/x", "http://[::1]/", "http://no-such-host.invalid/"])
    assert {address: one.detail for address, one in found.items()} == {
        "http://127.0.0.1:9/x": "private", "http://[::1]/": "private", "http://no-such-host.invalid/": "unreachable",
    }  # fmt: skip


def test_order_details_and_revisions_by_the_pages(ben: Client, version: Version, cast: Cast) -> None:
    hoito = Category.objects.get()
    ben.post(f"/content/categories/new/{cast.brand.pk}/", {"name_fi": "Koot", "name_sv": "Storlekar"})
    koot = Category.objects.get(slug="koot")
    ben.post(f"/content/categories/{koot.pk}/move", {"place": "0"})
    assert list(Category.objects.values_list("slug", flat=True)) == ["koot", "hoito"]
    ben.post(f"/content/categories/{hoito.pk}/", {"name_fi": "Hoito-ohjeet", "parent": koot.pk})
    assert Category.objects.get(pk=hoito.pk).parent == koot
    # A shelf can't stand on itself.
    ben.post(f"/content/categories/{koot.pk}/move", {"place": "0", "parent": hoito.pk})
    assert Category.objects.get(pk=koot.pk).parent is None
    ben.post(
        f"/content/{version.pk}/details",
        {"kind": "faq", "audience": "agents", "category": koot.pk, "about_product": "SKU-1, SKU-2", "about_topic": ""},
    )
    article = Article.objects.get()
    assert (article.audience, article.category, [one.tag for one in article.selectors.all()]) == (
        "agents", koot, ["product:SKU-1", "product:SKU-2"],
    )  # fmt: skip
    ben.post(f"/content/{version.pk}/redirects", {"slug": "/help/villa/fi/a/vanha-pesu/"})
    assert article.redirects.get().slug == "vanha-pesu"
    publishing.save_draft(version, Text(title="Pesu", body="Pese **koneessa**."), by=cast.ben)
    compared = ben.get(f"/content/{version.pk}/revisions/").content.decode()
    assert "<del>käsin</del>" in compared and "<ins>koneessa</ins>" in compared
    ben.post(f"/content/{version.pk}/revisions/1/restore")
    assert Version.objects.get(pk=version.pk).draft.body == "Pese **käsin**."
    assert Revision.objects.filter(what="replaced").get().body == "Pese **koneessa**."
    ben.post("/content/on/", {"brand": cast.brand.pk, "on": ["post", "video"]})
    assert set(Switch.objects.filter(is_on=True).values_list("kind", flat=True)) == {"post", "video"}
    assert {entry.actor for entry in LogEntry.objects.filter(content_type__model__in=["switch", "category"])} >= {
        cast.ben
    }


def doors() -> Iterator[tuple[str, dict[str, Any]]]:
    _prefix, resolver = get_resolver().namespace_dict["content"]
    for pattern in resolver.url_patterns:
        # Those of moderation and reviews are another permission's, with tests of their own.
        if isinstance(pattern, URLResolver):
            continue
        assert isinstance(pattern, URLPattern)
        yield str(pattern.name), dict(pattern.pattern.converters)


def test_writers_of_another_brand_find_nothing(ben: Client, version: Version, cast: Cast) -> None:
    publishing.save_draft(version, Text(title="Pesu", body="Kesken"), by=cast.ada)
    cy, only_answers = signed_in(Agent.objects.get(pk=cast.cy.pk)), signed_in(cast.ben)
    Grant.objects.filter(agent=cast.ben).exclude(role=cast.answering).delete()
    ours = {
        "version_id": version.pk, "article_id": version.article_id, "category_id": Category.objects.get().pk,
        "brand_id": cast.brand.pk, "number": 1, "redirect_id": 1, "language": "sv",
    }  # fmt: skip
    seen = 0
    for name, named in doors():
        if set(named) <= set(ours):
            path = reverse(f"content:{name}", kwargs={one: ours[one] for one in named})
            stranger = Client().post(path)
            stranger = Client().get(path) if stranger.status_code == 405 else stranger
            assert stranger.status_code == 302 and stranger["Location"].startswith("/account/login/"), path
            if named:
                assert {cy.get(path).status_code, cy.post(path).status_code} - {405} == {404}, path
                seen += 1
            assert {only_answers.get(path).status_code, only_answers.post(path).status_code} - {405} == {403}, path
    assert seen >= 20
    assert "Pesu" not in cy.get("/content/").content.decode()
    assert cy.get(f"/content/?brand={cast.brand.pk}").status_code == 404
    assert (Version.objects.get().body, Article.objects.count()) == ("Pese **käsin**.", 1)
