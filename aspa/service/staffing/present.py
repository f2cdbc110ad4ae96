"""Who is at work, by the short-lived keys that open desks keep alive: `presence:{agent id}:{desk}`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from aspa.kit.bus import bus

PREFIX = "presence:"
AVAILABLE, AWAY = "available", "away"


def present() -> list[dict[str, Any]]:
    """Agents who are there and available: {"id", "name", "initials", "state"}."""
    return [who for who in merged(bus.find(PREFIX).values()) if who["state"] == AVAILABLE]


def merged(desks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """One entry for an agent, however many desks they have open; available when any of these is."""
    by_agent: dict[int, dict[str, Any]] = {}
    for desk in desks:
        if desk["id"] not in by_agent or desk["state"] == AVAILABLE:
            by_agent[desk["id"]] = desk
    return sorted(by_agent.values(), key=lambda who: (who["name"], who["id"]))
