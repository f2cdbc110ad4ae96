"""Telling that something changed on which routing and availability depend."""

from __future__ import annotations

from aspa.service.routing.tasks import attend, sweep


def look_soon() -> None:
    """What waits is given out, and widgets look anew, when the caller's transaction has committed."""
    attend.enqueue()


def settings_changed() -> None:
    """Rules, skills, abilities or tiers were changed: the queue is made anew."""
    sweep.enqueue()
