"""WooCommerce as a stand-in: REST API v3 for customers, products and orders, and its signed webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
import re
import uuid
from typing import Any

from testing.shops.server import Answer, Request, StandIn

API = "/wp-json/wc/v3"
MOST_PER_PAGE = 100


class WooCommerce(StandIn):
    """`things`: {"orders": [order, …], …}, each with an id. `notes` are those put onto orders, `letters` what was sent.

    `hooks` are its webhooks; whether the key `may_write` them is as it was made.
    """

    def __init__(self, *, key: str = "ck_test", secret: str = "cs_test", webhook_secret: str = "whisper") -> None:
        super().__init__()
        self.key, self.secret, self.webhook_secret = key, secret, webhook_secret
        self.things: dict[str, list[dict[str, Any]]] = {"customers": [], "products": [], "orders": []}
        self.notes: list[tuple[int, dict[str, Any]]] = []
        self.letters: list[tuple[int, str]] = []
        self.hooks: list[dict[str, Any]] = []
        self.may_write = True

    def answer(self, request: Request) -> Answer:
        expected = base64.b64encode(f"{self.key}:{self.secret}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {expected}":
            return _error(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
        place = request.path.removeprefix(API).strip("/").split("/")
        if place[0] == "webhooks":
            return self._webhooks(request, place[1:])
        match (request.method, place):
            case ("GET", [kind]) if kind in self.things:
                return self._list(kind, request)
            case ("GET" | "PUT" | "POST", ["orders", number, *rest]):
                order = next((one for one in self.things["orders"] if str(one["id"]) == number), None)
                if order is None:
                    return _error(404, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.")
                return self._order(request, order, rest)
        return _error(404, "rest_no_route", "No route was found matching the URL and request method.")

    def signed(
        self, topic: str, payload: Any, *, secret: str | None = None, key: str = ""
    ) -> tuple[bytes, dict[str, str]]:
        """The body and the headers of a webhook."""
        body = json.dumps(payload).encode()
        signature = hmac.digest((self.webhook_secret if secret is None else secret).encode(), body, hashlib.sha256)
        resource, _dot, event = topic.partition(".")
        return body, {
            "X-WC-Webhook-Source": f"https://{self.host or 'kauppa.example'}/",
            "X-WC-Webhook-Topic": topic,
            "X-WC-Webhook-Resource": resource,
            "X-WC-Webhook-Event": event,
            "X-WC-Webhook-Signature": base64.b64encode(signature).decode(),
            "X-WC-Webhook-ID": "3",
            "X-WC-Webhook-Delivery-ID": key or uuid.uuid4().hex,
        }

    def _list(self, kind: str, request: Request) -> Answer:
        count = int(request.query.get("per_page", 10))
        if not 1 <= count <= MOST_PER_PAGE:
            return _error(400, "rest_invalid_param", "Invalid parameter(s): per_page")
        things = sorted(
            self.things[kind], key=lambda one: one["id"], reverse=request.query.get("order", "desc") == "desc"
        )
        page = int(request.query.get("page", 1))
        first = int(request.query.get("offset", (page - 1) * count))
        pages = math.ceil(len(things) / count)
        headers = {"X-WP-Total": str(len(things)), "X-WP-TotalPages": str(pages)}
        if first + count < len(things):
            headers["Link"] = f'<https://{self.host}{API}/{kind}?page={page + 1}&per_page={count}>; rel="next"'
        return Answer(200, things[first : first + count], headers)

    def _webhooks(self, request: Request, rest: list[str]) -> Answer:
        if request.method != "GET" and not self.may_write:
            return _error(401, "woocommerce_rest_cannot_create", "Sorry, you are not allowed to create resources.")
        match (request.method, rest):
            case ("GET", []):
                first = (int(request.query.get("page", 1)) - 1) * int(request.query["per_page"])
                # Their secrets are told to nobody.
                told = [{name: hook[name] for name in hook if name != "secret"} for hook in self.hooks]
                return Answer(200, told[first : first + int(request.query["per_page"])])
            case ("POST", []):
                hook = {"id": 140 + len(self.hooks), "status": "active", **request.json}
                self.hooks.append(hook)
                return Answer(201, hook)
            case ("DELETE", [number]):
                if request.query.get("force") != "true":
                    return _error(501, "woocommerce_rest_trash_not_supported", "Webhooks do not support trashing.")
                self.hooks = [hook for hook in self.hooks if str(hook["id"]) != number]
                return Answer(200, {"id": int(number)})
        return _error(404, "rest_no_route", "No route was found matching the URL and request method.")

    def _order(self, request: Request, order: dict[str, Any], rest: list[str]) -> Answer:
        match (request.method, rest):
            case ("GET", []):
                return Answer(200, order)
            case ("PUT", []):
                order.update(request.json)
                return Answer(200, order)
            case ("POST", ["notes"]):
                self.notes.append((order["id"], request.json))
                return Answer(201, {"id": len(self.notes), **request.json})
            case ("POST", ["actions", "send_order_details"]):
                address = order["billing"]["email"]
                if not re.fullmatch(r"\S+@\S+", address):
                    return _error(400, "woocommerce_rest_missing_email", "Order does not have an email address.")
                self.letters.append((order["id"], address))
                return Answer(200, {"message": f"Order details sent to {address}, via REST API."})
        return _error(404, "rest_no_route", "No route was found matching the URL and request method.")


def _error(status: int, code: str, message: str) -> Answer:
    return Answer(status, {"code": code, "message": message, "data": {"status": status}})
