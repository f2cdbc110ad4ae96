"""The help site's pages through their door: who reads what, what is kept, where old addresses lead."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Contact
from aspa.kit import clock
from aspa.kit.tasks import run_pending
from aspa.service.knowledge import arranging, publishing, switches, views
from aspa.service.knowledge.models import Category, Comment, DayOfViews, Selector, Version, Vote
from aspa.service.knowledge.publishing import Text
from aspa.service.knowledge.timeline import Commented
from aspa.service.moderation.models import Item
from aspa.service.segments.models import Edition, Membership, Segment
from aspa.service.timeline.sources import Asked
from aspa.web.contact import stamps
from aspa.web.helpsite import guards, readers, signed_in
from tests.cast import Cast

pytestmark = pytest.mark.django_db

# A page asks the database so often at most, whatever is on it.
BUDGETS = {"home": 16, "category": 14, "article": 18, "search": 24, "blog": 10}


@pytest.fixture(autouse=True)
def nothing_cached() -> None:
    cache.clear()


@pytest.fixture
def shelf(cast: Cast) -> Category:
    return Category.objects.create(brand=cast.brand, slug="toimitus", names={"fi": "Toimitus", "sv": "Leverans"})


def written(cast: Cast, title: str, *, kind: str = "faq", language: str = "fi", **more: Any) -> Version:
    """A published article of the shop's."""
    text = Text(title=title, body=more.pop("body", f"{title} näin se käy.\n\nToinen kappale."))
    version = publishing.create(cast.brand, kind, language, text, by=cast.ada, **more)
    return publishing.publish(version, by=cast.ada)


def signed_in_as(contact: Contact) -> Client:
    """A browser with the help site's own cookie."""
    from django.http import HttpResponse

    response, client = HttpResponse(), Client()
    signed_in.remember(response, contact.brand, contact, lives=signed_in.BY_CODE)
    client.cookies[signed_in.COOKIE] = response.cookies[signed_in.COOKIE].value
    return client


def links(page: str) -> set[str]:
    return set(re.findall(r'href="(/help/[^"?#]*)', page))


def in_sitemap(client: Client) -> dict[str, set[str]]:
    """Every address that the index leads to, each with the languages in which it is there."""
    name = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    index = ElementTree.fromstring(client.get("/help/villa/sitemap.xml").content)
    found: dict[str, set[str]] = {}
    for part in index.iter(f"{name}loc"):
        listed = ElementTree.fromstring(client.get(str(part.text).removeprefix(settings.ASPA_URL)).content)
        for url in listed:
            codes = {one.get("hreflang", "") for one in url.iter("{http://www.w3.org/1999/xhtml}link")}
            found[url.findtext(f"{name}loc", "")] = codes
    return found


def test_every_answer_is_two_clicks_away(cast: Cast, client: Client, shelf: Category) -> None:
    below = Category.objects.create(brand=cast.brand, slug="nouto", names={"fi": "Nouto"}, parent=shelf)
    expected = {
        *(written(cast, f"Toimitus {number}?", category=shelf).url() for number in range(5)),
        *(written(cast, f"Nouto {number}?", category=below).url() for number in range(5)),
        *(written(cast, f"Muu asia {number}?").url() for number in range(5)),
    }
    first = links(client.get("/help/villa/fi/").content.decode())
    second = {link for path in first for link in links(client.get(path).content.decode())}
    assert expected <= first | second


def test_an_article_says_what_it_is(cast: Cast, client: Client, shelf: Category) -> None:
    version = written(cast, "Milloin </script> paketti tulee?", category=shelf)
    swedish = publishing.add_language(version.article, "sv", by=cast.ada)
    publishing.save_draft(swedish, Text(title="När kommer paketet?", body="Snart."), by=cast.ada)
    publishing.publish(swedish, by=cast.ada)
    swedish.refresh_from_db()
    page = client.get(version.url()).content.decode()
    told = [json.loads(found) for found in re.findall(r"ld\+json\">(.*?)</script>", page)]
    assert [one["@type"] for one in told] == ["FAQPage", "BreadcrumbList"]
    assert told[0]["mainEntity"][0]["name"] == version.title
    assert f'<link rel="canonical" href="{settings.ASPA_URL}{version.url()}">' in page
    assert f'hreflang="sv" href="{settings.ASPA_URL}{swedish.url()}"' in page
    assert f'<a href="{swedish.url()}" lang="sv"' in page
    assert '<a href="/help/villa/en/" lang="en"' in page
    listed = in_sitemap(client)
    assert {settings.ASPA_URL + version.url(), settings.ASPA_URL + swedish.url()} <= listed.keys()
    assert listed[settings.ASPA_URL + version.url()] == {"fi", "sv"} and listed[f"{settings.ASPA_URL}/help/villa/en/"]
    # Anybody may ask, so it is made once in a while.
    with CaptureQueriesContext(connection) as asked:
        again = client.get("/help/villa/sitemap/articles-0.xml", headers={"accept-encoding": "gzip"})
    assert (again["Content-Encoding"], len(asked)) == ("gzip", 1)
    assert version.url() in gzip.decompress(again.content).decode()
    assert client.get("/help/villa/sitemap/articles-7.xml").status_code == 404
    assert client.get("/help/villa/sitemap/articles-x.xml").status_code == 404
    assert client.get(f"/help/villa/sitemap/articles-{10**18}.xml").status_code == 404
    assert "/help/villa/sitemap.xml" in client.get("/robots.txt").content.decode()


