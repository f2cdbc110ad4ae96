"""Values as people write them, places in somebody's JSON, and the records that they make."""

import contextlib
import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aspa.core.inboxes.models import Brand
from aspa.service.commerce.models import Source
from aspa.service.commerce.records import CartRecord, OrderRecord, Record
from aspa.service.shops import loose, recording, shapes
from aspa.service.shops.connector import NotUnderstood
from aspa.service.shops.mapping import paths
from aspa.service.shops.mapping.connector import Mapped, records

HELSINKI = ZoneInfo("Europe/Helsinki")
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
SHOP = Source(brand=Brand(timezone="Europe/Helsinki"), currency="EUR", kind="mapper")
POST = {
    "event": "order",
    "orders": [
        {
            "nro": 1001,
            "asiakas": {"id": 7, "nimi": "Maija Mäkelä", "posti": "maija@example.com"},
            "tila": "Keräilyssä",
            "summa": "1 234,50 €",
            "pvm": "22.11.2026 klo 14.05",
            "rivit": [
                {"koodi": "A-1", "nimi": "Villasukat", "kpl": 2, "hinta": "19,90"},
                {"koodi": "B-2", "nimi": "Pipo", "kpl": "1", "hinta": 24.5},
            ],
        }
    ],
}
MAPPED = Mapped(
    shapes.SHAPES["order"],
    each="orders[]",
    fields={
        "id": "nro", "customer": "asiakas.id", "name": "asiakas.nimi", "email": "asiakas.posti", "status": "tila",
        "total": "summa", "placed_at": "pvm", "currency": '"EUR"',
    },
    lines="rivit[]",
    line={"line_name": "nimi", "line_sku": "koodi", "line_quantity": "kpl", "line_price": "hinta"},
    statuses={"keräilyssä": "packed"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12,50", "12.50"), ("12.50", "12.50"), ("1 234,50 €", "1234.50"), ("1\u00a0234,50", "1234.50"), ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"), ("1.234.567", "1234567"), ("-5", "-5"), ("−5,5", "-5.5"), ("EUR 7", "7"), ("12,-", "12"),
        ("12,50:-", "12.50"),
    ],
)  # fmt: skip
def test_numbers(text: str, number: str) -> None:
    assert loose.number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "paljon", "1-2", "-", "€"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        loose.number(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("22.11.2026 klo 14.05", dt.datetime(2026, 11, 22, 14, 5, tzinfo=HELSINKI)),
        ("22.11.2026", dt.datetime(2026, 11, 22, tzinfo=HELSINKI)),
        ("2.1.2026 9:05:30", dt.datetime(2026, 1, 2, 9, 5, 30, tzinfo=HELSINKI)),
        ("2026-11-22", dt.datetime(2026, 11, 22, tzinfo=HELSINKI)),
        ("2026-11-22T14:05:00Z", dt.datetime(2026, 11, 22, 14, 5, tzinfo=dt.UTC)),
        ("2026-11-22 14:05", dt.datetime(2026, 11, 22, 14, 5, tzinfo=HELSINKI)),
        ("1795349100", dt.datetime(2026, 11, 22, 12, 5, tzinfo=dt.UTC)),
        ("1795349100000", dt.datetime(2026, 11, 22, 12, 5, tzinfo=dt.UTC)),
    ],
)
def test_moments(text: str, moment: dt.datetime) -> None:
    assert loose.moment(text, HELSINKI) == moment


@given(st.text(max_size=30))
def test_any_text_is_a_value_or_none(text: str) -> None:
    for reader in (loose.number, lambda one: loose.moment(one, HELSINKI)):
        with contextlib.suppress(ValueError, OverflowError):
            reader(text)


def test_places_in_json() -> None:
    assert paths.text_at(POST, "orders[0].asiakas.nimi") == "Maija Mäkelä"
    assert paths.text_at(POST, "orders[].rivit[].koodi") == "A-1, B-2"
    assert paths.text_at(POST, '"EUR"') == "EUR"
    assert [paths.text_at(POST, path) for path in ("orders", "orders[9].nro", "orders.nro", "nobody.x")] == [""] * 4
    assert "orders[].rivit[].hinta" in set(paths.paths_in(POST))
    assert paths.is_path('first_name + last_name + "x y"') and not paths.is_path("a + b..c")
    assert [paths.is_path(path) for path in ("a.b[].c", '"x"', "a..b", "a[x]", ".a", "a.", "")] == [
        True,
        True,
        *[False] * 5,
    ]


def test_a_mapped_post_becomes_an_order() -> None:
    (order,) = records(SHOP, MAPPED, POST, NOW)
    assert isinstance(order, OrderRecord)
    assert (order.external_id, order.status, order.status_text, order.total) == ("1001", "packed", "Keräilyssä", 123450)
    assert order.placed_at == dt.datetime(2026, 11, 22, 12, 5, tzinfo=dt.UTC)
    assert order.updated_at == NOW
    assert (order.who.external_id, order.who.email, order.who.email_verified) == ("7", "maija@example.com", False)
    assert [(line.name, line.quantity, line.unit_price) for line in order.lines] == [
        ("Villasukat", 2, 1990),
        ("Pipo", 1, 2450),
    ]


def mapped(fields: str, line: str = "", **more: Any) -> Mapped:
    """ "total=order.total_paid id=order.id" """
    places = [dict(one.split("=", 1) for one in text.split("; ") if one) for text in (fields, line)]
    return Mapped(shapes.SHAPES["order"], fields=places[0], line=places[1], **more)


