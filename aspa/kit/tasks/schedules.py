"""Periodic tasks: enqueued once a turn, however many workers look."""

import time
from datetime import datetime

from cronsim import CronSim
from django.db import transaction
from django.utils import timezone

from aspa.kit import clock
from aspa.kit.tasks.declaration import schedules
from aspa.kit.tasks.models import Schedule

LOOK_EVERY = 5.0  # seconds

_looked_at = float("-inf")


def fire_due() -> None:
    """Enqueue the periodic tasks whose time has come. Turns missed while nothing ran are made up for once."""
    global _looked_at
    if time.monotonic() - _looked_at < LOOK_EVERY:
        return
    _looked_at = time.monotonic()
    look()


def look() -> None:
    known = {schedule.name: schedule for schedule in Schedule.objects.filter(name__in=schedules)}
    for name, (_, cron) in schedules.items():
        schedule = known.get(name)
        if schedule is None or schedule.cron != cron:
            _begin(name, cron)
        elif schedule.next_at <= clock.now():
            _fire(schedule)


def _begin(name: str, cron: str) -> None:
    Schedule.objects.update_or_create(name=name, defaults={"cron": cron, "next_at": next_turn(cron)})


@transaction.atomic
def _fire(schedule: Schedule) -> None:
    turn = Schedule.objects.filter(pk=schedule.pk, next_at=schedule.next_at)
    if turn.update(next_at=next_turn(schedule.cron)):  # else another worker was first
        task, _ = schedules[schedule.name]
        task.enqueue()


def next_turn(cron: str) -> datetime:
    """The first moment after now that the expression means, in the installation's time zone."""
    return next(CronSim(cron, timezone.localtime(clock.now(), timezone.get_default_timezone())))
