"""Who is at work, by the short-lived keys that open desks keep alive: `presence:{agent id}:{desk}`.

A key holds {"id", "name", "initials", "state": what the agent chose, "idle": whether that page is left alone}. What an
agent is in effect follows from all of their desks together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from aspa.kit.bus import bus

PREFIX = "presence:"
# Told on the bus when somebody comes, goes or is something else now.
CHANGED = "presence"
# Two missed heartbeats of 25 seconds, and a little for the network.
ALIVE = 60.0
AVAILABLE, BUSY, AWAY, OFF, GONE = "available", "busy", "away", "off", "gone"
# Who is there for the customers they have; only the available get new ones.
HERE = (AVAILABLE, BUSY)


def present() -> list[dict[str, Any]]:
    """Agents who are there, available or busy: {"id", "name", "initials", "state"}."""
    return [who for who in merged(bus.find(PREFIX).values()) if who["state"] in HERE]


def states() -> dict[int, str]:
    """What every agent with an open desk is in effect; all others are gone."""
    return states_of(bus.find(PREFIX).values())


def states_of(desks: Iterable[dict[str, Any]]) -> dict[int, str]:
    """The same of desks that were found already."""
    return {agent: effective(own) for agent, own in _by_agent(desks).items()}


def merged(desks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """One entry for an agent, however many desks they have open, with what they are in effect; without who is off."""
    agents = [
        {"id": agent, "name": own[0]["name"], "initials": own[0]["initials"], "state": effective(own)}
        for agent, own in _by_agent(desks).items()
    ]
    return sorted((who for who in agents if who["state"] != OFF), key=lambda who: (who["name"], who["id"]))


def effective(desks: Collection[dict[str, Any]]) -> str:
    """What an agent with these desks is.

    Off by their own word, else away when every desk is left alone, else what they chose. The same word stands in all
    desks, but for an instant while it changes: then the one with fewer customers counts.
    """
    if not desks:
        return GONE
    chosen = {desk["state"] for desk in desks}
    if OFF in chosen:
        return OFF
    if all(desk.get("idle") or desk["state"] == AWAY for desk in desks):
        return AWAY
    return BUSY if BUSY in chosen else AVAILABLE


def _by_agent(desks: Iterable[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for desk in desks:
        found[desk["id"]].append(desk)
    return found