def test_pictures_and_videos_are_told_of_where_everybody_sees_them(cast: Cast, client: Client) -> None:
    for kind in ("article", "video"):
        switches.set_on(cast.brand, kind, True)
    picture, film = "/files/pictures/content/AbCdEfGh12-1200x630.webp", "/files/videos/AbCdEfGh12.mp4"
    body = f'![Lappu "ohje"]({picture})\n\n![Näin]({film})\n\n![Pesu](https://youtu.be/abcdefg123)'
    shown, hidden = (
        written(cast, f"Pesu {who}", kind="video", body=body, audience=who) for who in ("all", "signed_in")
    )
    page = client.get(shown.url()).content.decode()
    whole = settings.ASPA_URL + picture
    assert f'property="og:image" content="{whole}"' in page and 'content="Lappu &quot;ohje&quot;"' in page
    assert 'property="og:locale" content="fi_FI"' in page
    article = json.loads(re.findall(r"ld\+json\">(.*?)</script>", page)[0])
    ours, theirs = article["video"]
    assert (ours["name"], ours["contentUrl"], ours["thumbnailUrl"]) == ("Näin", settings.ASPA_URL + film, whole)
    assert theirs["embedUrl"] == "https://www.youtube-nocookie.com/embed/abcdefg123"
    assert theirs["thumbnailUrl"] == "https://i.ytimg.com/vi/abcdefg123/hqdefault.jpg"
    assert article["image"] == [whole] and all(one["uploadDate"] and one["description"] for one in (ours, theirs))
    inside = signed_in_as(cast.dee).get(hidden.url()).content.decode()
    assert "og:image" not in inside and "VideoObject" not in inside and f'src="{picture}?lent=' in inside


def test_old_addresses_lead_on_and_wrong_ones_search(cast: Cast, client: Client) -> None:
    version = written(cast, "Vanha nimi")
    old = version.url()
    publishing.save_draft(version, Text(title="Uusi nimi", body="Sama asia.", slug="uusi-nimi"), by=cast.ada)
    version = publishing.publish(version, by=cast.ada)
    moved = client.get(old)
    assert (moved.status_code, moved["Location"]) == (301, version.url())
    assert client.get(f"/help/villa/sv/a/{version.slug}/")["Location"] == version.url()
    # What was for everybody and has been taken back is gone; of what never was nobody learns anything.
    for audience, status in (("agents", 404), ("all", 410)):
        taken = written(cast, f"Otettu {audience}", audience=audience)
        publishing.unpublish(taken, by=cast.ada)
        assert client.get(taken.url()).status_code == status
    assert client.get(version.url()[:-1])["Location"] == version.url()
    nothing = client.get("/help/villa/fi/a/kadonnut-paketti/")
    assert nothing.status_code == 404
    assert 'value="kadonnut paketti"' in nothing.content.decode()
    assert client.get("/help/nobody/fi/").status_code == 404
    assert client.get("/help/villa/", headers={"accept-language": "sv"})["Location"] == "/help/villa/sv/"


