"""An admin connects shops: what they read, say, look at and take."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from aspa.core.inboxes.models import Grant
from aspa.core.people.models import Agent, Role
from aspa.kit.tasks import run_pending
from aspa.service.commerce.models import Order, Source
from aspa.service.shops.models import Filling, Import
from testing.shops.server import opened, payload
from testing.shops.shopify import Shopify
from testing.shops.woocommerce import WooCommerce
from tests.cast import Cast
from tests.journeys.test_desk_pages import signed_in

pytestmark = pytest.mark.django_db(transaction=True)

EXAMPLE = {
    "nro": "1001",
    "posti": "maija@example.com",
    "summa": "12,50",
    "rivit": [{"nimi": "Sukat", "hinta": "12,50"}],
}
MAPPING = {
    "shape": "order", "order-id": "nro", "order-email": "posti", "order-total": "summa", "lines": "rivit[]",
    "order-line_name": "nimi", "order-line_price": "hinta", "statuses": "noutovalmis = packed",
}  # fmt: skip


@pytest.fixture
def woo(settings: Any) -> Iterator[WooCommerce]:
    with opened(WooCommerce()) as shop:
        settings.ASPA_PRIVATE_HOSTS = [shop.host]
        yield shop


def connected(ada: Client, cast: Cast, kind: str, **filled: str) -> Source:
    """A shop set up in the settings' page."""
    form = {"brand": cast.brand.pk, "name": "Kauppa", "currency": "eur", "is_active": "on"}
    own = {f"shop-{name}": value for name, value in filled.items()}
    answer = ada.post(reverse("settings:shop_new", args=[kind]), {**form, **own})
    assert answer.status_code == 302, answer.content.decode()
    return Source.objects.get(kind=kind)


def test_a_shop_is_connected_and_its_history_read(cast: Cast, woo: WooCommerce, settings: Any) -> None:
    woo.things["orders"] = [payload("woocommerce", "order", id=1), payload("woocommerce", "order", id=2, total="x")]
    ada = signed_in(cast.ada)
    known = {"address": f"http://{woo.host}/", "key": woo.key, "secret": woo.secret}
    source = connected(ada, cast, "woocommerce", **known)
    page = ada.get(reverse("settings:shop", args=[source.pk])).content.decode()
    secret = source.settings["webhook_secret"]
    assert all(words in page for words in (f"/shops/{source.public_id}/", secret)) and len(secret) > 30
    assert woo.key not in page and woo.secret not in page
    assert "is right" in ada.post(reverse("settings:shop_check", args=[source.pk])).content.decode()
    ada.post(reverse("settings:shop_fill", args=[source.pk]))
    progress = reverse("settings:shop_progress", args=[source.pk])
    assert "hx-trigger" in ada.get(progress).content.decode()
    run_pending()
    shown = ada.get(progress).content.decode()
    assert ("hx-trigger" in shown, "2 of 2" in shown, "1 not understood" in shown) == (False, True, True)
    # What couldn't be understood is there as it came, and is mended by another currency, a new Aspa or by hand.
    faults = reverse("settings:shop_faults", args=[source.pk])
    assert "order.read" in ada.get(faults).content.decode()
    fault = ada.get(faults).context["faults"][0]
    raw = ada.get(reverse("settings:shop_raw", args=[source.pk, fault.pk]))
    assert json.loads(raw.content)["id"] == 2 and "attachment" in raw["Content-Disposition"]
    ada.post(reverse("settings:shop_again", args=[source.pk, fault.pk]))
    run_pending()
    ada.post(reverse("settings:shop_dismiss", args=[source.pk, fault.pk]))
    assert "order.read" not in ada.get(faults).content.decode()
    # The shop was told at once where to post; each of the webhooks shows when it was last heard of.
    assert {hook["delivery_url"] for hook in woo.hooks} == {f"{settings.ASPA_URL}/shops/{source.public_id}/"}
    body, headers = woo.signed("order.updated", payload("woocommerce", "order", id=3), secret=woo.hooks[0]["secret"])
    door = f"/shops/{source.public_id}/"
    assert Client().post(door, body, content_type="application/json", headers=headers).status_code == 200
    shown = ada.get(reverse("settings:shop_webhooks", args=[source.pk])).content.decode()
    assert (shown.count("last told"), "hx-trigger" in shown) == (1, False)
    ada.post(reverse("settings:shop_webhooks_remove", args=[source.pk]))
    run_pending()
    assert woo.hooks == []
    ada.post(reverse("settings:shop_webhooks_set", args=[source.pk]))
    assert "hx-trigger" in ada.get(reverse("settings:shop_webhooks", args=[source.pk])).content.decode()
    # Saved again with the secrets left empty, they stay.
    same = {"brand": cast.brand.pk, "name": "Uusi nimi", "currency": "EUR", "is_active": "on"}
    ada.post(reverse("settings:shop", args=[source.pk]), {**same, "shop-address": f"http://{woo.host}"})
    source.refresh_from_db()
    assert (source.name, source.settings["secret"], source.settings["webhook_secret"]) == (
        "Uusi nimi",
        woo.secret,
        secret,
    )
    # Unless it is another shop: that isn't told this one's key.
    moved = ada.post(reverse("settings:shop", args=[source.pk]), {**same, "shop-address": "https://evil.example"})
    assert "The address has changed" in moved.content.decode()
    source.refresh_from_db()
    assert source.settings["address"] == f"http://{woo.host}"


