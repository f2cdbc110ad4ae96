"""The demo's reviews are lively, and their figures are those that the verbs would keep."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter

import pytest

from aspa.demo import cast, purchases, reviews
from aspa.demo.customers import Customers
from aspa.kit import clock
from aspa.service.moderation.models import Item
from aspa.service.moderation.states import State
from aspa.service.reviews import reacting
from aspa.service.reviews.models import Answer, Photo, Product, Review

pytestmark = pytest.mark.django_db


def test_reviews_of_both_shops() -> None:
    everybody = cast.gather("shop.example")
    customers = Customers(everybody, random.Random(1))
    for number in range(160):
        customers.take(("villa", "kaisla")[number % 2], "fi", since=clock.now() - dt.timedelta(days=90))
    customers.write()
    purchases.tell(everybody)
    reviews.tell(everybody)
    held = Review.objects.get(state=State.HELD)
    assert Item.objects.get(key=held.pk).is_waiting
    assert any(reacting.is_bad(review) for review in Review.objects.all())
    assert Photo.objects.filter(state=State.HELD).count() == 1
    assert Answer.objects.count() >= 5
    for product in Product.objects.all():
        stars = Counter(Review.objects.filter(product=product, state=State.PUBLISHED).values_list("stars", flat=True))
        assert product.distribution == tuple(stars[number] for number in range(1, 6))
        assert (product.count, product.total) == (stars.total(), sum(key * count for key, count in stars.items()))
