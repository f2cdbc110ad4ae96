"""What agents can have Shopify do (https://shopify.dev/docs/api/admin-rest, *Order*).

Its REST interface sends no letters; the GraphQL mutation `orderInvoiceSend` does
(https://shopify.dev/docs/api/admin-graphql/latest/mutations/orderInvoiceSend).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from aspa.service.commerce.actions import ActionFailed
from aspa.service.shops import acting
from aspa.service.shops.acting import request_note, told_to_the_agent
from aspa.service.shops.connector import NotUnderstood
from aspa.service.shops.payload import Payload
from aspa.service.shops.shopify.asking import call, graphql

if TYPE_CHECKING:
    from aspa.core.people.models import Agent
    from aspa.service.commerce.models import Order

SEND = "mutation ($id: ID!) { orderInvoiceSend(id: $id) { order { id } userErrors { message } } }"
# By which the shop's staff find the requests.
TAG = "refund-requested"


class Resend(acting.Resend):
    def run(self, order: Order, by: Agent, values: dict[str, Any]) -> str:
        asked = {"id": f"gid://shopify/Order/{order.external_id}"}
        with told_to_the_agent():
            graphql(order.source, SEND, asked, mutation="orderInvoiceSend")
        return _("The shop has sent the details of the order again.")


class RefundRequest(acting.RefundRequest):
    def run(self, order: Order, by: Agent, values: dict[str, Any]) -> str:
        path = f"/orders/{order.external_id}.json"
        with told_to_the_agent():
            # A note and tags are written whole, so what stands there already is read first.
            found = _order_in(call(order.source, "GET", path))
            tags = [tag.strip() for tag in found.text("tags").split(",") if tag.strip()]
            changes = {
                "id": int(order.external_id),
                "note": "\n".join(filter(None, [found.text("note"), request_note(order, by, values)])),
                "tags": ", ".join(dict.fromkeys([*tags, TAG])),
            }
            call(order.source, "PUT", path, {"order": changes})
        return _("The request stands on the order in the shop.")


class AddressChange(acting.AddressChange):
    def run(self, order: Order, by: Agent, values: dict[str, Any]) -> str:
        first, _blank, last = values["name"].rpartition(" ")
        address = {
            "first_name": first,
            "last_name": last,
            "address1": values["line1"],
            "address2": values["line2"],
            "zip": values["postcode"],
            "city": values["city"],
            "country_code": values["country"],
        }
        with told_to_the_agent():
            changes = {"id": int(order.external_id), "shipping_address": address}
            call(order.source, "PUT", f"/orders/{order.external_id}.json", {"order": changes})
        return _("The shop has the new address.")


def _order_in(answer: Any) -> Payload:
    try:
        return Payload(answer).within("order")
    except NotUnderstood:
        raise ActionFailed(_("The shop answered with something that isn't data.")) from None
