"""What an agent can have a source do with an order: send the confirmation again, ask for a refund, change the address.

A connector registers its actions in its app's `ready()`; the desk shows those that are offered, says what will happen,
and asks before it happens.
"""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING, Any

from django.db import transaction

from aspa.core.people import changes
from aspa.kit import clock
from aspa.kit.ids import new_public_id
from aspa.service.commerce.models import Order, OrderEvent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django import forms
    from django.utils.functional import Promise

    from aspa.core.people.models import Agent

# Begins the kind of the event that says what was done.
DONE = "action:"


class ActionFailed(Exception):
    """It wasn't done; the text is a sentence for the agent."""


class Action(abc.ABC):
    """`key` is [a-z_] and stands in addresses, `about` says what will happen."""

    key: str
    name: str | Promise
    about: str | Promise

    def offered(self, order: Order) -> bool:
        return True

    def form(self, order: Order, data: Mapping[str, Any] | None = None) -> forms.Form | None:
        """What is to be filled in, if anything."""
        return None

    @abc.abstractmethod
    def run(self, order: Order, by: Agent, values: dict[str, Any]) -> str:
        """Do it and give the sentence that tells the agent so. Raises ActionFailed. Called outside a transaction."""


_actions: dict[str, dict[str, Action]] = {}


def register(kind: str, action: Action) -> None:
    """Offer it for orders of sources of this kind. The same key twice is a mistake and raises ValueError."""
    known = _actions.setdefault(kind, {})
    if known.get(action.key, action) is not action:
        raise ValueError(f"{kind} has the action {action.key!r} already.")
    known[action.key] = action


def offered(order: Order) -> list[Action]:
    """The order's source must be in use: what is retired isn't asked."""
    if not order.source.is_active:
        return []
    return [action for action in _actions.get(order.source.kind, {}).values() if action.offered(order)]


def name_of(key: str) -> str:
    """What an action that was once done is called; its key when no connector has it any more."""
    return next((str(known[key].name) for known in _actions.values() if key in known), key)


def run(action: Action, order: Order, by: Agent, values: dict[str, Any]) -> str:
    """Do it, and note on the order who had it done. Raises ActionFailed."""
    told = action.run(order, by, values)
    with transaction.atomic():
        OrderEvent.objects.create(
            order=order,
            external_id=f"{DONE}{new_public_id()}",
            kind=f"{DONE}{action.key}"[:60],
            at=clock.now(),
            text=told[:2000],
            data={"by": by.pk},
        )
        if order.contact_id is not None:
            changes.touch([order.contact_id])
    return told
