from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from aspa.service.commerce.models import Source
from testing.shops.server import opened
from testing.shops.shopify import Shopify
from testing.shops.woocommerce import WooCommerce
from tests.cast import Cast


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """The words that are looked for are those of the code."""
    with translation.override("en"):
        yield


@pytest.fixture
def woo(settings: Any) -> Iterator[WooCommerce]:
    with opened(WooCommerce()) as shop:
        settings.ASPA_PRIVATE_HOSTS = [shop.host]
        yield shop


@pytest.fixture
def woo_source(cast: Cast, woo: WooCommerce) -> Source:
    known = {
        "address": f"http://{woo.host}",
        "key": woo.key,
        "secret": woo.secret,
        "webhook_secret": woo.webhook_secret,
    }
    return Source.objects.create(brand=cast.brand, kind="woocommerce", name="Kauppa", settings=known)


@pytest.fixture
def shopify(settings: Any) -> Iterator[Shopify]:
    with opened(Shopify()) as shop:
        settings.ASPA_PRIVATE_HOSTS = [shop.host]
        yield shop


@pytest.fixture
def shopify_source(cast: Cast, shopify: Shopify) -> Source:
    known = {"shop": shopify.host, "token": shopify.token, "webhook_secret": shopify.webhook_secret}
    return Source.objects.create(brand=cast.brand, kind="shopify", name="Villa", settings=known)
