"""A review's life: written by a buyer, judged, counted, edited, answered, and gone; the figures are always true."""

from __future__ import annotations

import dataclasses
import io
from collections import Counter
from collections.abc import Iterator

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.utils import translation

from aspa.core.conversations.changing import Refused
from aspa.core.people.models import Agent, Contact
from aspa.kit import clock, files
from aspa.kit.tasks import run_pending
from aspa.service.commerce.records import Who
from aspa.service.moderation import deciding
from aspa.service.moderation.models import HouseRules, Item
from aspa.service.moderation.states import Action, Reason, State
from aspa.service.privacy import erasing
from aspa.service.reviews import answering, inviting, photos, reacting, reading, removing, voting, writing
from aspa.service.reviews.models import Invitation, Photo, Policy, Product, Reaction, Review, Version
from aspa.service.reviews.reading import Asked
from aspa.service.reviews.tests.buying import GOOD, buys, picture, shop_of
from aspa.service.reviews.writing import Words
from aspa.service.timeline import timeline

pytestmark = pytest.mark.django_db

BAD = Words(stars=1, name="Dee", title="Pettymys", text="Saumat purkautuivat heti. " * 8, language="fi")


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def decide(review: Review, action: Action, by: Agent, reason: str = "") -> None:
    deciding.decide(Item.objects.filter(kind="review", key=review.pk), by=by, action=action, reason=reason)
    review.refresh_from_db()


def figures_are_true(product: Product) -> None:
    product.refresh_from_db()
    stars = Counter(Review.objects.filter(product=product, state=State.PUBLISHED).values_list("stars", flat=True))
    assert product.distribution == tuple(stars[number] for number in range(1, 6))
    assert (product.count, product.total) == (stars.total(), sum(key * number for key, number in stars.items()))
    assert (product.reviewed_at is None) == (product.count == 0)


def another(contact: Contact, name: str) -> Contact:
    return Contact.objects.create(brand=contact.brand, name=name, created_at=clock.now())


def test_only_a_proven_purchase_makes_a_buyer(dee: Contact) -> None:
    shop_of(dee)
    stranger = another(dee, "Eve")
    buys(dee, status="placed")
    for contact in (dee, stranger):
        with pytest.raises(Refused, match="bought"):
            writing.write(contact, "NS", GOOD)
    buys(dee, number="502")
    assert writing.write(dee, "NS", GOOD).review.is_buyer
    Policy.objects.create(brand=dee.brand, buyers_only=False)
    assert not writing.write(stranger, "NS", GOOD).review.is_buyer
    with pytest.raises(Refused, match="bought"):
        writing.write(stranger, "no-such-product", GOOD)
    with pytest.raises(Refused, match="somebody else"):
        writing.write(dee, "NS", dataclasses.replace(GOOD, name="Villan asiakas\u200bpalvelu"))


def test_figures_follow_every_change(dee: Contact, ada: Agent) -> None:
    buys(dee)
    review = writing.write(dee, "NS", GOOD).review
    assert (review.state, review.product.name, review.product.count) == (State.HELD, "Neule Saaristo", 0)
    figures_are_true(review.product)
    decide(review, Action.PUBLISH, ada)
    figures_are_true(review.product)
    assert review.product.average == 5.0
    decide(review, Action.HIDE, ada, Reason.WRONG)
    figures_are_true(review.product)
    decide(review, Action.PUBLISH, ada)
    other = another(dee, "Eino")
    buys(other, number="600")
    worse = writing.write(other, "NS", Words(stars=2, name="Eino", text="Kutisee vähän.")).review
    decide(worse, Action.PUBLISH, ada)
    figures_are_true(review.product)
    assert (review.product.average, review.product.count) == (3.5, 2)
    writing.write(dee, "NS", BAD)
    figures_are_true(review.product)
    removing.remove(worse)
    figures_are_true(review.product)
    assert not Item.objects.filter(kind="review", key=worse.pk).exists()


def test_one_review_a_buyer_and_product_edited_with_its_history(dee: Contact, ada: Agent) -> None:
    buys(dee)
    review = writing.write(dee, "NS", GOOD).review
    decide(review, Action.PUBLISH, ada)
    published_at = review.published_at
    again = writing.write(dee, "NS", BAD).review
    assert (again.pk, again.stars, again.edited_at is not None) == (review.pk, 1, True)
    assert [(one.stars, one.text) for one in Version.objects.all()] == [(5, GOOD.text)]
    decide(again, Action.PUBLISH, ada)
    assert again.published_at == published_at
    decide(again, Action.REMOVE, ada, Reason.SPAM)
    with pytest.raises(Refused, match="removed"):
        writing.write(dee, "NS", GOOD)


