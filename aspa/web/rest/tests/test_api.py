"""The doors for programs, through HTTP: what is taken, what is refused, and what nobody gets to know."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from aspa.core.inboxes.channel import Claim, Sender
from aspa.core.inboxes.models import Brand
from aspa.core.people.models import Contact, ContactChange, Identity
from aspa.kit import clock
from aspa.service.commerce import ingest, sources
from aspa.service.commerce.models import Booking, Cart, Customer, Loyalty, Order, Product, Source, Subscription
from aspa.service.merging.suggesting import suggestions
from aspa.web.rest import doors, keys
from aspa.web.rest.models import Key, Scope
from tests.cast import Cast, says

AT = "2026-03-01T12:00:00Z"
LATER = "2026-03-02T12:00:00+02:00"
DEE = {"external_id": "7", "email": "dee@example.fi", "name": "Dee Dahl"}
ORDER = {
    "type": "order",
    "external_id": "501",
    "number": "#501",
    "updated_at": AT,
    "customer": DEE,
    "status": "paid",
    "total": 12500,
    "lines": [{"name": "Lamppu", "quantity": 2, "unit_price": 6250, "url": "javascript:alert(1)"}],
    "cart_external_id": "c1",
}


@pytest.fixture
def source(cast: Cast) -> Source:
    return sources.create(cast.brand, sources.API, "Verkkokauppa", accounts=True, sets_tier=True)


@pytest.fixture
def key(source: Source) -> str:
    return keys.make(source, "Kauppa", [Scope.INGEST, Scope.READ], by=None)[1]


def post(key: str, *records: dict[str, Any], status: int = 200) -> Any:
    response = Client().post(
        "/api/v1/ingest",
        {"records": records},
        content_type="application/json",
        headers={"authorization": f"Bearer {key}"},
    )
    assert response.status_code == status, response.content
    return response.json()


def get(key: str, path: str, status: int = 200) -> Any:
    response = Client().get(f"/api/v1/{path}", headers={"authorization": f"Bearer {key}"})
    assert response.status_code == status, response.content
    return response.json()


def test_everything_that_a_shop_can_tell_lands_on_one_customer(source: Source, key: str) -> None:
    told = post(
        key,
        {"type": "order_event", "order_external_id": "501", "external_id": "e1", "kind": "shipped", "at": LATER},
        ORDER,
        {"type": "customer", "customer": DEE, "updated_at": AT, "tier": "gold", "company": "Dahl Oy"},
        {"type": "cart", "external_id": "c1", "updated_at": AT, "customer": DEE, "items": [{"name": "Lamppu"}]},
        {"type": "product", "external_id": "p1", "updated_at": AT, "name": "Lamppu", "price": 6250},
        {"type": "subscription", "external_id": "s1", "updated_at": AT, "customer": DEE, "name": "Kahvi"},
        {"type": "booking", "external_id": "b1", "updated_at": AT, "customer": DEE, "name": "Huolto", "starts_at": AT},
        {"type": "loyalty", "customer": DEE, "updated_at": LATER, "tier": "platinum", "points": 1200},
        {"type": "deleted", "kind": "order", "external_id": "999", "updated_at": AT},
    )

    assert (told["taken"], told["refused"]) == (9, 0), told
    contact = Contact.objects.get(name="Dee Dahl", identities__kind=Identity.Kind.SHOP, identities__value="7")
    assert contact.tier == "platinum" and contact.company is not None
    order = Order.known().get()
    assert (order.status, order.total, order.item_count, order.contact) == ("shipped", 12500, 2, contact)
    assert order.lines.get().url == ""
    assert Cart.objects.get().order == order
    for model in (Cart, Subscription, Booking, Loyalty, Customer):
        assert model.objects.get().contact == contact  # type: ignore[attr-defined]
    assert Product.objects.get().currency == "EUR"
    assert ContactChange.objects.filter(contact=contact).exists()

    again = post(key, ORDER)
    assert again["results"] == [{"outcome": "known", "field": "", "reason": ""}]
    whole = get(key, "orders/501")
    assert (whole["number"], whole["lines"][0]["total"], whole["events"][0]["kind"]) == ("#501", 12500, "shipped")
    assert [one["external_id"] for one in get(key, "orders?customer=7")["orders"]] == ["501"]
    assert get(key, "customers/7")["tier"] == "gold"


def test_a_bad_record_is_refused_alone_and_told_where_it_is_wrong(key: str) -> None:
    told = post(
        key,
        ORDER | {"total": 12.5},
        ORDER | {"external_id": "502", "colour": "red"},
        ORDER | {"external_id": "503", "updated_at": "2026-03-01T12:00:00"},
        ORDER | {"external_id": "504", "updated_at": "2126-03-01T12:00:00Z"},
        ORDER | {"external_id": "505\x00"},
        ORDER | {"external_id": "506", "total": 2**70},
        {"type": "song"},
        ORDER | {"external_id": "507", "customer": {"contact_id": 1}},
        {"type": "customer", "customer": {"email": "dee@example.fi"}, "updated_at": AT},
        ORDER | {"external_id": "509", "address": {"street": "Uusikatu 1"}},
        # An id that is a number where it comes from.
        ORDER | {"external_id": 508, "address": {"line1": "Uusikatu 1", "city": ""}},
    )

    assert [result["field"] for result in told["results"] if result["outcome"] == "refused"] == [
        "total", "colour", "updated_at", "updated_at", "external_id", "total", "", "customer.contact_id", "customer.external_id",
        "address.street",
    ]  # fmt: skip
    assert [(order.external_id, order.address) for order in Order.known()] == [("508", {"line1": "Uusikatu 1"})]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("DELETE", "orders", 405, "method_not_allowed"),
        ("GET", "ingest", 405, "method_not_allowed"),
        ("OPTIONS", "customers/7", 405, "method_not_allowed"),
        ("GET", "", 404, "not_found"),
        ("GET", "orderz", 404, "not_found"),
        ("POST", "../", 404, "not_found"),
        ("POST", "ingest", 401, "not_authorised"),
    ],
)
def test_programs_are_told_what_is_wrong_in_one_shape(method: str, path: str, status: int, code: str) -> None:
    answer = Client(enforce_csrf_checks=True).generic(method, f"/api/v1/{path}")
    assert (answer.status_code, answer.json()["error"]["code"], answer.json()["error"]["fields"]) == (status, code, [])
    assert (status == 405) == ("Allow" in answer.headers)


def test_nobody_reads_a_history_by_claiming_an_address(cast: Cast, source: Source, key: str) -> None:
    """Three ways in: a new account, a guest's order, and a letter from one who claims the guest's address."""
    proved = Identity.objects.create(
        brand=cast.brand, contact=cast.dee, kind="email", value="dee@example.fi", verified_at=clock.now(),
        verified_how="code", created_at=clock.now(),
    )  # fmt: skip
    post(key, ORDER, ORDER | {"external_id": "guest", "customer": {"email": "dee@example.fi"}})

    assert not Order.objects.filter(contact=cast.dee).exists()
    assert Order.objects.values("contact").distinct().count() == 2
    # Agents are told that they look alike; nothing of it is proof.
    alike = suggestions(Order.objects.get(external_id="guest").contact)
    assert (cast.dee in [one.contact for one in alike], {one.proof for one in alike}) == (True, {""})
    proved.delete()
    claimer = Sender(Claim(Identity.Kind.EMAIL, "dee@example.fi"), name="Mallory")
    received = says(cast.inbox, "Missä tilaukseni on?", who="mallory", sender=claimer)
    assert not Order.objects.filter(contact=received.conversation.contact).exists()


def test_an_address_that_both_sides_have_verified_and_an_account_lead_to_the_customer(cast: Cast, key: str) -> None:
    Identity.objects.create(
        brand=cast.brand, contact=cast.dee, kind="email", value="dee@example.fi", verified_at=clock.now(),
        verified_how="code", created_at=clock.now(),
    )  # fmt: skip
    post(key, ORDER | {"customer": DEE | {"email_verified": True}})
    assert Order.objects.get().contact == cast.dee

    # A second back-end knows the same customer by the account, and a second person shares the mailbox.
    register = sources.create(cast.brand, sources.API, "Kassa")
    token = keys.make(register, "Kassa", [Scope.INGEST], by=None)[1]
    post(token, ORDER | {"external_id": "R1", "customer": {"external_id": "K-9", "account": "7"}})
    assert Order.objects.get(source=register).contact == cast.dee
    post(key, ORDER | {"external_id": "502", "customer": {**DEE, "external_id": "8", "email_verified": True}})
    assert Order.objects.get(external_id="502").contact != cast.dee


def test_nothing_of_another_system_or_brand_is_reachable(cast: Cast, key: str) -> None:
    post(key, ORDER)
    others = {
        name: keys.make(sources.create(brand, sources.API, name), name, [Scope.INGEST, Scope.READ], by=None)[1]
        for name, brand in (("Kassa", cast.brand), ("Metsä", cast.other_brand))
    }
    for other in others.values():
        unknown = get(other, "orders/no-such-order", 404)
        assert get(other, "orders/501", 404) == unknown == get(other, "customers/7", 404)
        assert get(other, "orders?customer=7") == {"orders": [], "before": ""}
        # The same ids are other things, and what is answered doesn't tell that somebody has them.
        verified = ORDER | {"total": 1, "customer": DEE | {"email_verified": True}}
        assert post(other, verified)["results"] == [{"outcome": "taken", "field": "", "reason": ""}]
    assert Order.objects.get(source__name="Verkkokauppa").total == 12500
    assert Order.objects.get(source__name="Metsä").contact.brand == cast.other_brand  # type: ignore[union-attr]


def test_a_long_list_is_read_page_by_page_without_loss_or_double(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aspa.web.rest.api.PAGE", 2)
    # Two of the five at one moment.
    days = (1, 2, 2, 3, 4)
    post(key, *[ORDER | {"external_id": f"{n}", "placed_at": f"2026-02-0{day}T00:00Z"} for n, day in enumerate(days)])
    seen, before = [], ""
    for _page in range(3):
        found = get(key, f"orders?customer=7&before={before}")
        seen += [order["external_id"] for order in found["orders"]]
        before = found["before"]
    assert (seen, before) == (["4", "3", "2", "1", "0"], "")


def test_a_key_opens_what_it_is_for_until_it_is_revoked(source: Source, key: str) -> None:
    reading = keys.make(source, "Raportti", [Scope.READ], by=None)[1]
    assert not Key.objects.filter(digest__contains=key).exists() and Key.objects.get(name="Kauppa").last_used_at is None
    post(key, ORDER)
    assert Key.objects.get(name="Kauppa").last_used_at is not None
    assert post(reading, ORDER, status=403)["error"]["code"] == "not_allowed"

    keys.revoke(Key.objects.get(name="Kauppa"))
    wrong = post("aspa_wrong", ORDER, status=401)
    assert post(key, ORDER, status=401) == wrong == Client().post("/api/v1/ingest").json()
    Source.objects.filter(pk=source.pk).update(is_active=False)
    assert get(reading, "orders/501", 403)["error"]["code"] == "not_allowed"


def test_every_failure_has_the_documented_shape(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bearer = {"authorization": f"Bearer {key}"}
    broken = Client().post("/api/v1/ingest", "{", content_type="application/json", headers=bearer)
    assert (broken.status_code, broken.json()["error"]["code"]) == (400, "bad_request")
    assert post(key, status=422)["error"]["fields"][0]["field"] == "records"
    assert post(key, *[ORDER] * 501, status=422)["error"]["code"] == "not_valid"
    large = Client().post(
        "/api/v1/ingest", '{"records": ["' + "x" * 2_200_000 + '"]}', content_type="application/json", headers=bearer
    )
    assert (large.status_code, large.json()["error"]["code"]) == (413, "too_large")
    for odd in ("x,1", "1", "2026-01-01T00:00:00Z,", f"2026-01-01T00:00:00Z,{2**63}", "1,1"):
        assert get(key, f"orders?customer=7&before={odd}", 422)["error"]["code"] == "not_valid"
    for odd in ("orders/%00", "customers/7%00", "orders?customer=%00", "ingest/", "nothing"):
        assert get(key, odd, 404)["error"]["code"] == "not_found"

    with monkeypatch.context() as broken_inside:
        broken_inside.setattr(ingest, "take", lambda *_: 1 / 0)
        assert post(key, ORDER, status=500)["error"]["code"] == "failed"
    monkeypatch.setattr(doors.buckets, "take", lambda _key: 1.5)
    limited = Client().get("/api/v1/orders/501", headers=bearer)
    assert (limited.status_code, limited["Retry-After"]) == (429, "2")
    assert limited.json()["error"]["code"] == "rate_limited"


def test_the_document_is_openapi_3_1_and_names_every_type(db: None) -> None:
    document = Client().get("/api/v1/openapi.json").json()

    assert document["openapi"].startswith("3.1")
    schemas = document["components"]["schemas"]
    items = schemas["Batch"]["properties"]["records"]["items"]["discriminator"]["mapping"]
    assert set(items) == {
        "customer", "order", "order_event", "cart", "product", "subscription", "booking", "loyalty", "deleted",
    }  # fmt: skip
    assert "contact_id" not in schemas["Customer"]["properties"]
    assert Brand.objects.count() == 0