def test_who_reads_what(cast: Cast, client: Client, shelf: Category) -> None:
    """All, signed in, a segment, agents: everybody else finds nothing at the address, on the lists and in search."""
    switches.set_on(cast.brand, "post", True)
    segment = Segment.objects.create(brand=cast.brand, name="Kulta")
    segment.current = Edition.objects.create(segment=segment, rule={}, swept_at=clock.now(), reached=None)
    segment.save()
    gold = Contact.objects.create(brand=cast.brand, name="Gold", created_at=clock.now())
    Membership.objects.create(edition=segment.current, contact=gold, since=clock.now())
    stranger = Contact.objects.create(brand=cast.other_brand, name="Stranger", created_at=clock.now())
    audiences = ("all", "signed_in", f"segment:{segment.pk}", "agents")
    paths = {
        audience: written(cast, f"Villasukkien pesu {audience}", category=shelf, audience=audience).url()
        for audience in audiences
    }
    run_pending()
    ben, cy = Client(), Client()
    ben.force_login(cast.ben)
    cy.force_login(cast.cy)
    sees = {
        "anybody": (client, {"all"}),
        "another brand's customer": (signed_in_as(stranger), {"all"}),
        "another brand's agent": (cy, {"all"}),
        "customer": (signed_in_as(cast.dee), {"all", "signed_in"}),
        "gold": (signed_in_as(gold), {"all", "signed_in", audiences[2]}),
        "agent": (ben, set(audiences)),
    }
    for who, (browser, expected) in sees.items():
        found = {audience for audience, path in paths.items() if browser.get(path).status_code == 200}
        assert found == expected, who
        for page in (shelf.url("fi"), "/help/villa/fi/search/?q=villasukkien"):
            listed = links(browser.get(page).content.decode())
            assert {audience for audience, path in paths.items() if path in listed} == expected, (who, page)
        found = {audience for audience, path in paths.items() if browser.get(f"{path}helped/").status_code == 200}
        assert found == expected, who
    assert client.post(f"{paths['agents']}helped/", {"helped": "yes"}).status_code == 404
    assert not Vote.objects.exists()
    listed = in_sitemap(client)
    assert [audience for audience, path in paths.items() if settings.ASPA_URL + path in listed] == ["all"]


def test_kinds_that_are_off_are_not_there(cast: Cast, client: Client) -> None:
    for kind in ("article", "post"):
        switches.set_on(cast.brand, kind, True)
    guide, post = written(cast, "Ohje", kind="article"), written(cast, "Uutinen", kind="post")
    feed = client.get("/help/villa/fi/blog/feed.xml").content.decode()
    assert "<title>Uutinen</title>" in feed
    assert "Uutinen" in client.get("/help/villa/fi/blog/").content.decode()
    switches.set_on(cast.brand, "post", False)
    assert client.get("/help/villa/fi/blog/").status_code == 404
    assert (client.get(post.url()).status_code, client.get(guide.url()).status_code) == (404, 200)


