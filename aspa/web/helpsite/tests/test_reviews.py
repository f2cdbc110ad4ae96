"""Reviews through their public doors: written, read, embedded; nothing that is held is seen anywhere."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import re
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from aspa.core.inboxes import letters
from aspa.core.people.models import Contact, Identity
from aspa.kit import clock
from aspa.kit.rates import Buckets
from aspa.kit.tasks import run_pending
from aspa.service.commerce import ingest
from aspa.service.commerce.records import ProductRecord
from aspa.service.knowledge import switches
from aspa.service.moderation import deciding
from aspa.service.moderation.models import Item
from aspa.service.moderation.states import Action, Reason, State
from aspa.service.reviews import answering, inviting, photos, writing
from aspa.service.reviews.models import Declined, Photo, Product, Review
from aspa.service.reviews.tests.buying import GOOD, buys, picture, shop_of
from aspa.service.reviews.writing import Words
from aspa.web.contact import stamps
from aspa.web.helpsite import guards, signed_in, sitemap
from aspa.web.live import bodies
from tests.cast import Cast
from tests.post import mail_server_is_away

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> </script> \"' javascript:alert(3)"
PAGE = "/help/villa/fi/reviews/p/NS/"
BLOCK = "/help/villa/reviews/block/NS/"


@pytest.fixture(autouse=True)
def _settled(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reviews are on, and forms may be sent as fast as tests are."""
    switches.set_on(cast.brand, "review", is_on=True)
    shop_of(cast.dee)
    monkeypatch.setattr(stamps, "QUICKEST", 0)
    monkeypatch.setattr(sitemap, "KEPT", 0)
    for buckets in (guards._networks, guards._people):
        monkeypatch.setattr(buckets, "take", lambda *_given, **_more: 0.0)


def as_reader(contact: Contact) -> Client:
    client, answer = Client(), HttpResponse()
    signed_in.remember(answer, contact.brand, contact, lives=signed_in.BY_CODE)
    client.cookies = answer.cookies
    return client


def form(client: Client, path: str) -> dict[str, str]:
    """The form's hidden stamp."""
    (stamp,) = re.findall(r'name="stamp" value="([^"]+)"', client.get(path).content.decode())
    return {"stamp": stamp, "trap": ""}


def publish(cast: Cast) -> Review:
    deciding.decide(Item.objects.filter(kind="review"), by=cast.ada, action=Action.PUBLISH)
    return Review.objects.latest("pk")


def another(cast: Cast, number: int) -> Contact:
    made = Contact.objects.create(brand=cast.brand, name=f"Buyer {number}", created_at=clock.now())
    buys(made, number=f"8{number}")
    return made


def test_a_review_is_written_without_scripts_and_seen_when_it_is_published(cast: Cast) -> None:
    buys(cast.dee)
    dee, stranger = as_reader(cast.dee), Client()
    path = "/help/villa/fi/reviews/write/NS/"
    assert stranger.get(path).status_code == 302
    shown = dee.get(path).content.decode()
    assert 'value="Dee D."' in shown
    sent = {**form(dee, path), "stars": "5", "title": "Lämmin", "text": "Pitää pakkasella.", "name": "Dee D."}
    answer = dee.post(path, {**sent, "photos": [SimpleUploadedFile("a.jpg", picture(), "image/jpeg")]})
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}#mine")
    assert "Pitää pakkasella" not in stranger.get(PAGE).content.decode()
    assert "waiting to be looked at" in as_english(dee, PAGE)
    photo = Photo.objects.get()
    address = f"/help/villa/reviews/photos/{photo.public_id}.webp"
    assert stranger.get(address).status_code == 404
    publish(cast)
    seen = stranger.get(PAGE).content.decode()
    assert "Pitää pakkasella" in seen
    assert "aggregateRating" in seen
    assert stranger.get(address)["Content-Type"] == "image/webp"
    assert address in stranger.get(PAGE).content.decode()
    photos.decide(Review.objects.get(), [], [photo.public_id])
    assert stranger.get(address).status_code == 404
    assert address not in stranger.get(PAGE).content.decode()
    assert stranger.get(f"/help/metsa/reviews/photos/{photo.public_id}.webp").status_code == 404


def as_english(client: Client, path: str) -> str:
    return client.get(path.replace("/fi/", "/en/")).content.decode()


