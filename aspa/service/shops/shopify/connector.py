"""Shopify: webhooks, and its REST Admin API (https://shopify.dev/docs/api/admin-rest)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aspa.core.inboxes.channel import Handout
from aspa.service.shops import doors, signing
from aspa.service.shops.asking import ask, json_of
from aspa.service.shops.connector import Connector, Forged, Kind, Later, Page, Post, Told
from aspa.service.shops.secret_field import SecretField, ShopForm
from aspa.service.shops.shopify import understanding

if TYPE_CHECKING:
    import httpx2

    from aspa.service.commerce.models import Source
    from aspa.service.commerce.records import Record

VERSION = "2026-10"
# The most that it gives at once.
LIMIT = 250
SHOP = re.compile(r"[a-z0-9][a-z0-9-]{0,60}\.myshopify\.com")


class ShopifyForm(ShopForm):
    needed = ("token", "webhook_secret")

    shop = forms.CharField(
        label=_("The shop's own address"), max_length=100, help_text=_("For example villa.myshopify.com")
    )
    token = SecretField(
        label=_("Access token of the Admin API"),
        help_text=_(
            "In Shopify: Settings, Apps, Develop apps. It begins with shpat_. It needs the rights read_customers, read_orders and "
            "read_products; read_all_orders for orders older than 60 days; write_orders for actions on orders."
        ),
    )
    webhook_secret = SecretField(
        label=_("Secret that signs webhooks"),
        help_text=_(
            "In Shopify: Settings, Notifications, Webhooks, below the list; for an app's own, its API secret key."
        ),
    )

    def clean_shop(self) -> str:
        shop = str(self.cleaned_data["shop"]).strip().lower().removeprefix("https://").rstrip("/")
        if not SHOP.fullmatch(shop) and shop not in settings.ASPA_PRIVATE_HOSTS:
            raise ValidationError(gettext("It ends with .myshopify.com; the address that customers see won't do."))
        return shop


class Shopify(Connector):
    key = "shopify"
    name = "Shopify"
    about = _("Customers, orders, products and checkouts left behind, as they change and from before")
    kinds = (
        Kind("customers", _("Customer records")),
        Kind("products", _("Products")),
        Kind("checkouts", _("Carts")),
        Kind("orders", _("Orders")),
    )

    def settings_form(self) -> type[forms.Form]:
        return ShopifyForm

    def receive(self, source: Source, post: Post) -> Told:
        mine = source.settings
        if not signing.is_signed(
            post.body, post.headers.get("x-shopify-hmac-sha256", ""), mine.get("webhook_secret", "")
        ):
            raise Forged("The signature is wrong.")
        # An app's secret signs for every shop that has it.
        if post.headers.get("x-shopify-shop-domain", "").lower() != mine.get("shop"):
            raise Forged("It comes from another shop.")
        topic = post.headers.get("x-shopify-topic", "")
        # The webhook's id names the delivery; the event's is the same for several topics that tell of one event.
        named = post.headers.get("x-shopify-webhook-id", "")
        return Told(f"shopify:{named}" if named else signing.sha256_key(topic.encode() + post.body), topic)

    def understand(self, source: Source, topic: str, payload: Any, at: dt.datetime) -> list[Record]:
        return understanding.records(topic, payload, at, shop=address(source), currency=source.currency)

    def handouts(self, source: Source) -> Sequence[Handout]:
        about = _(
            "In Shopify: Settings, Notifications, Webhooks, Create webhook, as JSON. One for each of Order creation, Order update, "
            "Order deletion, Customer creation, Customer update, Product creation, Product update, Checkout creation and "
            "Checkout update."
        )
        return (Handout(_("Webhook address"), doors.address(source), about),)

    def page(self, source: Source, kind: str, cursor: dict[str, Any] | None) -> Page:
        """After the last id that was taken: unlike the links to the next page, that stays right for ever."""
        after = cursor["after"] if cursor else 0
        asked: dict[str, Any] = {"limit": LIMIT, "since_id": after}
        if kind in ("orders", "checkouts"):
            asked["status"] = "any"
        response = _get(source, f"/{kind}.json", asked)
        body = json_of(response)
        items = body.get(kind) if isinstance(body, dict) else None
        if not isinstance(items, list) or not all(
            isinstance(one, dict) and isinstance(one.get("id"), int) for one in items
        ):
            raise Later(gettext("The shop answered with something that isn't data."))
        more = "next" in response.links and items
        following = {"after": max(one["id"] for one in items), "total": _total(source, kind, cursor)} if more else None
        total = following["total"] if following else (cursor or {}).get("total", len(items))
        return Page(f"{kind}/read", items, following, total)

    def check(self, source: Source) -> bool:
        _get(source, "/shop.json", {"fields": "id"})
        return True


def address(source: Source) -> str:
    shop = source.settings.get("shop", "")
    # A stand-in on our own network is asked as it is.
    return f"{'http' if shop in settings.ASPA_PRIVATE_HOSTS else 'https'}://{shop}"


def call(source: Source, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """Ask the shop's Admin API for something below its version. Raises Later or Never."""
    return json_of(ask(method, _url(source, path), json=body, headers=_headers(source)))


def _total(source: Source, kind: str, cursor: dict[str, Any] | None) -> int | None:
    """Asked once a kind, with its first page."""
    if cursor:
        total: int | None = cursor["total"]
        return total
    asked = {"status": "any"} if kind in ("orders", "checkouts") else {}
    body = json_of(_get(source, f"/{kind}/count.json", asked))
    count = body.get("count") if isinstance(body, dict) else None
    return count if isinstance(count, int) else None


def _get(source: Source, path: str, asked: dict[str, Any]) -> httpx2.Response:
    return ask("GET", _url(source, path), params=asked, headers=_headers(source))


def _url(source: Source, path: str) -> str:
    return f"{address(source)}/admin/api/{VERSION}{path}"


def _headers(source: Source) -> dict[str, str]:
    return {"X-Shopify-Access-Token": source.settings.get("token", "")}