# As Magento (REST, `/V1/orders`), PrestaShop (webservice, where a single row is no list) and Stripe (an event) write them.
MAGENTO = {
    "entity_id": 12, "increment_id": "000000012", "status": "processing", "created_at": "2026-11-22 12:05:00",
    "customer_firstname": "Maija", "customer_lastname": "Mäkelä", "customer_email": "maija@example.com", "customer_id": 7,
    "base_currency_code": "EUR", "grand_total": 64.3, "shipping_incl_tax": 4.9, "tax_amount": 12.4452,
    "items": [{"name": "Villasukat", "qty_ordered": 2, "price_incl_tax": 19.9, "row_total_incl_tax": 39.8, "sku": "VS-42",
               "product_id": 7}],
    "extension_attributes": {"shipping_assignments": [{"shipping": {"address": {"city": "Oulu", "street": ["Uusikatu 1", "B 2"]}}}]},
}  # fmt: skip
PRESTASHOP = {"order": {
    "id": 5, "reference": "XKBKNABJK", "id_customer": "2", "current_state": "2", "date_add": "2026-11-22 14:05:00",
    "total_paid": "61.800000",
    "associations": {"order_rows": {"product_name": "Muki", "product_quantity": "1", "unit_price_tax_incl": "61.800000"}},
}}  # fmt: skip
STRIPE = {
    "id": "evt_1", "object": "event", "created": 1795349100, "type": "checkout.session.completed",
    "data": {"object": {
        "id": "cs_1", "amount_total": 6430, "currency": "eur", "created": 1795349000,
        "customer_details": {"email": "maija@example.com", "name": "Maija Mäkelä"},
    }},
}  # fmt: skip


def test_what_well_known_systems_post() -> None:
    at = "extension_attributes.shipping_assignments[0].shipping.address"
    magento = mapped(
        "id=entity_id; customer=customer_id; email=customer_email; name=customer_firstname + customer_lastname; status=status; "
        f'total=grand_total; tax=tax_amount; placed_at=created_at + "Z"; line1={at}.street[]; city={at}.city',
        "line_name=name; line_quantity=qty_ordered; line_price=price_incl_tax; line_sku=sku",
        lines="items[]",
    )
    (order,) = records(SHOP, magento, MAGENTO, NOW)
    assert isinstance(order, OrderRecord)
    assert (order.external_id, order.who.name, order.status, order.total, order.tax) == (
        "12",
        "Maija Mäkelä",
        "paid",
        6430,
        1245,
    )
    assert order.placed_at == dt.datetime(2026, 11, 22, 12, 5, tzinfo=dt.UTC)
    assert order.address == {"name": "Maija Mäkelä", "line1": "Uusikatu 1, B 2", "city": "Oulu"}
    assert [(line.quantity, line.amount) for line in order.lines] == [(2, 3980)]

    prestashop = mapped(
        "id=order.reference; customer=order.id_customer; status=order.current_state; total=order.total_paid",
        "line_name=product_name; line_price=unit_price_tax_incl",
        lines="order.associations.order_rows[]",
        statuses={"2": "paid"},
    )
    (order,) = records(SHOP, prestashop, PRESTASHOP, NOW)
    assert isinstance(order, OrderRecord)
    assert (order.external_id, order.status, order.total, [line.name for line in order.lines]) == (
        "XKBKNABJK",
        "paid",
        6180,
        ["Muki"],
    )

    stripe = mapped(
        "id=data.object.id; email=data.object.customer_details.email; total=data.object.amount_total; "
        "currency=data.object.currency; updated_at=created",
        only="type = checkout.session.completed, checkout.session.async_payment_succeeded",
        in_minor=True,
    )
    (order,) = records(SHOP, stripe, STRIPE, NOW)
    assert isinstance(order, OrderRecord)
    assert (order.external_id, order.total, order.currency) == ("cs_1", 6430, "EUR")
    assert order.updated_at == dt.datetime.fromtimestamp(1795349100, dt.UTC)
    assert records(SHOP, stripe, {**STRIPE, "type": "charge.updated"}, NOW) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [({"nro": None}, "Order number"), ({"summa": "paljon"}, "Total"), ({"pvm": "31.2.2026"}, "Ordered"),
     ({"rivit": [{"nimi": "x", "kpl": "monta"}]}, "Quantity")],
)  # fmt: skip
def test_what_is_wrong_is_told_by_its_name(changed: dict[str, Any], words: str) -> None:
    post = {"orders": [{**POST["orders"][0], **changed}]}  # type: ignore[dict-item]
    with pytest.raises(NotUnderstood, match=words):
        records(SHOP, MAPPED, post, NOW)


@pytest.mark.parametrize(
    ("shape", "fields", "expected"),
    [
        (
            "customer",
            {"customer": "7", "name": "Maija", "registered_at": "1.2.2020"},
            {"registered_at": dt.datetime(2020, 2, 1, tzinfo=HELSINKI)},
        ),
        (
            "product",
            {"id": "9", "name": "Pipo", "price": "24,50", "categories": "Asut, Päähineet"},
            {"price": 2450, "categories": ("Asut", "Päähineet")},
        ),
        (
            "loyalty",
            {"customer": "7", "tier": "kulta", "points": "1 200", "expires_on": "31.12.2026"},
            {"points": 1200, "expires_on": dt.date(2026, 12, 31)},
        ),
        ("cart", {"id": "c1", "email": "a@b.example", "total": "10"}, {"value": 1000, "items": ()}),
    ],
)
def test_the_other_shapes(shape: str, fields: dict[str, str], expected: dict[str, Any]) -> None:
    record: Record = recording.record_of(shapes.SHAPES[shape], recording.Given(fields), source=SHOP, at=NOW)
    assert {name: getattr(record, name) for name in expected} == expected
    if isinstance(record, CartRecord):
        assert record.who.email == "a@b.example"