def test_what_is_no_review_is_shown_again_with_what_was_written(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    buys(cast.dee)
    dee = as_reader(cast.dee)
    path = "/help/villa/en/reviews/write/NS/"
    sent = {**form(dee, path), "stars": "4", "title": "", "text": "Kelpo neule", "name": "Dee"}
    svg = SimpleUploadedFile("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml")
    bomb = SimpleUploadedFile("b.png", picture("PNG", (6400, 6400)), "image/png")
    for wrong, status in (
        ({"photos": [svg]}, 422),
        ({"photos": [bomb]}, 422),
        ({"stars": "9"}, 422),
        ({"text": "a" * 4001}, 422),
        ({"text": "a" * 3_000_000}, 413),
        ({"stamp": "forged"}, 422),
        ({"trap": "spam"}, 422),
    ):
        answer = dee.post(path, {**sent, **wrong})
        assert answer.status_code in (status, 400), wrong
    assert "Kelpo neule" in dee.post(path, {**sent, "trap": "x"}).content.decode()
    with monkeypatch.context() as cut:
        cut.setattr(bodies, "is_cut", lambda _request: True)
        too_large = dee.post(path, sent)
    assert (too_large.status_code, "Kelpo neule" in too_large.content.decode()) == (413, True)
    assert not Review.objects.exists()
    stranger = as_reader(Contact.objects.create(brand=cast.brand, name="Eve", created_at=clock.now()))
    assert "Only those who have bought" in stranger.get(path).content.decode()
    assert stranger.post(path, sent).status_code == 422
    assert dee.post(path, sent, headers={"origin": "https://evil.example"}).status_code == 403
    assert dee.get("/help/villa/en/reviews/write/no-such/").status_code == 404
    assert as_reader(cast.dee).get("/help/metsa/fi/reviews/write/NS/").status_code in (302, 404)


def test_hostile_words_are_words_everywhere(cast: Cast) -> None:
    buys(cast.dee)
    cast.ben.name = HOSTILE[:100]
    said = Words(stars=1, name="<b>Dee</b>", title=HOSTILE, text=f"{HOSTILE}\n\n{HOSTILE}", language="fi")
    writing.write(cast.dee, "NS", said)
    answering.answer(publish(cast), HOSTILE, by=cast.ben)
    for path in (PAGE, "/help/villa/reviews/html/NS/", "/help/villa/fi/reviews/"):
        page = Client().get(path).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>Dee" not in page
        for data in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page):
            assert json.loads(data)["@type"] == "Product"
    told = Client().get(BLOCK).json()
    assert told["reviews"][0]["title"] == HOSTILE


