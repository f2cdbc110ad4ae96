"""The worker: part of `aspa serve` on SQLite, `aspa worker` on any database."""

from threading import Event
from typing import cast

from django.utils.module_loading import autodiscover_modules
from django_tasks import task_backends

from aspa.kit.tasks.queue import Queue


def run(stop: Event) -> None:
    """Run tasks in threads of this process until stop is set, then finish the running ones. Blocks."""
    autodiscover_modules("tasks")  # periodic tasks are known by being imported
    cast(Queue, task_backends["default"]).work(stop)
