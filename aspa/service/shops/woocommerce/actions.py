"""What agents can have WooCommerce do (its REST API: *Order actions*, *Order notes*, *Update an order*)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from aspa.service.shops import acting
from aspa.service.shops.acting import request_note, told_to_the_agent
from aspa.service.shops.woocommerce.connector import call

if TYPE_CHECKING:
    from aspa.core.people.models import Agent
    from aspa.service.commerce.models import Order


class Resend(acting.Resend):
    def run(self, order: Order, by: Agent, values: dict[str, Any]) -> str:
        with told_to_the_agent():
            call(order.source, "POST", f"/orders/{order.external_id}/actions/send_order_details", {})
        return _("The shop has sent the details of the order again.")


class RefundRequest(acting.RefundRequest):
    def run(self, order: Order, by: Agent, values: dict[str, Any]) -> str:
        with told_to_the_agent():
            note = {"note": request_note(order, by, values), "customer_note": False}
            call(order.source, "POST", f"/orders/{order.external_id}/notes", note)
        return _("The request stands on the order in the shop.")


class AddressChange(acting.AddressChange):
    def run(self, order: Order, by: Agent, values: dict[str, Any]) -> str:
        first, _blank, last = values["name"].rpartition(" ")
        shipping = {
            "first_name": first or last,
            "last_name": last if first else "",
            "address_1": values["line1"],
            "address_2": values["line2"],
            "postcode": values["postcode"],
            "city": values["city"],
            "country": values["country"],
        }
        with told_to_the_agent():
            call(order.source, "PUT", f"/orders/{order.external_id}", {"shipping": shipping})
        return _("The shop has the new address.")