def test_pages_are_asked_for_again_in_a_few_bytes(cast: Cast, client: Client) -> None:
    version = written(cast, "Milloin paketti tulee?", body="Pian. " * 200)
    page = client.get(version.url(), headers={"accept-encoding": "gzip"})
    assert (page["Content-Encoding"], page["Cache-Control"]) == ("gzip", "public, no-cache")
    same = client.get(version.url(), headers={"if-none-match": page["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    theirs = signed_in_as(cast.dee).get(version.url(), headers={"if-none-match": page["ETag"]})
    assert (theirs.status_code, theirs["Cache-Control"]) == (200, "private, no-cache")
    sheet = re.findall(r'href="(/help/villa/look\.css\?v=\w+)"', theirs.content.decode())[0]
    assert "immutable" in client.get(sheet)["Cache-Control"]


def test_a_vote_counts_once_a_person(cast: Cast, client: Client) -> None:
    version = written(cast, "Auttoiko?")
    path = f"{version.url()}helped/"
    assert readers.VOTER_COOKIE not in client.get(version.url()).cookies
    assert client.post(path, {"helped": "yes"})["Location"] == f"{version.url()}?said=helped#helped"
    client.post(path, {"helped": "yes"})
    asked = client.post(path, {"helped": "no"})
    assert asked["Location"] == path
    client.post(path, {"reason": "missing", "text": "Mitat puuttuvat"})
    client.post(path, {"reason": "whatever"})
    signed_in_as(cast.dee).post(path, {"helped": "yes"})
    version.refresh_from_db()
    assert (version.helped, version.not_helped) == (1, 1)
    vote = Vote.objects.get(helped=False)
    assert (vote.reason, vote.text) == ("missing", "Mitat puuttuvat")
    assert "Mitat puuttuvat" not in client.get(path).content.decode()


def test_forms_of_other_sites_are_not_taken(cast: Cast) -> None:
    version = written(cast, "Auttoiko?")
    browser = Client(enforce_csrf_checks=True)
    for told in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}):
        refused = browser.post(f"{version.url()}helped/", {"helped": "yes"}, headers=told)
        assert refused.status_code == 403, told
    assert not Vote.objects.exists()
    taken = browser.post(f"{version.url()}helped/", {"helped": "yes"}, headers={"origin": "http://testserver"})
    assert taken.status_code == 302


def test_a_comment_is_looked_at_before_others_see_it(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "QUICKEST", 0)
    switches.set_on(cast.brand, "article", True)
    version = written(cast, "Villan pesu", kind="article")
    path = f"{version.url()}comment/"
    assert client.get(path)["Location"].startswith("/help/villa/fi/sign-in/?next=")
    dee = signed_in_as(cast.dee)
    told = {"text": "<script>alert(1)</script> Toimii hyvin", "stamp": guards.new_stamp("comment")}
    assert dee.post(path, {**told, "stamp": ""}).status_code == 422
    assert dee.post(path, {**told, "trap": "x"}).status_code == 422
    written_one = dee.post(path, told)
    assert written_one["Location"] == f"{version.url()}?said=comment#comments"
    comment = Comment.objects.get()
    Comment.objects.update(state=Comment.State.HELD)
    assert "Toimii hyvin" not in client.get(version.url()).content.decode()
    assert "Toimii hyvin" in dee.get(version.url()).content.decode()
    Comment.objects.update(state=Comment.State.PUBLISHED)
    page = client.get(version.url()).content.decode()
    assert "Toimii hyvin" in page
    assert "<script>alert" not in page
    assert f"comment-{comment.pk}" in page
    asked = Asked(agent=cast.ada, contact=cast.dee, count=5, words="toimii")
    assert [(one.pk, one.state) for one in Commented().entries(asked)] == [(comment.pk, "")]
    faq = written(cast, "Kysymys?")
    assert dee.get(f"{faq.url()}comment/").status_code == 404

    # Its author puts it right for a day, and deletes it whenever they like; others do neither.
    eve = signed_in_as(Contact.objects.create(brand=cast.brand, name="Eve", created_at=clock.now()))
    mine, gone = f"{path}{comment.pk}/", f"{path}{comment.pk}/delete/"
    anew = {"text": "Toimii <b>hyvin</b> yhä", "stamp": guards.new_stamp("comment")}
    assert mine in dee.get(version.url()).content.decode() and mine not in page
    assert [eve.get(mine).status_code, eve.post(mine, anew).status_code, eve.post(gone).status_code] == [404] * 3
    assert client.post(gone)["Location"].startswith("/help/villa/fi/sign-in/")
    assert "Toimii hyvin" in dee.get(mine).content.decode()
    assert dee.post(mine, {**anew, "text": ""}).status_code == 422
    assert dee.post(mine, anew).status_code == 302
    comment.refresh_from_db()
    # Judged anew: the brand holds what newcomers write.
    assert (comment.text, comment.state) == ("Toimii <b>hyvin</b> yhä", "held") and comment.edited_at
    with time_machine.travel(clock.now() + dt.timedelta(hours=25), tick=False):
        assert mine in (seen := dee.get(version.url()).content.decode()) and f'href="{mine}"' not in seen
        late = dee.post(mine, {"text": "Myöhään", "stamp": guards.new_stamp("comment")})
        assert late.status_code == 422 and "Myöhään" in late.content.decode()
        assert dee.post(gone).status_code == 302
    assert not Comment.objects.exists() and not Item.objects.filter(kind="comment").exists()


def test_search_narrows_and_helps_on(cast: Cast, client: Client, shelf: Category) -> None:
    sock = written(cast, "Villasukan pesu", category=shelf)
    written(cast, "Villasukan koko")
    arranging.describe(sock.article, kind="faq", audience="all", category=shelf, selectors=[("topic", "hoito")])
    run_pending()
    both = links(client.get("/help/villa/fi/search/?q=villasukan").content.decode())
    assert len([one for one in both if "villasukan" in one]) == 2
    for narrowed in ("topic=hoito", f"category={shelf.pk}"):
        page = client.get(f"/help/villa/fi/search/?q=villasukan&{narrowed}").content.decode()
        assert {one for one in links(page) if "villasukan" in one} == {sock.url()}, narrowed
    hits = client.get("/help/villa/fi/suggest/?q=villasu").json()
    assert {hit["title"] for hit in hits} == {"Villasukan pesu", "Villasukan koko"}
    assert client.get("/help/villa/fi/about/topic/hoito/").status_code == 200
    for odd in ("", "\x00", "'\"<", "a" * 5000, "🧦"):
        asked = {"q": odd, "from": "x", "kind": "no", "topic": odd}
        assert client.get("/help/villa/fi/search/", asked).status_code == 200
        assert client.get("/help/villa/fi/suggest/", asked).status_code == 200
    assert client.get("/help/villa/fi/about/topic/%00/").status_code == 404
    assert client.get("/help/villa/fi/sign-in/code/?of=%00").status_code == 404
    assert "/contact/" not in client.get("/help/villa/fi/search/?q=xyzzy").content.decode()
    Inbox.objects.create(brand=cast.brand, name="Lomake", channel="form")
    cache.clear()
    assert "/contact/" in client.get("/help/villa/fi/search/?q=xyzzy").content.decode()


def test_pages_ask_the_database_little(cast: Cast, client: Client, shelf: Category) -> None:
    for kind in ("article", "post"):
        switches.set_on(cast.brand, kind, True)
    for number in range(14):
        written(cast, f"Uutinen {number}", kind="post")
    articles = [written(cast, f"Ohje {number}", kind="article", category=shelf) for number in range(14)]
    Selector.objects.create(article=articles[0].article, kind="topic", value="hoito")
    Inbox.objects.create(brand=cast.brand, name="Lomake", channel="form")
    run_pending()
    paths = {
        "home": "/help/villa/fi/", "category": shelf.url("fi"), "article": articles[0].url(),
        "search": "/help/villa/fi/search/?q=ohje", "blog": "/help/villa/fi/blog/",
    }  # fmt: skip
    for name, path in paths.items():
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(path).status_code == 200
        assert len(asked) <= BUDGETS[name], (name, len(asked), [one["sql"][:150] for one in asked])


def test_what_is_read_most_stands_in_front_and_nobody_is_noted(cast: Cast, client: Client) -> None:
    quiet, read, colleagues = (written(cast, title) for title in ("Hiljainen", "Luettu", "Talon oma"))
    front = "/help/villa/fi/"
    for _each in range(3):
        client.get(read.url())
    with CaptureQueriesContext(connection) as asked:
        signed_in_as(cast.dee).get(read.url())
    assert not [one["sql"] for one in asked if not one["sql"].startswith("SELECT")], "a view is no write"
    # A colleague, robots, a look in case and a look at the head alone are nobody's reading.
    ada = Client()
    ada.force_login(cast.ada)
    ada.get(colleagues.url())
    client.get(quiet.url(), headers={"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"})
    client.get(quiet.url(), headers={"Sec-Purpose": "prefetch"})
    client.head(quiet.url())
    views.hand_over()
    run_pending()
    assert [(one.version_id, one.count) for one in DayOfViews.objects.all()] == [(read.pk, 4)]
    assert 'id="read"' in client.get(front).content.decode()
    with time_machine.travel(clock.now() + dt.timedelta(days=32), tick=False):
        client.get(quiet.url())
        views.hand_over()
        run_pending()
        views.forget_old()
    assert dict(Version.objects.values_list("pk", "views")) == {quiet.pk: 1, read.pk: 0, colleagues.pk: 0}
    assert DayOfViews.objects.get().version_id == quiet.pk


def test_the_front_says_what_its_writers_want(cast: Cast, client: Client) -> None:
    assert client.get("/content/front/").status_code == 302
    ben, ada = Client(), Client()
    ben.force_login(cast.ben)
    ada.force_login(cast.ada)
    told = {"brand": cast.brand.pk, "title-fi": "Mitä <mietit>?", "welcome-fi": "Täältä löydät vastaukset."}
    assert ben.post("/content/front/", told).status_code == 403
    assert ada.post("/content/front/", told).status_code == 302
    assert "Mitä &lt;mietit&gt;?" in client.get("/help/villa/fi/").content.decode()
    assert "Täältä löydät" not in client.get("/help/villa/sv/").content.decode()
    assert "Täältä löydät" in ada.get("/content/front/").content.decode()


def test_from_a_question_to_a_human_without_scripts(cast: Cast, client: Client) -> None:
    """As a browser without scripts goes: by forms and links alone."""
    Inbox.objects.create(brand=cast.brand, name="Lomake", channel="form")
    version = written(cast, "Villasukan pesu")
    run_pending()
    home = client.get("/help/villa/fi/").content.decode()
    search = re.findall(r'<form class="find" role="search" action="([^"]+)"', home)[0]
    found = client.get(search, {"q": "villasukan"}).content.decode()
    path = re.findall(r'<a class="row" href="([^"]+)"', found)[0]
    assert path == version.url()
    vote = re.findall(r'<form class="line" method="post" action="([^"]+)"', client.get(path).content.decode())[0]
    why = client.post(vote, {"helped": "no"}, follow=True).content.decode()
    assert 'name="reason"' in why
    human = re.findall(r'href="(/contact/[^"]+)"', why)[0]
    assert client.get(human.replace("&amp;", "&")).status_code == 200
