"""How the customer buys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from aspa.service.commerce import habits, money
from aspa.service.commerce.models import Order
from aspa.web.customers.panel import Section

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent, Contact

WEEK, MONTH = 7, 30.4


def buying(agent: Agent, contact: Contact, conversation: Conversation | None) -> dict[str, Any] | None:
    found = habits.of(contact)
    if found is None:
        return None
    return {
        "habits": found,
        "totals": [money.shown(amount, currency) for amount, currency in found.totals],
        "interval": _interval(found.average_days) if found.average_days is not None else "",
    }


def _interval(days: float) -> str:
    """Roughly, as people say it."""
    if days < 1.5 * WEEK:
        count = max(1, round(days))
        return ngettext("every day", "every %(count)s days", count) % {"count": count}
    if days < 2 * MONTH:
        count = round(days / WEEK)
        return ngettext("every week", "every %(count)s weeks", count) % {"count": count}
    count = round(days / MONTH)
    return ngettext("every month", "every %(count)s months", count) % {"count": count}


section = Section(
    key="habits",
    order=50,
    title=_("How they buy"),
    template="customers/sections/habits.html",
    context=buying,
    models=(Order,),
)
