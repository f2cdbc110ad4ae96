"""Which page of the shop a customer is on now: a key that their open widget keeps alive, known to the desk alone.

A page is {"url", "title", "by"}, `by` being the widget's own mark: of several tabs the one that was turned to last
decides, and another one's heartbeat doesn't take it back.
"""

from __future__ import annotations

from aspa.kit.bus import bus

Page = dict[str, str]

# Two missed heartbeats of 25 seconds, and a little for the network.
ALIVE = 60.0


def page_of(contact_id: int) -> Page | None:
    """Where the customer is just now; None when their chat isn't open anywhere."""
    return bus.get(_key(contact_id))


async def show(contact_id: int, page: Page) -> None:
    """The customer has turned to this page."""
    before = await bus.aget(_key(contact_id))
    await bus.aput(_key(contact_id), page, ALIVE)
    if _seen(before) != _seen(page):
        await bus.apublish("page", {"contact": contact_id})


async def keep(contact_id: int, page: Page) -> None:
    """This page is still open; it is shown unless another is."""
    shown = await bus.aget(_key(contact_id))
    if shown is None or shown["by"] == page["by"]:
        await show(contact_id, page)


async def leave(contact_id: int, page: Page) -> None:
    """This page has been closed, and nothing was opened after it."""
    shown = await bus.aget(_key(contact_id))
    if shown is not None and shown["by"] == page["by"]:
        await bus.adrop(_key(contact_id))
        await bus.apublish("page", {"contact": contact_id})


def _key(contact_id: int) -> str:
    return f"page:{contact_id}"


def _seen(page: Page | None) -> tuple[str, str] | None:
    return (page["url"], page["title"]) if page else None
