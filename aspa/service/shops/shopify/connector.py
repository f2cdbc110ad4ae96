"""Shopify: webhooks, and its REST Admin API (https://shopify.dev/docs/api/admin-rest).

REST for reading and GraphQL for the rest: docs/decisions/0035-shopify.md.
"""

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
from aspa.service.shops.asking import json_of
from aspa.service.shops.connector import Connector, Forged, Hook, Kind, Later, Never, Page, Post, Told
from aspa.service.shops.secret_field import SecretField, ShopForm
from aspa.service.shops.shopify import hooks, understanding
from aspa.service.shops.shopify.asking import address, ask

if TYPE_CHECKING:
    from aspa.service.commerce.models import Source
    from aspa.service.commerce.records import Record

# The most that it gives at once, and the most that it counts (https://shopify.dev/docs/api/usage/limits).
LIMIT, MOST_COUNTED = 250, 25_000
SHOP = re.compile(r"[a-z0-9][a-z0-9-]{0,60}\.myshopify\.com")


class ShopifyForm(ShopForm):
    shop = forms.CharField(
        label=_("The shop's own address"), max_length=100, help_text=_("For example villa.myshopify.com")
    )
    client_id = forms.CharField(
        label=_("Client ID"),
        max_length=100,
        required=False,
        help_text=_(
            "In Shopify's Dev Dashboard: make an app, give it the rights read_customers, read_orders and read_products "
            "(read_all_orders for orders older than 60 days, write_orders for actions on orders), install it in the shop, and "
            "copy this from its settings."
        ),
    )
    client_secret = SecretField(
        label=_("Client secret"),
        help_text=_(
            "Beside the client ID. It signs the webhooks that Aspa sets up. An older app calls it API secret key."
        ),
    )
    token = SecretField(
        label=_("Access token of an older app"),
        help_text=_("Only for an app that was made in the shop's own settings before 2026. It begins with shpat_."),
    )
    webhook_secret = SecretField(
        label=_("Secret of webhooks set up by hand"),
        help_text=_(
            "In Shopify: Settings, Notifications, Webhooks, below the list. Not needed for those that Aspa sets up."
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("token") and not (cleaned.get("client_id") and cleaned.get("client_secret")):
            self.add_error(
                "client_id", gettext("Give the client ID and the client secret of an app, or an older app's token.")
            )
        elif not cleaned.get("client_secret") and not cleaned.get("webhook_secret"):
            self.add_error(
                "client_secret", gettext("Without a secret nobody can tell the shop's own posts from others.")
            )
        return cleaned

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
    topics = hooks.TOPICS

    def settings_form(self) -> type[forms.Form]:
        return ShopifyForm

    def receive(self, source: Source, post: Post) -> Told:
        mine, signature = source.settings, post.headers.get("x-shopify-hmac-sha256", "")
        secrets = (mine.get("client_secret", ""), mine.get("webhook_secret", ""))
        if not any(signing.is_signed(post.body, signature, secret) for secret in secrets):
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
            "Checkout update. Then copy the secret below their list into the field of webhooks set up by hand."
        )
        return (Handout(_("Webhook address"), doors.address(source), about),)

    def page(self, source: Source, kind: str, cursor: dict[str, Any] | None) -> Page:
        """After the last id that was taken: unlike the links to the next page, that stays right for ever."""
        after = cursor["after"] if cursor else 0
        asked: dict[str, Any] = {"limit": LIMIT, "since_id": after}
        if kind in ("orders", "checkouts"):
            asked["status"] = "any"
        response = ask(source, "GET", f"/{kind}.json", params=asked)
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
        ask(source, "GET", "/shop.json", params={"fields": "id"})
        return True

    def hooks(self, source: Source) -> list[Hook]:
        return hooks.found(source)

    def add_hook(self, source: Source, topic: str) -> None:
        if not source.settings.get("client_secret"):
            raise Never(gettext("The app's client secret is needed: it signs what the shop posts."))
        hooks.add(source, topic)

    def remove_hook(self, source: Source, hook: Hook) -> None:
        hooks.remove(source, hook)


def _total(source: Source, kind: str, cursor: dict[str, Any] | None) -> int | None:
    """Asked once a kind, with its first page; None where the shop doesn't say."""
    if cursor:
        total: int | None = cursor["total"]
        return total
    asked = {"status": "any"} if kind in ("orders", "checkouts") else {}
    try:
        body = json_of(ask(source, "GET", f"/{kind}/count.json", params=asked))
    except Never:
        return None
    count = body.get("count") if isinstance(body, dict) else None
    # It counts no further than this.
    return count if isinstance(count, int) and count <= MOST_COUNTED else None
