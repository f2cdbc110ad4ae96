"""What both databases' queues share."""

import inspect
from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from typing import Any

from django.utils.module_loading import import_string
from django_tasks import TaskResult, TaskResultStatus
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task
from django_tasks.utils import normalize_json

from aspa.kit import clock
from aspa.kit.tasks.declaration import QueuedTask


@dataclass(frozen=True, slots=True)
class DeadTask:
    """A task that is not going to be tried again."""

    id: int
    name: str
    args: dict[str, Any]
    attempts: int


class Queue(BaseTaskBackend):
    """A queue in the application's own database, so that enqueuing is part of the caller's transaction."""

    supports_defer = True

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        self.validate_task(task)
        named = normalize_json(inspect.signature(task.func).bind(*args, **kwargs).arguments)
        return TaskResult(
            task=task,
            id=str(self.store(task.module_path, named, task.run_after)),
            status=TaskResultStatus.READY,
            enqueued_at=clock.now(),
            started_at=None,
            finished_at=None,
            last_attempted_at=None,
            args=[],
            kwargs=named,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )

    @abstractmethod
    def store(self, name: str, args: dict[str, Any], due_at: datetime | None) -> int:
        """Write the task to the queue within the current transaction; returns its id."""

    @abstractmethod
    def run_pending(self) -> int: ...

    @abstractmethod
    def work(self, stop: Event) -> None:
        """Run tasks in threads until stopped; then wait for the running ones."""

    @abstractmethod
    def dead_tasks(self, limit: int) -> list[DeadTask]: ...


def find_task(name: str) -> QueuedTask[Any, Any]:
    """The declared task of this module path. Raises LookupError when there is none (any more)."""
    try:
        found = import_string(name)
    except ImportError as error:
        raise LookupError(f"There is no task {name}.") from error
    if not isinstance(found, QueuedTask):
        raise LookupError(f"{name} is not a task.")
    return found
