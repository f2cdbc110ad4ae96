from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from aspa.service.carts import told
from aspa.service.carts.told import ToldCart
from aspa.service.commerce.records import Line

SOCKS = {"name": "Villasukat", "quantity": 2, "price": 19.9, "id": 7, "sku": "VS-42", "url": "https://shop.fi/sukat"}
CART = {"id": "kori-1", "items": [SOCKS], "currency": "EUR", "resumeUrl": "https://shop.fi/kori"}


def parse(cart: Any) -> ToldCart:
    return told.parse(cart, lambda origin: origin == "https://shop.fi")


def test_a_cart_in_minor_units() -> None:
    cart = parse(CART)
    assert cart.items == (
        Line(name="Villasukat", quantity=Decimal(2), unit_price=1990, product_external_id="7", sku="VS-42",
             url="https://shop.fi/sukat"),
    )  # fmt: skip
    assert (cart.id, cart.value, cart.currency, cart.resume_url) == ("kori-1", 3980, "EUR", "https://shop.fi/kori")
    assert told.again(told.kept(cart)) == cart


def test_what_the_shop_says_of_sums_goes_before_our_own() -> None:
    lines = [{"name": "Lanka", "quantity": "0.35", "price": "10", "total": "3.49"}]
    cart = parse({"items": lines, "value": 0.1 + 0.2})
    assert (cart.items[0].amount, cart.value) == (349, 30)
    assert parse({"items": [{"name": "x", "price": 1200}], "currency": "JPY"}).value == 1200


def test_an_emptied_cart() -> None:
    assert parse({"items": []}) == ToldCart()


@pytest.mark.parametrize(
    "wrong",
    [
        None, [], "cart", {}, {"items": "x"}, {"items": [None]}, {"items": [{}]}, {"items": [{"name": ""}]},
        {"items": [{"name": 4.2}]}, {"items": [SOCKS] * 101}, {**CART, "currency": "euro"}, {**CART, "currency": 7},
        {**CART, "id": {}}, {**CART, "id": "x" * 101}, {**CART, "value": "NaN"}, {**CART, "value": -1},
        {**CART, "value": float("inf")}, {**CART, "value": "1e999"}, {**CART, "value": True},
        *({**CART, "items": [{**SOCKS, **bad}]} for bad in (
            {"quantity": 0}, {"quantity": -1}, {"quantity": 1e9}, {"quantity": "0x10"}, {"price": "1 000"},
            {"price": []}, {"price": 10**30}, {"url": "javascript:alert(1)"}, {"url": "https://evil.example/"},
            {"name": "x" * 301},
        )),
        *({**CART, "resumeUrl": url} for url in (
            "javascript:alert(1)", "//shop.fi/kori", "/kori", "https://evil.example/kori", "https://shop.fi@evil.example/",
            "https://shop.fi:password@shop.fi/", "https://shop.fi\\@evil.example/", "https://shop.fi/\nkori", "https://[",
            "data:text/html,x", 7, "https://shop.fi/" + "a" * 1000,
        )),
    ],
)  # fmt: skip
def test_what_is_no_cart_is_said(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"\w+ .*\.$"):
        parse(wrong)
