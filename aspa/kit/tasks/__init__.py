"""Work done after the answer: declared with @task, enqueued inside the transaction that needs it.

    @task(retries=8, backoff=30)
    def send(message_id: int) -> None: ...

    send.enqueue(message_id=7)              # there only if the transaction commits
    send.enqueue_at(tomorrow, message_id=7)

A task may run more than once (its worker may be killed half-way), so it is written to be safe to run twice.
Its arguments are JSON: ids, never people's words or secrets, for they end up in logs.
"""

from typing import cast

from django_tasks import task_backends

from aspa.kit.tasks.declaration import QueuedTask, periodic, task
from aspa.kit.tasks.queue import DeadTask, Queue

__all__ = ["DeadTask", "QueuedTask", "dead_tasks", "periodic", "run_pending", "task"]


def run_pending() -> int:
    """Run everything that is due now in this thread, and what those tasks enqueue. For tests.

    Returns how many ran. A task that fails is logged and retried later, as by a worker.
    """
    return cast(Queue, task_backends["default"]).run_pending()


def dead_tasks(limit: int = 100) -> list[DeadTask]:
    """The tasks that used up their retries, newest first."""
    return cast(Queue, task_backends["default"]).dead_tasks(limit)