@pytest.mark.parametrize(
    "words",
    [
        Words(stars=0, name="Dee"),
        Words(stars=6, name="Dee"),
        Words(stars=5, name=" \u202e "),
        Words(stars=5, name="D" * 41),
        Words(stars=5, name="Dee", text="a" * 4001),
    ],
)
def test_what_is_no_review(dee: Contact, words: Words) -> None:
    with pytest.raises(Refused):
        writing.write(dee, "NS", words)


def test_photos_are_drawn_anew_and_wait(dee: Contact, ada: Agent) -> None:
    buys(dee)
    drawn = photos.read(io.BytesIO(picture(size=(3000, 2000))))
    assert (drawn.width, drawn.height, drawn.large[8:12]) == (1600, 1067, b"WEBP")
    with pytest.raises(files.Refused):
        photos.read(io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"))
    bomb = io.BytesIO(picture("PNG", size=(6400, 6400)))
    with pytest.raises(files.Refused, match="pixels"):
        photos.read(bomb)
    review = writing.write(dee, "NS", GOOD).review
    decide(review, Action.PUBLISH, ada)
    HouseRules.objects.create(brand=dee.brand, hold=HouseRules.Hold.DOUBTFUL)
    assert writing.write(dee, "NS", GOOD, pictures=[drawn, drawn]).verdict.is_published
    review.refresh_from_db()
    (seen,) = reading.of_product(review.product, Asked()).reviews
    assert seen.shown_photos == []  # type: ignore[attr-defined]
    first, second = Photo.objects.all()
    assert reading.photo(dee.brand_id, first.public_id) is None
    photos.decide(review, [first.public_id], [second.public_id])
    (seen,) = reading.of_product(review.product, Asked(with_photos=True)).reviews
    assert seen.shown_photos == [first]  # type: ignore[attr-defined]
    assert (seen.photo_count, seen.photos_wait_since) == (1, None)
    assert reading.photo(dee.brand_id, second.public_id) is None
    decide(review, Action.HIDE, ada, Reason.WRONG)
    assert reading.photo(dee.brand_id, first.public_id) is None
    writing.write(dee, "NS", BAD, pictures=[drawn])
    decide(review, Action.PUBLISH, ada)
    assert [photo.state for photo in review.photos.all()] == [State.PUBLISHED, State.HIDDEN, State.PUBLISHED]
    with pytest.raises(Refused, match="4 photos"):
        writing.write(dee, "NS", BAD, pictures=[drawn] * 2)
    before = len(default_storage.listdir("reviews")[1])
    with pytest.raises(Refused):
        writing.write(another(dee, "Eve"), "NS", GOOD, pictures=[drawn])
    assert len(default_storage.listdir("reviews")[1]) == before


def test_answers_and_helpful_votes(dee: Contact, ada: Agent, ben: Agent) -> None:
    buys(dee)
    review = writing.write(dee, "NS", GOOD).review
    with pytest.raises(Refused):
        answering.answer(review, "  ", by=ben)
    ben.title = "Neulevastaava"
    answer = answering.answer(review, "Kiitos sinulle.", by=ben)
    assert (answer.name, answer.title, answer.edited_at) == ("Ben Berg", "Neulevastaava", None)
    assert answering.answer(review, "Kiitos palautteesta.", by=ada).edited_at is not None
    with pytest.raises(Refused, match="own"):
        voting.find_helpful(review, dee)
    reader = another(dee, "Eve")
    assert [voting.find_helpful(review, reader) for _ in range(3)] == [True, False, True]
    review.refresh_from_db()
    assert review.helpful == 1
    answering.take_back(review)
    assert not hasattr(Review.objects.get(pk=review.pk), "answer")


@pytest.fixture
def heard() -> Iterator[list[int]]:
    found: list[int] = []

    def react(review: Review) -> None:
        found.append(review.pk)

    reacting.register("test", react)
    yield found
    reacting.forget("test")


def test_a_bad_review_is_reacted_to_once(dee: Contact, ada: Agent, heard: list[int]) -> None:
    buys(dee)
    review = writing.write(dee, "NS", GOOD).review
    decide(review, Action.PUBLISH, ada)
    run_pending()
    assert heard == []
    writing.write(dee, "NS", BAD)
    run_pending()
    assert heard == [], "Nobody has looked at it yet."
    decide(review, Action.PUBLISH, ada)
    run_pending()
    decide(review, Action.HIDE, ada, Reason.OTHER)
    decide(review, Action.PUBLISH, ada)
    run_pending()
    reacting.react(review.pk)
    assert heard == [review.pk]
    assert Reaction.objects.count() == 1
    with pytest.raises(ValueError, match="Two"):
        reacting.register("test", lambda _review: None)


def test_a_reaction_that_fails_is_tried_again(dee: Contact, ada: Agent, heard: list[int]) -> None:
    def fail(_review: Review) -> None:
        raise RuntimeError

    buys(dee)
    review = writing.write(dee, "NS", BAD).review
    decide(review, Action.PUBLISH, ada)
    reacting.register("failing", fail)
    try:
        for _ in range(2):
            with pytest.raises(RuntimeError):
                reacting.react(review.pk)
    finally:
        reacting.forget("failing")
    assert heard == [review.pk]
    assert list(Reaction.objects.values_list("key", flat=True)) == ["test"]


def test_pages_go_on_where_they_ended(dee: Contact, ada: Agent) -> None:
    for number in range(7):
        writer = another(dee, f"W{number}")
        buys(writer, number=f"7{number}")
        said = Words(stars=1 + number % 5, name=f"W{number}", text=f"Arvio {number}", language="fi")
        decide(writing.write(writer, "NS", said).review, Action.PUBLISH, ada)
    product = Product.objects.get()
    for order in reading.ORDERS:
        seen, after = [], ""
        for _page in range(4):
            page = reading.of_product(product, Asked(order=order, after=after, most=2))
            seen += [review.pk for review in page.reviews]
            after = page.next
        assert len(seen) == len(set(seen)) == 7, order
        assert after == ""
    assert {review.stars for review in reading.of_product(product, Asked(stars=2)).reviews} == {2}
    for odd in ("x", "9,", "²,1", f"{10**18},1", f"{10**30},1", ",", "2026-01-01,1", "9999-12-31T23:59:59Z,1"):
        reading.of_product(product, Asked(after=odd))
        reading.of_product(product, Asked(after=odd, order="best"))
        reading.products(dee.brand_id, after=odd)


def test_an_invitation_is_asked_for_sent_and_followed(
    dee: Contact, time_machine: object, mailoutbox: list[mail.EmailMessage]
) -> None:
    order = buys(dee, who=Who(external_id="1001", email="maija@example.fi", name="Maija Koskinen"))
    invitation = inviting.invite(order)
    assert inviting.invite(order).pk == invitation.pk
    assert order.contact is not None
    inviting.send(invitation.pk)
    inviting.send(invitation.pk)
    (letter,) = mailoutbox
    assert letter.to == ["maija@example.fi"]
    assert "Neule Saaristo" in letter.body
    assert inviting.link(invitation, "fi") in letter.body
    assert letter.extra_headers["List-Unsubscribe"] == f"<{inviting.link(invitation, 'fi')}stop/>"
    token = inviting.token(invitation)
    assert inviting.opened(dee.brand, token).contact == order.contact
    other_brand = type(dee.brand).objects.exclude(pk=dee.brand_id).get()
    for brand, given in ((other_brand, token), (dee.brand, token[:-2]), (dee.brand, invitation.public_id)):
        with pytest.raises(LookupError):
            inviting.opened(brand, given)
    Invitation.objects.update(expires_at=clock.now())
    with pytest.raises(LookupError):
        inviting.opened(dee.brand, token)


def test_who_is_left_in_peace(dee: Contact, mailoutbox: list[mail.EmailMessage]) -> None:
    order = buys(dee, who=Who(external_id="1001", email="maija@example.fi"))
    invitation = inviting.invite(order)
    assert order.contact is not None
    inviting.decline(order.contact)
    inviting.send(invitation.pk)
    returned = buys(dee, number="502", status="returned", who=Who(external_id="1002", email="eino@example.fi"))
    inviting.send(inviting.invite(returned).pk)
    with pytest.raises(Refused, match="cancelled"):
        inviting.invite(buys(dee, number="503", status="cancelled", who=Who(external_id="1003", email="a@example.fi")))
    reviewed = buys(dee, number="504", who=Who(external_id="1004", email="iida@example.fi"))
    assert reviewed.contact is not None
    writing.write(reviewed.contact, "NS", GOOD)
    inviting.send(inviting.invite(reviewed).pk)
    assert not mailoutbox


def test_erasing_takes_the_review_its_files_and_its_stars(dee: Contact, ada: Agent) -> None:
    buys(dee)
    review = writing.write(dee, "NS", GOOD, pictures=[photos.read(io.BytesIO(picture()))]).review
    decide(review, Action.PUBLISH, ada)
    name = Photo.objects.get().file.name
    assert default_storage.exists(name)
    erasing.erase_now(dee)
    assert not Review.objects.exists()
    assert not default_storage.exists(name)
    figures_are_true(review.product)


def test_the_timeline_tells_of_it(dee: Contact, ada: Agent) -> None:
    buys(dee)
    writing.write(dee, "NS", BAD)
    (line,) = timeline.page(ada, dee, kinds=["reviews"], words="saumat", before=None, count=5).lines
    assert line.entry.title == "Gave 1 of 5 stars: Neule Saaristo"
    assert line.entry.state == "Held"
