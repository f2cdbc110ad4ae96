"""What agents can have a shop do with an order, whichever shop it is: the forms, and how a failure is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aspa.service.commerce import money
from aspa.service.commerce.actions import Action, ActionFailed
from aspa.service.shops import loose
from aspa.service.shops.connector import Later, Never

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aspa.core.people.models import Agent
    from aspa.service.commerce.models import Order

# Goods that are on their way go where they were sent.
LEFT = {"shipped", "delivered", "cancelled", "returned", "refunded"}


class RefundForm(forms.Form):
    amount = forms.CharField(label=_("Amount"), max_length=20)
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Mapping[str, Any] | None = None, *, order: Order) -> None:
        self._order = order
        whole = Decimal(order.total).scaleb(-money.places(order.currency))
        super().__init__(data, initial={"amount": f"{whole}".replace(".", ",")})

    def clean_amount(self) -> int:
        """In minor units, at most what was paid."""
        try:
            amount = money.minor(loose.number(self.cleaned_data["amount"]), self._order.currency)
        except ValueError:
            raise ValidationError(gettext("This isn't an amount.")) from None
        if not 0 < amount <= self._order.total:
            paid = money.shown(self._order.total, self._order.currency)
            raise ValidationError(gettext("The order is worth %(amount)s.") % {"amount": paid})
        return amount


class AddressForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    line1 = forms.CharField(label=_("Street address"), max_length=200)
    line2 = forms.CharField(label=_("Address, second line"), max_length=200, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=20)
    city = forms.CharField(label=_("City"), max_length=80)
    country = forms.RegexField(
        r"^[A-Za-z]{2}$", label=_("Country"), initial="FI", help_text=_("In two letters, FI for Finland.")
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, order: Order) -> None:
        super().__init__(
            data, initial={"country": "FI", **{key: value for key, value in order.address.items() if value}}
        )

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()


class Resend(Action):
    key = "resend"
    name = _("Send the confirmation again")
    about = _("The shop sends its letter about the order to the customer once more, to the address of the order.")


class RefundRequest(Action):
    key = "refund_request"
    name = _("Ask for a refund")
    about = _("The shop's staff see the request on the order and decide. No money moves by this.")

    def offered(self, order: Order) -> bool:
        return order.total > 0 and order.status != "refunded"

    def form(self, order: Order, data: Mapping[str, Any] | None = None) -> forms.Form:
        return RefundForm(data, order=order)


class AddressChange(Action):
    key = "address_change"
    name = _("Change the delivery address")
    about = _("The order in the shop gets the new address. What has been packed already may still go to the old one.")

    def offered(self, order: Order) -> bool:
        return order.status not in LEFT

    def form(self, order: Order, data: Mapping[str, Any] | None = None) -> forms.Form:
        return AddressForm(data, order=order)


def request_note(order: Order, by: Agent, values: dict[str, Any]) -> str:
    """What the shop's staff read."""
    wanted = {
        "agent": by.name,
        "amount": money.shown(values["amount"], order.currency),
        "reason": values["reason"],
    }
    return gettext("%(agent)s of customer service asks for a refund of %(amount)s: %(reason)s") % wanted


@contextmanager
def told_to_the_agent() -> Iterator[None]:
    """What a shop refuses or can't do just now is a sentence for the agent, who may try again."""
    try:
        yield
    except Never as problem:
        raise ActionFailed(str(problem)) from problem
    except Later as problem:
        raise ActionFailed(gettext("%(problem)s Try again in a moment.") % {"problem": problem}) from problem