def test_a_flood_is_slowed_and_held(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    buys(cast.dee)
    monkeypatch.setattr(guards, "_networks", Buckets(1 / 60, 3))
    dee, path = as_reader(cast.dee), "/help/villa/fi/reviews/write/NS/"
    sent = {**form(dee, path), "stars": "5", "name": "Dee"}
    answers = [dee.post(path, {**sent, "text": f"Osta halvalla nyt, kerta {number}"}) for number in range(5)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429, 429]
    assert "kerta 4" in answers[-1].content.decode()
    for number in range(8):
        writing.write(another(cast, number), "NS", Words(stars=5, name="B", text=f"Osta halvalla {number}"))
    assert set(Review.objects.values_list("state", flat=True)) == {State.HELD}
    assert Client().get(BLOCK).json()["count"] == 0


def test_nothing_held_or_hidden_is_told_by_the_block_the_average_or_the_data(cast: Cast) -> None:
    buys(cast.dee)
    writing.write(cast.dee, "NS", GOOD)
    publish(cast)
    writing.write(another(cast, 1), "NS", Words(stars=1, name="Held", text="Tämä odottaa"))
    told = Client().get(BLOCK).json()
    assert (told["average"], told["count"], told["bars"]) == (5.0, 1, [0, 0, 0, 0, 1])
    assert told["schema"]["aggregateRating"]["reviewCount"] == 1
    everything = [Client().get(path).content.decode() for path in (BLOCK, PAGE, "/help/villa/reviews/html/NS/")]
    assert not any("odottaa" in one or "Held" in one for one in everything)
    deciding.decide(Item.objects.filter(kind="review"), by=cast.ada, action=Action.HIDE, reason="other")
    told = Client().get(BLOCK).json()
    assert (told["count"], told["reviews"]) == (0, [])
    assert told["schema"] is None
    assert "aggregateRating" not in Client().get(PAGE).content.decode()
    assert Client().get("/help/villa/reviews/ratings/?sku=NS").json() == {}


def test_shops_pages_fetch_the_block(cast: Cast) -> None:
    buys(cast.dee)
    writing.write(cast.dee, "NS", GOOD)
    publish(cast)
    client = Client()
    mine, others = {"origin": "https://shop.example"}, {"origin": "https://evil.example"}
    answer = client.get(BLOCK, {"lang": "fi"}, headers=mine)
    assert answer["Access-Control-Allow-Origin"] == "https://shop.example"
    assert "Access-Control-Allow-Origin" not in client.get(BLOCK, headers=others)
    assert client.get(BLOCK, {"lang": "fi"}, headers={**mine, "if-none-match": answer["ETag"]}).status_code == 304
    assert client.get(BLOCK, {"lang": "sv"}, headers={**mine, "if-none-match": answer["ETag"]}).status_code == 200
    answering.answer(Review.objects.get(), "Kiitos.", by=cast.ada)
    again = client.get(BLOCK, {"lang": "fi"}, headers={**mine, "if-none-match": answer["ETag"]})
    assert again.json()["reviews"][0]["answer"]["text"] == "Kiitos."
    assert client.get("/help/villa/reviews/ratings/?sku=NS&sku=X&lang=fi").json()["NS"]["averageText"] == "5,0"
    assert client.get("/help/villa/reviews/block/no-such/").json() == {"on": False}
    script = client.get("/help/villa/reviews/block.js")
    assert script["Access-Control-Allow-Origin"] == "*"
    assert len(gzip.compress(script.content, 9)) < 6 * 1024
    switches.set_on(cast.brand, "review", is_on=False)
    assert client.get(BLOCK).json() == {"on": False}
    assert client.get(PAGE).status_code == 404


def test_an_invitation_opens_its_order_and_nothing_else(cast: Cast) -> None:
    order = buys(cast.dee)
    token = inviting.token(inviting.invite(order))
    path = f"/help/villa/en/reviews/invited/{token}/"
    client = Client()
    assert "Neule Saaristo" in client.get(path).content.decode()
    sent = {**form(client, f"{path}write/NS/"), "stars": "4", "text": "Hyvä neule", "name": "Dee"}
    assert client.post(f"{path}write/NS/", sent)["Location"] == path
    assert Review.objects.get().contact == cast.dee
    assert "waiting to be looked at" in client.get(path).content.decode()
    assert client.get(f"{path}write/other/").status_code == 404
    assert client.get(path.replace("villa", "metsa")).status_code == 404
    assert client.get("/help/villa/en/reviews/invited/nothing.at-all/").status_code == 404
    assert client.get(f"{path}stop/").status_code == 200
    assert not Declined.objects.exists()
    client.post(f"{path}stop/")
    assert Declined.objects.get().contact == cast.dee


def test_the_author_is_told_of_the_answer_and_ends_such_letters_without_signing_in(
    cast: Cast, mailoutbox: list[mail.EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    times = {"verified_at": clock.now(), "created_at": clock.now()}
    Identity.objects.create(brand=cast.brand, contact=cast.dee, kind="email", value="dee@home.example", **times)
    buys(cast.dee)
    writing.write(cast.dee, "NS", GOOD)
    review = publish(cast)

    def sent(*, minutes: int = 3) -> list[mail.EmailMessage]:
        """What has been, when everybody has had their time to think."""
        mailoutbox.clear()
        with time_machine.travel(clock.now() + dt.timedelta(minutes=minutes), tick=False):
            run_pending()
        return list(mailoutbox)

    def answered(*, back: bool = False) -> list[mail.EmailMessage]:
        answering.answer(review, "Kiitos <b>sinulle</b>.", by=cast.ben)
        answering.answer(review, "Kiitos sanoistasi, Dee.", by=cast.ben)
        if back:
            answering.take_back(review)
        assert run_pending() == 0
        return sent()

    assert len(sent()) == 1, "of the decision"
    assert answered(back=True) == []
    with monkeypatch.context() as patched:
        patched.setattr(letters, "send", mail_server_is_away)
        assert answered() == []
    (letter,) = sent(minutes=9)
    assert letter.to == ["dee@home.example"] and "Kiitos sanoistasi, Dee." in letter.body
    place, stop = re.findall(r"https?://[^/]+(/help/\S+)", letter.body)
    assert letter.extra_headers["List-Unsubscribe"].endswith(f"{stop}>")
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    # A mail program that posts there has no cookies.
    stranger = Client(enforce_csrf_checks=True)
    shown = stranger.get(place).content.decode()
    assert "Kiitos sanoistasi" in shown and 'name="robots" content="noindex"' in shown
    # Looking at the link ends nothing; another brand's address, and a forged one, do nothing.
    assert stranger.get(stop).status_code == 200
    for wrong in (stop.replace("villa", "metsa"), f"{stop[:-3]}x/"):
        assert stranger.post(wrong).status_code == 200
    assert Review.objects.get().wants_letters
    stranger.post(stop)
    answering.take_back(review)
    assert answered() == []
    # Who has been hidden isn't led to.
    deciding.decide(Item.objects.all(), by=cast.ada, action=Action.HIDE, reason=Reason.OTHER)
    assert stranger.get(place).status_code == 404


def test_a_review_is_edited_for_a_year_and_deleted_by_its_author_alone(cast: Cast) -> None:
    order = buys(cast.dee)
    writing.write(cast.dee, "NS", GOOD)
    publish(cast)
    path = "/help/villa/en/reviews/write/NS/"
    dee, eve = as_reader(cast.dee), as_reader(another(cast, 7))
    with time_machine.travel(clock.now() + dt.timedelta(days=366), tick=False):
        dee, eve = as_reader(cast.dee), as_reader(another(cast, 8))
        page = dee.get(path).content.decode()
        assert "can’t be edited any more" in page and "<textarea" not in page
        late = dee.post(path, {**form(eve, path), "stars": "1", "text": "Later", "name": "Dee"})
        assert late.status_code == 422 and Review.objects.get().stars == GOOD.stars
        # Somebody else's form removes their own, and they have none.
        assert eve.post(path, {"remove": "1"}).status_code == 422
        assert Client().post(path, {"remove": "1"})["Location"].startswith("/help/villa/en/sign-in/")
        assert Review.objects.count() == 1
        assert dee.post(path, {"remove": "1"}).status_code == 302
    assert not Review.objects.exists()
    # Who has only the link of their order deletes by it, too.
    writing.write(cast.dee, "NS", GOOD)
    invited = f"/help/villa/en/reviews/invited/{inviting.token(inviting.invite(order))}/"
    assert Client().post(f"{invited}write/NS/", {"remove": "1"})["Location"] == invited
    assert not Review.objects.exists()


def test_helpful_is_said_by_who_has_signed_in(cast: Cast) -> None:
    buys(cast.dee)
    writing.write(cast.dee, "NS", GOOD)
    review = publish(cast)
    path = f"/help/villa/fi/reviews/helpful/{review.public_id}/"
    Client().post(path)
    as_reader(cast.dee).post(path)
    assert Review.objects.get().helpful == 0
    as_reader(another(cast, 1)).post(path)
    assert Review.objects.get().helpful == 1


def test_odd_codes_the_sitemap_and_reports(cast: Cast) -> None:
    source, odd = shop_of(cast.dee), "A/B 1?ä"
    ingest.take(source, [ProductRecord(external_id="p2", sku=odd, updated_at=clock.now(), name="Odd")])
    client = Client()
    parts = {"brand": "villa", "language": "fi", "sku": odd}
    assert "Odd" in client.get(reverse("helpsite:reviews-product", kwargs=parts)).content.decode()
    assert client.get(f"/help/villa/reviews/block/{quote(odd, safe='')}/").json()["sku"] == odd
    assert client.get("/help/villa/fi/reviews/p/%00/").status_code == 404
    assert client.get("/help/villa/reviews/block/%00/").json() == {"on": False}
    assert client.get("/help/villa/reviews/ratings/?sku=%00").json() == {}
    buys(cast.dee)
    writing.write(cast.dee, "NS", GOOD)
    assert PAGE not in client.get("/help/villa/sitemap/reviews.xml").content.decode()
    review = publish(cast)
    assert PAGE in client.get("/help/villa/sitemap/reviews.xml").content.decode()
    dee, form_at = as_reader(cast.dee), "/help/villa/fi/reviews/write/"
    assert dee.get(f"{form_at}%00/").status_code == 404
    odd_words = {**form(dee, f"{form_at}NS/"), "stars": "5", "name": "D\x00", "title": "\x00", "without": "\x00"}
    assert dee.post(f"{form_at}NS/", odd_words).status_code == 302
    publish(cast)
    (report,) = re.findall(r'href="([^"]*)" rel="nofollow">Ilmoita', client.get(PAGE).content.decode())
    assert as_reader(another(cast, 1)).get(report).status_code == 200
    assert str(review.pk) in report


def test_pages_ask_as_much_for_one_review_as_for_many(cast: Cast) -> None:
    counts: list[tuple[int, int, int]] = []
    for number in range(4):
        drawn = photos.read(io.BytesIO(picture()))
        buyer = another(cast, number)
        writing.write(buyer, "NS", Words(stars=5, name="B", text=f"Teksti {number}"), pictures=[drawn])
        review = publish(cast)
        photos.decide(review, [photo.public_id for photo in review.photos.all()], [])
        answering.answer(review, "Kiitos", by=cast.ada)
        if number in (0, 3):
            # What a process remembers for some seconds is asked for here.
            queries(PAGE)
            counts.append((queries(PAGE), queries(BLOCK), queries("/help/villa/fi/reviews/")))
    assert counts[0] == counts[1]
    page, block, products = counts[0]
    assert page <= 9
    assert block <= 6
    assert products <= 6
    assert Product.objects.get().count == 4


def queries(path: str) -> int:
    client: Any = Client()
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(path).status_code == 200
    return len(seen)
