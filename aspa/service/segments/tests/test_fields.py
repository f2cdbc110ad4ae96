"""What can be asked of customers, one field after another, on whichever database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from aspa.core.people.models import Contact
from aspa.kit import clock
from aspa.service.commerce.models import Cart, Loyalty, Order, OrderLine, Source, Status, Subscription
from aspa.service.privacy import consents
from aspa.service.reviews.models import Product, Review
from aspa.service.segments import conditions
from aspa.service.segments.conditions import Condition, Group
from aspa.service.segments.fields import fields
from aspa.service.segments.matching import faults, matching
from aspa.service.timeline.models import Field as Custom
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(cast: Cast) -> Source:
    source = Source.objects.create(brand=cast.brand, kind="api", name="Shop", currency="EUR", created_at=clock.now())
    dee, eve = cast.dee, Contact.objects.create(brand=cast.brand, name="Eve", created_at=clock.now())
    _order(source, dee, "1", total=12_000, days_ago=100, product="Ääriviiva tent", status=Status.DELIVERED)
    _order(source, dee, "2", total=3_000, days_ago=40, product="Pegs", status=Status.DELIVERED)
    _order(source, dee, "3", total=99_000, days_ago=1, product="Boat", status=Status.CANCELLED)
    _order(source, eve, "4", total=500, days_ago=2, product="Pegs", status=Status.PAID)
    told = {"source": source, "updated_at": clock.now()}
    Cart.objects.create(external_id="c", contact=eve, state="abandoned", value=8_000, currency="EUR", **told)
    Subscription.objects.create(external_id="s", contact=eve, state="active", **told)
    Loyalty.objects.create(external_id="l", contact=dee, tier="Gold", points=120, **told)
    return source


def _order(source: Source, of: Contact, number: str, *, total: int, days_ago: int, product: str, status: str) -> None:
    at = clock.now() - dt.timedelta(days=days_ago)
    order = Order.objects.create(
        source=source, contact=of, external_id=number, currency="EUR", total=total, placed_at=at, updated_at=at,
        status=status,
    )  # fmt: skip
    OrderLine.objects.create(
        order=order, position=1, name=product, sku=product[:3], quantity=Decimal(1), unit_price=total, total=total
    )


def who(cast: Cast, field: str, op: str, value: str = "") -> set[str]:
    rule, known = Group(True, (Condition(field, op, value),)), fields.of(cast.brand.pk)
    assert not faults(rule, known)
    return {contact.name.split()[0] for contact in matching(cast.brand.pk, rule, known, clock.now())}


@pytest.mark.usefixtures("shop")
def test_what_was_bought(cast: Cast) -> None:
    assert who(cast, "orders", "at_least", "2") == {"Dee"}
    assert who(cast, "orders", "at_most", "1") == {"Eve"}
    assert who(cast, "orders_total", "at_least", "150") == {"Dee"}
    assert who(cast, "orders_total", "at_least", "150,01") == set()
    assert who(cast, "last_order", "within", "10") == {"Eve"}
    assert who(cast, "last_order", "over", "30") == {"Dee"}
    assert who(cast, "bought", "any", "pegs") == {"Dee", "Eve"}
    assert who(cast, "bought", "none", "Ääriviiva") == {"Eve"}
    assert who(cast, "bought", "any", "boat") == set()
    assert who(cast, "bought_sku", "any", "PEG") == {"Dee", "Eve"}
    assert who(cast, "order_status", "any", "cancelled") == {"Dee"}
    assert who(cast, "abandoned_cart", "yes") == {"Eve"}
    assert who(cast, "abandoned_value", "at_least", "80") == {"Eve"}
    assert who(cast, "subscription", "no") == {"Dee"}
    assert who(cast, "loyalty", "any", "gold") == {"Dee"}
    assert who(cast, "points", "at_least", "120") == {"Dee"}


def test_custom_fields_of_every_kind(cast: Cast) -> None:
    for key, kind in (("size", "number"), ("since", "date"), ("club", "yes_no"), ("colour", "choice"), ("dog", "text")):
        Custom.objects.create(brand=cast.brand, key=key, label=key, kind=kind, choices=["red", "blue"])
    cast.dee.custom = {"size": 42.5, "since": "2024-03-01", "club": True, "colour": "red", "dog": "Musti Ö"}
    cast.dee.save()
    # As left from when the field was of another kind.
    Contact.objects.create(brand=cast.brand, name="Eve", custom={"size": "big", "club": "x"}, created_at=clock.now())
    assert who(cast, "custom.size", "at_least", "42,5") == {"Dee"}
    assert who(cast, "custom.size", "at_most", "1000") == {"Dee"}
    assert who(cast, "custom.since", "since", "2024-03-01") == {"Dee"}
    assert who(cast, "custom.since", "until", "2024-02-28") == set()
    assert who(cast, "custom.club", "yes") == {"Dee"}
    assert who(cast, "custom.club", "no") == {"Eve"}
    assert who(cast, "custom.colour", "is", "red") == {"Dee"}
    assert who(cast, "custom.dog", "has", "Musti") == {"Dee"}
    assert who(cast, "custom.dog", "has", "%") == set()
    assert who(cast, "custom.dog", "unknown") == {"Eve"}


def test_the_newest_word_on_a_consent_counts(cast: Cast) -> None:
    consents.give(cast.dee, consents.MARKETING, "email", how="agent")
    assert who(cast, "consent", "any", "marketing") == {"Dee"}
    consents.withdraw(cast.dee, consents.MARKETING, how="agent")
    assert who(cast, "consent", "any", "marketing") == set()
    assert who(cast, "consent", "none", "marketing") == {"Dee"}


def test_a_quote_in_a_value_or_key_is_only_a_quote(cast: Cast) -> None:
    Custom.objects.create(brand=cast.brand, key="dog", label="dog")
    cast.dee.custom = {"dog": "'; DROP TABLE people_contact; --"}
    cast.dee.save()
    assert who(cast, "custom.dog", "is", "'; DROP TABLE people_contact; --") == {"Dee"}
    assert who(cast, "tier", "has", "' OR 1=1 --") == set()


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("conversations", "at_least", "many"),
        ("conversations", "at_least", "nan"),
        ("last_conversation", "within", "0"),
        ("last_conversation", "within", "999999999"),
        ("language", "is", "klingon"),
        ("tier", "is", ""),
        ("tier", "at_least", "3"),
        ("no_such", "is", "x"),
    ],
)
def test_what_means_nothing_is_said(cast: Cast, field: str, op: str, value: str) -> None:
    rule = Group(True, (Condition(field, op, value),))
    assert list(faults(rule, fields.of(cast.brand.pk))) == [0]
    assert not matching(cast.brand.pk, rule, fields.of(cast.brand.pk), clock.now()).exists()


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"join": "none", "parts": []},
        {"join": "all", "parts": [{"field": 1, "op": "is"}]},
        {"join": "all", "parts": [{"field": "x" * 201, "op": "is"}]},
        {"join": "all", "parts": [{"field": "tier", "op": "is", "sql": "1=1"}]},
        {"join": "all", "parts": [{"field": "tier", "op": "is"}] * 41},
        {"join": "all", "parts": [{"join": "any", "parts": [{"join": "any", "parts": []}]}]},
    ],
)
def test_what_is_no_rule_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        conditions.read(data)


def test_what_is_read_is_what_was_written() -> None:
    rule = Group(False, (Condition("tier", "is", "gold"), Group(True, (Condition("open", "yes"),))))
    assert conditions.read(conditions.write(rule)) == rule


def test_what_was_said_of_products(cast: Cast) -> None:
    assert "reviews" not in fields.of(cast.brand.pk)
    product = Product.objects.create(brand=cast.brand, sku="NS", changed_at=clock.now())
    Review.objects.create(
        product=product, brand=cast.brand, contact=cast.dee, stars=1, name="Dee", created_at=clock.now()
    )
    assert who(cast, "reviews", "at_least", "1") == {"Dee"}
    assert who(cast, "review_stars", "any", "1") == {"Dee"}
    assert who(cast, "review_stars", "any", "5") == set()
    assert who(cast, "last_review", "within", "10") == {"Dee"}
