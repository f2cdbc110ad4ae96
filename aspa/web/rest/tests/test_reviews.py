"""Reviews for a shop's system: only its own brand's, only what is published, and only its own orders' invitations."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from aspa.service.commerce import sources
from aspa.service.moderation import deciding
from aspa.service.moderation.models import Item
from aspa.service.moderation.states import Action
from aspa.service.reviews import answering, writing
from aspa.service.reviews.models import Invitation, Review
from aspa.service.reviews.tests.buying import GOOD, buys
from aspa.web.rest import keys
from aspa.web.rest.models import Scope
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def asked(key: str, path: str, sent: dict[str, Any] | None = None) -> Any:
    headers = {"authorization": f"Bearer {key}"}
    client, path = Client(), f"/api/v1/{path}"
    if sent is None:
        return client.get(path, headers=headers)
    return client.post(path, sent, content_type="application/json", headers=headers)


def test_a_shop_reads_reviews_and_asks_for_them(cast: Cast) -> None:
    order = buys(cast.dee)
    key = keys.make(order.source, "Shop", [Scope.INGEST, Scope.READ], by=None)[1]
    reads = keys.make(order.source, "Reader", [Scope.READ], by=None)[1]
    elsewhere = keys.make(
        sources.create(cast.other_brand, sources.API, "Other"), "Other", [Scope.INGEST, Scope.READ], by=None
    )[1]
    writing.write(cast.dee, "NS", GOOD)
    told = asked(key, "reviews?sku=NS").json()
    assert (told["count"], told["reviews"]) == (0, [])
    deciding.decide(Item.objects.all(), by=cast.ada, action=Action.PUBLISH)
    answering.answer(Review.objects.get(), "Kiitos", by=cast.ada)
    told = asked(key, "reviews?sku=NS").json()
    assert (told["average"], told["distribution"], told["before"]) == (5.0, [0, 0, 0, 0, 1], "")
    assert told["reviews"][0]["answer"]["name"] == "Ada Aalto"
    assert asked(key, "ratings?sku=NS&sku=other").json()["ratings"][0]["count"] == 1
    for path, status in (
        ("reviews", 422), ("ratings", 422), ("reviews?sku=NS&before=x", 422), ("reviews?sku=%00", 404), ("reviews?sku=X", 404)
    ):  # fmt: skip
        assert asked(key, path).status_code == status, path
    assert asked(elsewhere, "reviews?sku=NS").status_code == 404
    assert asked(elsewhere, "ratings?sku=NS").json() == {"ratings": []}

    first, again = (asked(key, "review-invitations", {"order": "501"}).json() for _ in range(2))
    assert first == again
    assert "/help/villa/fi/reviews/invited/" in first["url"]
    assert first["products"] == [{"sku": "NS", "name": "Neule Saaristo"}]
    assert asked(reads, "review-invitations", {"order": "501"}).status_code == 403
    assert asked(elsewhere, "review-invitations", {"order": "501"}).status_code == 404
    buys(cast.dee, number="502", status="cancelled")
    refused = asked(key, "review-invitations", {"order": "502"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "cancelled")
    assert Invitation.objects.count() == 1
