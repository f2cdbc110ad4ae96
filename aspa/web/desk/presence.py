"""Who is present right now, from the short-lived keys that the live plane keeps: `presence:{agent id}`."""

from __future__ import annotations

from aspa.kit.bus import bus


def present() -> list[dict[str, object]]:
    """Agents at work: {"id", "name", "initials", "state"}."""
    return [who for who in bus.find("presence:").values() if who.get("state") == "available"]