def test_a_wrong_key_and_an_inner_address_are_told(cast: Cast, woo: WooCommerce, settings: Any) -> None:
    ada = signed_in(cast.ada)
    source = connected(ada, cast, "woocommerce", address=f"http://{woo.host}", key="ck_x", secret="cs_x")
    check = reverse("settings:shop_check", args=[source.pk])
    assert "accept the key" in ada.post(check).content.decode()
    assert "accept the key" in ada.get(reverse("settings:shop", args=[source.pk])).content.decode()
    settings.ASPA_PRIVATE_HOSTS = []
    asked = len(woo.asked)
    assert "public network" in ada.post(check).content.decode()
    assert len(woo.asked) == asked
    new = reverse("settings:shop_new", args=["woocommerce"])
    form = {"brand": cast.brand.pk, "name": "x", "currency": "EUR", "shop-key": "k", "shop-secret": "s"}
    for address in (
        "http://shop.example",
        "ftp://shop.example",
        "https://",
        "https://a:b@shop.example",
        f"http://{woo.host}",
    ):
        assert ada.post(new, {**form, "shop-address": address}).status_code == 422, address
    shopify = reverse("settings:shop_new", args=["shopify"])
    tokens = {"shop-token": "t", "shop-webhook_secret": "w"}
    for address in ("shop.example", "169.254.169.254", "evil.example/x.myshopify.com", "a.myshopify.com.evil.example"):
        assert ada.post(shopify, {**form, **tokens, "shop-shop": address}).status_code == 422, address
    assert ada.post(shopify, {**form, "shop-shop": "villa.myshopify.com"}).status_code == 422
    assert Shopify().token not in str(Source.objects.values_list("settings", flat=True))


def test_another_systems_posts_are_mapped_and_taken(cast: Cast) -> None:
    ada = signed_in(cast.ada)
    source = connected(ada, cast, "mapper", way="address", header="X-Signature")
    preview = reverse("settings:shop_mapping_preview", args=[source.pk])
    seen = ada.post(preview, {**MAPPING, "example": json.dumps(EXAMPLE)}).content.decode()
    assert all(words in seen for words in ("maija@example.com", "Sukat", "rivit[].hinta"))
    wrong = ada.post(preview, {**MAPPING, "order-total": "posti", "example": json.dumps(EXAMPLE)}).content.decode()
    assert "be understood" in wrong
    assert "JSON" in ada.post(preview, {**MAPPING, "example": "{"}).content.decode()
    door = f"/shops/{source.public_id}/"
    secret = source.settings["secret"]
    stranger = Client()
    told = json.dumps(EXAMPLE)
    assert stranger.post(door, told, content_type="application/json").status_code == 401
    assert stranger.post(f"{door}guess/", told, content_type="application/json").status_code == 401
    assert stranger.post(f"{door}{secret}/", told, content_type="application/json").status_code == 200
    run_pending()
    # Nobody had said yet what is what: it waits.
    ada.post(reverse("settings:shop_mapping", args=[source.pk]), MAPPING)
    fault = ada.get(reverse("settings:shop_faults", args=[source.pk])).context["faults"][0]
    ada.post(reverse("settings:shop_again", args=[source.pk, fault.pk]))
    run_pending()
    order = Order.known().get()
    assert (order.external_id, order.total, order.lines.get().name) == ("1001", 1250, "Sukat")
    # The newest post is the example where none is pasted; a place that is none is refused.
    assert "Sukat" in ada.post(preview, MAPPING).content.decode()
    page = reverse("settings:shop_mapping", args=[source.pk])
    assert 'value="rivit[]"' in ada.get(page).content.decode()
    assert ada.post(page, {**MAPPING, "order-total": "a..b"}).status_code == 422
    assert ada.post(page, {**MAPPING, "statuses": "valmis = kaunis"}).status_code == 422


