"""How code declares a task and when it runs by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ParamSpec, TypeVar

from cronsim import CronSim
from django_tasks import TaskResult
from django_tasks.base import Task

from aspa.kit import clock

P = ParamSpec("P")
T = TypeVar("T")

LONGEST_BACKOFF = timedelta(hours=1)
DEATHS_FORGIVEN = 3  # workers that may die on one task beyond its retries, before the task is taken for the killer

schedules: dict[str, tuple["QueuedTask[[], Any]", str]] = {}  # module path: (task, cron expression)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedTask(Task[P, T]):
    """Django's Task that also knows how often to try again after a failure."""

    retries: int = 5
    backoff: float = 10.0
    """Seconds before the first retry; each later one waits twice as long, at most an hour."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run it here and now."""
        return self.func(*args, **kwargs)

    def enqueue_at(self, when: datetime, *args: P.args, **kwargs: P.kwargs) -> TaskResult[T]:
        return self.using(run_after=when).enqueue(*args, **kwargs)

    def delay_after(self, attempts: int) -> timedelta | None:
        """How long to wait after so many failed attempts; None when it was the last one."""
        if attempts > self.retries:
            return None
        exponent = min(attempts - 1, 20)  # a timedelta overflows long before a float does
        return min(timedelta(seconds=self.backoff * 2**exponent), LONGEST_BACKOFF)

    def kills_workers(self, attempts: int) -> bool:
        """Whether a task that begins its attempt of this number has been left by too many dead workers."""
        return attempts > self.retries + 1 + DEATHS_FORGIVEN


def task(*, retries: int = 5, backoff: float = 10.0) -> Callable[[Callable[P, T]], QueuedTask[P, T]]:
    """Declare a module-level function a task."""

    def declare(function: Callable[P, T]) -> QueuedTask[P, T]:
        return QueuedTask(func=function, retries=retries, backoff=backoff)

    return declare


def periodic(cron: str) -> Callable[[QueuedTask[[], T]], QueuedTask[[], T]]:
    """Have a worker enqueue the task by a cron expression, in the installation's time zone.

    Stands above @task(), in a module that is imported at the start (an app's `tasks` module always is).
    Raises cronsim.CronSimError for what is no cron expression.
    """
    CronSim(cron, clock.now())

    def declare(declared: QueuedTask[[], T]) -> QueuedTask[[], T]:
        schedules[declared.module_path] = (declared, cron)
        return declared

    return declare
