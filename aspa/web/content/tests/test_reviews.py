"""Reviews for staff: only of the brands that they look after; answered in public, decided with a reason."""

from __future__ import annotations

import io

import pytest
from django.test import Client

from aspa.core.inboxes.models import Grant
from aspa.core.people.models import Agent, Role
from aspa.service.moderation.states import State
from aspa.service.reviews import photos, policies, writing
from aspa.service.reviews.models import Answer, Photo, Review
from aspa.service.reviews.tests.buying import GOOD, buys, picture
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(cast: Cast) -> Review:
    buys(cast.dee)
    drawn = [photos.read(io.BytesIO(picture()))] * 2
    return writing.write(cast.dee, "NS", GOOD, pictures=drawn).review


def signed_in(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


def addresses(cast: Cast, review: Review) -> list[tuple[str, bool]]:
    """(path, whether it is sent to)"""
    photo = Photo.objects.first()
    assert photo is not None
    one = f"/content/reviews/{review.pk}/"
    return [
        (one, False),
        (f"/content/reviews/photos/{photo.public_id}.webp", False),
        (f"/content/reviews/settings/{cast.brand.pk}/", False),
        (f"/content/reviews/settings/{cast.brand.pk}/", True),
        (f"{one}answer/", True),
        (f"{one}decision/", True),
        (f"{one}photos/", True),
    ]


def test_outsiders_find_nothing(cast: Cast, review: Review) -> None:
    looks_after = Role.objects.create(name="Moderator", permissions=[Role.Permission.COMMUNITY, Role.Permission.READ])
    Grant.objects.create(agent=cast.cy, role=looks_after, inbox=cast.other_inbox)
    cy, ben = signed_in(cast.cy), signed_in(cast.ben)
    assert "Lämmin" not in cy.get("/content/reviews/?q=Neule").content.decode()
    assert ben.get("/content/reviews/").status_code == 403
    for path, is_sent in addresses(cast, review):
        for client, status in ((cy, 404), (ben, 403), (Client(), 302)):
            given = {"action": "publish", "text": "x", "wait_days": "3"}
            answer = client.post(path, given) if is_sent else client.get(path)
            assert answer.status_code == status, path
    review.refresh_from_db()
    assert (review.state, Answer.objects.count()) == (State.HELD, 0)


def test_a_review_is_looked_at_and_answered(cast: Cast, review: Review) -> None:
    ada = signed_in(cast.ada)
    assert "Neule Saaristo" in ada.get("/content/reviews/?shelf=held").content.decode()
    page = ada.get(f"/content/reviews/{review.pk}/").content.decode()
    assert "501" in page, "The order stands beside it."
    one = f"/content/reviews/{review.pk}/"
    assert ada.post(f"{one}decision/", {"action": "hide"}).status_code == 422
    assert ada.post(f"{one}decision/", {"action": "nothing"}).status_code == 404
    ada.post(f"{one}decision/", {"action": "publish"})
    first, second = Photo.objects.all()
    assert ada.get(f"/content/reviews/photos/{first.public_id}.webp?small")["Content-Type"] == "image/webp"
    ada.post(f"{one}photos/", {"shown": [first.public_id, "not-one"]})
    assert [photo.state for photo in Photo.objects.all()] == [State.PUBLISHED, State.HIDDEN]
    assert ada.post(f"{one}answer/", {"text": " "}).status_code == 422
    ada.post(f"{one}answer/", {"text": "Kiitos sinulle."})
    assert Answer.objects.get().name == "Ada Aalto"
    for shelf, is_there in (("unanswered", False), ("photos", False), ("bad", False), ("all", True)):
        listed = ada.get(f"/content/reviews/?shelf={shelf}&q=saaristo&after=9_9x").content.decode()
        assert (f'href="{one}"' in listed) == is_there, shelf
    assert ada.get("/content/reviews/?q=%00&brand=%00&shelf=%00&after=%00").status_code == 200
    assert ada.post(f"{one}photos/", {"shown": ["\x00"]}).status_code == 302
    ada.post(f"{one}answer/", {"take_back": "1"})
    assert not Answer.objects.exists()
    ada.post(f"{one}decision/", {"action": "hide", "reason": "rude", "words": "Kirjoita asiallisesti."})
    review.refresh_from_db()
    assert review.state == State.HIDDEN
    assert second.public_id in ada.get(one).content.decode()


def test_how_a_brand_asks(cast: Cast) -> None:
    ada = signed_in(cast.ada)
    path = f"/content/reviews/settings/{cast.brand.pk}/"
    assert "block.js" in ada.get(path).content.decode()
    assert ada.post(path, {"wait_days": "91"}).status_code == 422
    ada.post(path, {"sends_letters": "on", "wait_days": "3"})
    kept = policies.policy_of(cast.brand.pk)
    assert (kept.buyers_only, kept.sends_letters, kept.wait_days) == (False, True, 3)
