"""Shopify as a stand-in: the REST Admin API for customers, products, checkouts and orders, and its signed webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import uuid
from typing import Any
from urllib.parse import parse_qs

from testing.shops.server import Answer, Request, StandIn

API = re.compile(r"/admin/api/(\d{4}-\d{2})/(.+)\.json")
MOST_LIMIT = 250
VERSION = "2026-10"


class Shopify(StandIn):
    """`things`: {"orders": [order, …], …}, each with an id. `invoices` are the orders whose mail was sent again.

    `hooks` are the app's webhooks, `closed` the topics of which it may not hear. `granted` counts the tokens that the app
    asked for with its id and `webhook_secret`, which is also what signs; the newest is the one that counts.
    """

    def __init__(self, *, token: str = "shpat_test", webhook_secret: str = "whisper") -> None:
        super().__init__()
        self.token, self.webhook_secret, self.client_id = token, webhook_secret, "app-1"
        self.granted = 0
        self.hooks: list[dict[str, Any]] = []
        self.closed: set[str] = set()
        self.things: dict[str, list[dict[str, Any]]] = {"customers": [], "products": [], "checkouts": [], "orders": []}
        self.invoices: list[str] = []

    def answer(self, request: Request) -> Answer:
        if request.path == "/admin/oauth/access_token":
            return self._grant(request)
        if request.headers.get("x-shopify-access-token") != self.token:
            words = "[API] Invalid API key or access token (unrecognized login or wrong password)"
            return Answer(401, {"errors": words})
        found = API.fullmatch(request.path)
        if not found:
            return Answer(404, {"errors": "Not Found"})
        limit = {"X-Shopify-Shop-Api-Call-Limit": "1/40", "X-Shopify-API-Version": VERSION}
        match (request.method, found[2].split("/")):
            case ("GET", ["shop"]):
                return Answer(200, {"shop": {"id": 548380009}}, limit)
            case ("GET", [kind, "count"]) if kind in self.things:
                return Answer(200, {"count": len(self.things[kind])}, limit)
            case ("GET", [kind]) if kind in self.things:
                return self._list(kind, request, limit)
            case ("GET" | "PUT", ["orders", number]):
                order = next((one for one in self.things["orders"] if str(one["id"]) == number), None)
                if order is None:
                    return Answer(404, {"errors": "Not Found"}, limit)
                return self._order(request, order, limit)
            case ("POST", ["graphql"]):
                return self._graphql(request, limit)
        return Answer(404, {"errors": "Not Found"}, limit)

    def signed(
        self, topic: str, payload: Any, *, secret: str | None = None, key: str = ""
    ) -> tuple[bytes, dict[str, str]]:
        """The body and the headers of a webhook."""
        body = json.dumps(payload).encode()
        signature = hmac.digest((self.webhook_secret if secret is None else secret).encode(), body, hashlib.sha256)
        return body, {
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-Sha256": base64.b64encode(signature).decode(),
            "X-Shopify-Shop-Domain": self.host or "villa.myshopify.com",
            "X-Shopify-API-Version": VERSION,
            "X-Shopify-Webhook-Id": key or str(uuid.uuid4()),
            "X-Shopify-Event-Id": str(uuid.uuid4()),
            "X-Shopify-Triggered-At": "2026-01-11T07:30:00.123456789Z",
        }

    def _list(self, kind: str, request: Request, limit: dict[str, str]) -> Answer:
        count = int(request.query.get("limit", 50))
        if not 1 <= count <= MOST_LIMIT:
            return Answer(400, {"errors": {"limit": ["must be between 1 and 250"]}}, limit)
        after = int(request.query.get("since_id", 0))
        if "page_info" in request.query:
            after = int(base64.urlsafe_b64decode(request.query["page_info"]))
        rest = sorted((one for one in self.things[kind] if one["id"] > after), key=lambda one: one["id"])
        page = rest[:count]
        headers = dict(limit)
        if len(rest) > count:
            info = base64.urlsafe_b64encode(str(page[-1]["id"]).encode()).decode()
            headers["Link"] = f'<https://{self.host}{request.path}?limit={count}&page_info={info}>; rel="next"'
        return Answer(200, {kind: page}, headers)

    def _order(self, request: Request, order: dict[str, Any], limit: dict[str, str]) -> Answer:
        if request.method == "PUT":
            order.update(request.json["order"])
        return Answer(200, {"order": order}, limit)

    def _grant(self, request: Request) -> Answer:
        form = {name: values[-1] for name, values in parse_qs(request.body.decode()).items()}
        wanted = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.webhook_secret,
        }
        if form != wanted:
            return Answer(400, {"error": "invalid_client", "error_description": "Client authentication failed"})
        self.granted += 1
        self.token = f"shpat_granted_{self.granted}"
        return Answer(200, {"access_token": self.token, "scope": "read_orders", "expires_in": 86399})

    def _graphql(self, request: Request, limit: dict[str, str]) -> Answer:
        asked, given = request.json["query"], request.json["variables"]
        if "webhookSubscriptions(" in asked:
            return Answer(200, {"data": {"webhookSubscriptions": {"nodes": self.hooks}}}, limit)
        if "webhookSubscriptionCreate" in asked:
            return self._changed("webhookSubscriptionCreate", self._subscribe(given), limit)
        if "webhookSubscriptionDelete" in asked:
            self.hooks = [hook for hook in self.hooks if hook["id"] != given["id"]]
            return self._changed("webhookSubscriptionDelete", "", limit)
        number = str(given["id"]).rpartition("/")[2]
        known = any(str(one["id"]) == number for one in self.things["orders"])
        if known:
            self.invoices.append(number)
        return self._changed("orderInvoiceSend", "" if known else "Order does not exist", limit)

    def _subscribe(self, given: dict[str, Any]) -> str:
        """What is wrong with it."""
        topic, uri = given["topic"], given["hook"]["uri"]
        if topic in self.closed:
            return f"You do not have permission to create or update webhooks with {topic} topic."
        if any((hook["topic"], hook["uri"]) == (topic, uri) for hook in self.hooks):
            return "Address for this topic has already been taken"
        number = f"gid://shopify/WebhookSubscription/{len(self.hooks) + 892403750}"
        self.hooks.append({"id": number, "topic": topic, "uri": uri})
        return ""

    def _changed(self, mutation: str, wrong: str, limit: dict[str, str]) -> Answer:
        errors = [{"field": ["id"], "message": wrong}] if wrong else []
        return Answer(200, {"data": {mutation: {"userErrors": errors}}}, limit)
