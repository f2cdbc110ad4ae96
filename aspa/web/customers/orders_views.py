"""An order of a customer, and what a connector can do with it: asked first, then done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from aspa.core.conversations.changing import Refused
from aspa.core.people.models import Role
from aspa.service.commerce import actions, reading
from aspa.service.timeline import rights
from aspa.web.customers import orders_shown
from aspa.web.customers.doors import changed
from aspa.web.desk.doors import for_agents, refused

if TYPE_CHECKING:
    from aspa.service.commerce.models import Order
    from aspa.web.desk.doors import AgentRequest


@require_GET
@for_agents
def order(request: AgentRequest, contact_id: int, order_id: int) -> HttpResponse:
    """The whole order, in a dialog."""
    contact = rights.contact_for(request.user, contact_id)
    found = reading.order_of(contact, order_id)
    may_act = rights.may(request.user, contact, Role.Permission.REPLY)
    offered = actions.offered(found) if may_act else []
    return render(request, "customers/order.html", {**orders_shown.whole(found), "actions": offered})


@require_http_methods(["GET", "POST"])
@for_agents
def act(request: AgentRequest, contact_id: int, order_id: int, key: str) -> HttpResponse:
    """Say what will happen and ask; a POST does it."""
    contact = rights.contact_for(request.user, contact_id, may=Role.Permission.REPLY)
    found = reading.order_of(contact, order_id)
    action = _offered(found, key)
    form = action.form(found, request.POST if request.method == "POST" else None)
    if request.method == "GET":
        return _ask(request, found, action, form)
    if form is not None and not form.is_valid():
        wrong = str(next(iter(form.errors.values()))[0])
        return refused(Refused(wrong))
    values: dict[str, Any] = form.cleaned_data if form is not None else {}
    try:
        return changed(actions.run(action, found, request.user, values))
    except actions.ActionFailed as failure:
        return refused(Refused(str(failure) or _("It didn’t work. Try again in a moment."), code="action_failed"))


def _offered(order: Order, key: str) -> actions.Action:
    for action in actions.offered(order):
        if action.key == key:
            return action
    raise Http404("No such action.")


def _ask(request: AgentRequest, order: Order, action: actions.Action, form: object) -> HttpResponse:
    page = {"order": order, "action": action, "form": form, "total": orders_shown.words_of(order)["total"]}
    return render(request, "customers/order_action.html", page)
