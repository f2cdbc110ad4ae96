"""How each routed inbox gives out, read together; and that only one process does so at a time."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.db import connection

from aspa.core.inboxes.channel import channels
from aspa.service.routing.deciding import Manner
from aspa.service.routing.models import Rules

# Any number; nothing else in the database locks by it.
ROUTING = 7_261_905
# Decrypted as they are read.
SECRETS = ("inbox__settings",)


@dataclasses.dataclass(frozen=True, slots=True)
class Routed:
    """An inbox that gives out what waits."""

    inbox: int
    brand: int
    team: int | None
    is_live: bool
    manner: Manner
    offer_for: dt.timedelta


def alone() -> None:
    """Until the caller's transaction ends nobody else changes the queue. On SQLite nobody else writes anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ROUTING])


def routed() -> dict[int, Routed]:
    """By inbox; usually few or none."""
    switched_on = Rules.objects.exclude(policy=Rules.Policy.OFF).filter(inbox__is_active=True)
    live = live_channels()
    return {rules.inbox_id: _routed(rules, live) for rules in switched_on.select_related("inbox").defer(*SECRETS)}


def live_channels() -> set[str]:
    return {channel.key for channel in channels() if channel.capabilities.live}


def _routed(rules: Rules, live: set[str]) -> Routed:
    inbox = rules.inbox
    manner = Manner(
        is_offered=rules.policy == Rules.Policy.OFFER,
        in_turn=rules.pick == Rules.Pick.ROUND_ROBIN,
        speaks=rules.speaks,
        known_for=dt.timedelta(seconds=rules.known_seconds),
    )
    offer_for = dt.timedelta(seconds=rules.offer_seconds)
    return Routed(inbox.pk, inbox.brand_id, inbox.team_id, inbox.channel in live, manner, offer_for)