def test_a_file_is_imported_and_what_was_refused_is_downloaded(cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    ada = signed_in(cast.ada)
    source = connected(ada, cast, "csv")
    table = "Tilausnumero;Nimi;Summa;Huomautus\r\n1;Maija;12,50;x\r\n2;Pekka;=paljon;y\r\n".encode("cp1252")
    upload = SimpleUploadedFile("tilaukset.csv", table, content_type="text/csv")
    answer = ada.post(reverse("settings:import_new", args=[source.pk]), {"kind": "order", "file": upload})
    one = Import.objects.get()
    page = reverse("settings:import", args=[source.pk, one.pk])
    assert answer["Location"] == page
    first = ada.get(page)
    assert "Maija" in first.content.decode() and "be understood" in first.content.decode()
    form = {
        "encoding": "cp1252",
        "delimiter": ";",
        **{name: "-1" for name in first.context["form"].fields if "column-" in name},
    }
    form |= {"column-id": "0", "column-name": "1", "column-total": "2"}
    preview = reverse("settings:import_preview", args=[source.pk, one.pk])
    otherwise = ada.post(preview, {**form, "delimiter": "|"})
    assert (otherwise.status_code, otherwise["HX-Refresh"]) == (204, "true")
    ada.post(preview, form)
    assert "Maija" in ada.post(preview, form).content.decode()
    ada.post(page, form)
    run_pending()
    shown = ada.get(page).content.decode()
    assert Order.known().get().total == 1250
    assert "2 of 2" in shown
    refused = ada.get(reverse("settings:import_refused", args=[source.pk, one.pk])).content.decode()
    assert "3," in refused and "'=paljon" in refused


def test_a_leader_of_one_inbox_and_strangers_come_near_none_of_it(cast: Cast, woo: WooCommerce) -> None:
    source = Source.objects.create(brand=cast.brand, kind="woocommerce", name="Kauppa", settings={"key": "ck"})
    Filling.objects.create(source=source, kind="orders", started_at="2026-01-01T00:00Z", moved_at="2026-01-01T00:00Z")
    leader = Role.objects.create(name="Leader", permissions=[Role.Permission.SETTINGS])
    Grant.objects.create(agent=cast.cy, role=leader, inbox=cast.other_inbox)
    cy = signed_in(Agent.objects.get(pk=cast.cy.pk))
    doors = ("shop", "shop_fill", "shop_stop", "shop_check", "shop_faults", "shop_mapping", "import_new")
    for name in (*doors, "shop_webhooks", "shop_webhooks_set", "shop_webhooks_remove"):
        path = reverse(f"settings:{name}", args=[source.pk])
        assert {cy.post(path).status_code, cy.get(path).status_code} - {405} == {403}, name
    assert Filling.objects.get().state == "running"
    other = Source.objects.create(brand=cast.other_brand, kind="csv", name="Muu")
    one = Import.objects.create(source=other, kind="order", name="x", created_at="2026-01-01T00:00Z", state="done")
    assert signed_in(cast.ada).get(reverse("settings:import", args=[source.pk, one.pk])).status_code == 404
