"""Who wants to hear at once that customers have ordered. An app names its listener in its `ready()`:

    ordering.on_orders(tasks.look_soon)

It is called in the transaction that takes the orders, with the contacts whose they are, so it does no more than look
whether it is concerned, and enqueue a task.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

Listener = Callable[[Collection[int]], None]

_listeners: list[Listener] = []


def on_orders(listener: Listener) -> None:
    if listener not in _listeners:
        _listeners.append(listener)


def tell(contact_ids: Collection[int]) -> None:
    """These contacts' orders are new, or have changed."""
    if contact_ids:
        for listener in _listeners:
            listener(contact_ids)
