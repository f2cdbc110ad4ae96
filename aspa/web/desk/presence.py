"""Who is present right now, from the short-lived keys that the live plane keeps: `presence:{agent id}:{desk}`."""

from __future__ import annotations

from aspa.kit.bus import bus
from aspa.web.live.presence import AVAILABLE, merged


def present() -> list[dict[str, object]]:
    """Agents at work: {"id", "name", "initials", "state"}."""
    return [who for who in merged(bus.find("presence:").values()) if who["state"] == AVAILABLE]
