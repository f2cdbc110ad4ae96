"""WooCommerce: webhooks, and its REST API v3 (https://woocommerce.github.io/woocommerce-rest-api-docs/)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aspa.core.inboxes.channel import Handout
from aspa.service.shops import doors, signing
from aspa.service.shops.asking import ask, json_of
from aspa.service.shops.connector import Connector, Forged, Hook, Kind, Later, Page, Post, Told
from aspa.service.shops.payload import Payload
from aspa.service.shops.secret_field import SecretField, ShopForm
from aspa.service.shops.woocommerce import understanding

if TYPE_CHECKING:
    from aspa.service.commerce.models import Source
    from aspa.service.commerce.records import Record

API = "/wp-json/wc/v3"
# The most that it gives at once.
PER_PAGE = 100
# More webhooks than these aren't looked through.
MOST_HOOKS = 1000
# How far to step back when something that was read before is gone.
STEP = 50
# The webhooks that are set up.
HOOKS = (
    "customer.created",
    "customer.updated",
    "product.created",
    "product.updated",
    "product.deleted",
    "product.restored",
    "order.created",
    "order.updated",
    "order.deleted",
    "order.restored",
)
TOPICS = {"customers": "customer.read", "products": "product.read", "orders": "order.read"}


class WooCommerceForm(ShopForm):
    needed = ("key", "secret")
    made = ("webhook_secret",)
    sent_to = "address"

    address = forms.CharField(
        label=_("Address of the shop"), max_length=200, help_text=_("For example https://www.shop.example")
    )
    key = SecretField(
        label=_("Consumer key"),
        help_text=_("In WooCommerce: Settings, Advanced, REST API, Add key. It begins with ck_."),
    )
    secret = SecretField(
        label=_("Consumer secret"),
        help_text=_(
            "It begins with cs_. With the right to write, too, Aspa sets up the webhooks, and agents can act on orders."
        ),
    )

    def clean_address(self) -> str:
        """ "https://shop.example/fi", without what comes after."""
        address = str(self.cleaned_data["address"])
        parts = urlsplit(address if "://" in address else f"https://{address}")
        # The key travels with each question, so it has to be encrypted on its way.
        if parts.scheme != "https" and parts.netloc not in settings.ASPA_PRIVATE_HOSTS:
            raise ValidationError(gettext("The address has to begin with https://."))
        if not parts.hostname or parts.username or parts.query:
            raise ValidationError(gettext("This isn't the address of a shop."))
        return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


class WooCommerce(Connector):
    key = "woocommerce"
    name = "WooCommerce"
    about = _("Customers, orders and products, as they change and from before")
    kinds = (Kind("customers", _("Customer records")), Kind("products", _("Products")), Kind("orders", _("Orders")))
    topics = HOOKS

    def settings_form(self) -> type[forms.Form]:
        return WooCommerceForm

    def receive(self, source: Source, post: Post) -> Told | None:
        signature = post.headers.get("x-wc-webhook-signature", "")
        if not signature and post.body.startswith(b"webhook_id="):
            # What it posts, unsigned, when a webhook is saved; without a success it takes the address for wrong.
            return None
        if not signing.is_signed(post.body, signature, source.settings.get("webhook_secret", "")):
            raise Forged("The signature is wrong.")
        named = post.headers.get("x-wc-webhook-delivery-id", "")
        topic = post.headers.get("x-wc-webhook-topic", "")
        return Told(f"woocommerce:{named}" if named else signing.sha256_key(topic.encode() + post.body), topic)

    def understand(self, source: Source, topic: str, payload: Any, at: dt.datetime) -> list[Record]:
        shop = source.settings.get("address", "")
        return understanding.records(topic, payload, at, shop=shop, currency=source.currency)

    def handouts(self, source: Source) -> Sequence[Handout]:
        about = _(
            "In WooCommerce: Settings, Advanced, Webhooks, Add webhook. One for each of Order created, Order updated, "
            "Order deleted, Customer created, Customer updated, Product created and Product updated."
        )
        return (
            Handout(_("Delivery URL"), doors.address(source), about),
            Handout(_("Secret"), source.settings.get("webhook_secret", ""), _("The same in each of them.")),
        )

    def page(self, source: Source, kind: str, cursor: dict[str, Any] | None) -> Page:
        """In the order of their ids, which never changes; what is deleted meanwhile moves the rest to the front.

        So each page begins with the last item of the one before, to see that nothing was passed over.
        """
        after = cursor["after"] if cursor else 0
        offset = cursor["offset"] if cursor else 0
        while True:
            items, total = _list(source, kind, offset)
            if not offset or (items and _id(items[0]) <= after):
                break
            offset = max(0, offset - STEP)
        fresh = [one for one in items if _id(one) > after]
        more = offset + len(items) < total and items
        following = {"offset": offset + len(items) - 1, "after": _id(items[-1])} if more else None
        return Page(TOPICS[kind], fresh, following, total)

    def check(self, source: Source) -> bool:
        _list(source, "orders", 0, count=1)
        return True

    def hooks(self, source: Source) -> list[Hook]:
        """All that lead here, those of a human's hand too; one that failed five times is switched off by the shop."""
        found: list[Hook] = []
        for page in range(1, MOST_HOOKS // PER_PAGE + 1):
            items = call(source, "GET", f"/webhooks?per_page={PER_PAGE}&page={page}")
            if not isinstance(items, list):
                raise Later(gettext("The shop answered with something that isn't data."))
            told = [Payload(one) for one in items]
            found += [
                Hook(one.needed("id"), one.text("topic"), is_on=one.text("status") == "active")
                for one in told
                if one.text("delivery_url") == doors.address(source)
            ]
            if len(items) < PER_PAGE:
                break
        return found

    def add_hook(self, source: Source, topic: str) -> None:
        hook = {"name": f"Aspa: {topic}", "topic": topic, "delivery_url": doors.address(source)}
        call(source, "POST", "/webhooks", {**hook, "secret": source.settings["webhook_secret"], "status": "active"})

    def remove_hook(self, source: Source, hook: Hook) -> None:
        # It has no bin for them: without force it refuses.
        call(source, "DELETE", f"/webhooks/{hook.id}?force=true")


def call(source: Source, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """Ask the shop's REST API for something below /wp-json/wc/v3. Raises Later or Never."""
    mine = source.settings
    url = f"{mine['address']}{API}{path}"
    return json_of(ask(method, url, json=body, auth=(mine["key"], mine["secret"])))


def _list(source: Source, kind: str, offset: int, count: int = PER_PAGE) -> tuple[list[dict[str, Any]], int]:
    mine = source.settings
    asked = {"per_page": count, "offset": offset, "orderby": "id", "order": "asc"}
    if kind == "customers":
        # Otherwise those who have become the shop's own people are left out.
        asked["role"] = "all"
    else:
        asked["status"] = "any"
    response = ask("GET", f"{mine['address']}{API}/{kind}", params=asked, auth=(mine["key"], mine["secret"]))
    items = json_of(response)
    if not isinstance(items, list) or not all(
        isinstance(one, dict) and isinstance(one.get("id"), int) for one in items
    ):
        raise Later(gettext("The shop answered with something that isn't data."))
    total = response.headers.get("X-WP-Total", "")
    return items, int(total) if total.isdecimal() else offset + len(items) + (len(items) == count)


def _id(item: dict[str, Any]) -> int:
    return int(item["id"])
