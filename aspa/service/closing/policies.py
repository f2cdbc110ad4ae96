"""What a brand does when its customers are silent, and the moments that follow from it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from aspa.service.closing.models import SilencePolicy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aspa.core.inboxes.models import Brand
    from aspa.service.hours.schedule import Schedule

DAY = dt.timedelta(days=1)


class Plan(NamedTuple):
    """When the customer is reminded, and when silence closes the conversation; both empty when nothing does."""

    remind_at: dt.datetime | None = None
    close_at: dt.datetime | None = None


NOTHING = Plan()


def policy_of(brand: Brand) -> SilencePolicy:
    """The stored one, or the defaults (not stored yet)."""
    return SilencePolicy.objects.filter(brand=brand).first() or SilencePolicy(brand=brand)


def policies_of(brand_ids: Iterable[int]) -> dict[int, SilencePolicy]:
    wanted = set(brand_ids)
    stored = {policy.brand_id: policy for policy in SilencePolicy.objects.filter(brand__in=wanted)}
    return {pk: stored.get(pk) or SilencePolicy(brand_id=pk) for pk in wanted}


def plan(policy: SilencePolicy, schedule: Schedule, since: dt.datetime, now: dt.datetime) -> Plan:
    """Both moments are in opening hours: somebody is there when the customer comes back at once.

    What should have been reminded already, as after an upgrade, gets its whole wait from now instead of everything in
    one minute.
    """
    if not policy.is_on:
        return NOTHING
    days = policy.remind_days * DAY
    remind_at = schedule.opens_at(since + days if since + days > now else now + days)
    close_at = closing(policy, schedule, remind_at) if remind_at else None
    return Plan(remind_at, close_at) if close_at else NOTHING


def closing(policy: SilencePolicy, schedule: Schedule, reminded_at: dt.datetime) -> dt.datetime | None:
    """When silence closes what was reminded then; None for a company that doesn't open any more."""
    return schedule.opens_at(reminded_at + policy.close_days * DAY)
