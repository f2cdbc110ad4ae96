"""The queue of an installation on SQLite: leases, heartbeats, retries."""

import logging
import time
import traceback
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event
from typing import Any

from django.db import DatabaseError, close_old_connections, connection, transaction

from aspa.kit import clock, ids
from aspa.kit.redaction import redact
from aspa.kit.tasks import schedules
from aspa.kit.tasks.models import Job
from aspa.kit.tasks.queue import DeadTask, Queue, find_task

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
THREADS = 4
POLL = 1.0  # seconds; another process may have enqueued
LONGEST_ERROR = 4000  # characters kept of a traceback

CLAIM = """
    UPDATE tasks_job SET due_at = %s, attempts = attempts + 1, claim = %s
    WHERE id IN (SELECT id FROM tasks_job WHERE dead_at IS NULL AND due_at <= %s ORDER BY due_at, id LIMIT %s)
    RETURNING *
"""

_news = Event()  # a task was enqueued or finished in this process


class SqliteQueue(Queue):
    def store(self, name: str, args: dict[str, Any], due_at: datetime | None) -> int:
        job = Job.objects.create(name=name, args=args, due_at=due_at or clock.now())
        transaction.on_commit(_news.set)
        return job.pk

    def run_pending(self) -> int:
        ran = 0
        while jobs := claim(1):
            run(jobs[0])
            ran += 1
        return ran

    def work(self, stop: Event) -> None:
        try:
            with ThreadPoolExecutor(THREADS, thread_name_prefix="task") as pool:
                Worker(pool).work(stop)
        finally:
            connection.close()

    def dead_tasks(self, limit: int) -> list[DeadTask]:
        dead = Job.objects.exclude(dead_at=None).order_by("-dead_at")[:limit]
        return [DeadTask(job.pk, job.name, job.args, job.attempts) for job in dead]


class Worker:
    """One thread that claims, keeps the leases alive and fires schedules; the pool's threads run the tasks."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._running: dict[Future[None], Job] = {}
        self._last_beat = time.monotonic()

    def work(self, stop: Event) -> None:
        while not stop.is_set() or self._running:
            _news.clear()
            try:
                claimed = self._round(stop)
            except Exception:  # whatever it is, tasks have to go on
                logger.exception("The task worker stumbled.")
                connection.close()
                claimed = 0
            if not claimed:
                _news.wait(POLL)

    def _round(self, stop: Event) -> int:
        self._running = {future: job for future, job in self._running.items() if not future.done()}
        self._beat()
        if stop.is_set():
            return 0
        schedules.fire_due()
        free = THREADS - len(self._running)
        jobs = claim(free) if free else []
        for job in jobs:
            future = self._pool.submit(_run_in_thread, job)
            self._running[future] = job
        return len(jobs)

    def _beat(self) -> None:
        if time.monotonic() - self._last_beat > LEASE.total_seconds() / 3:
            claims = [job.claim for job in self._running.values()]
            Job.objects.filter(claim__in=claims).update(due_at=clock.now() + LEASE)
            self._last_beat = time.monotonic()


def claim(limit: int) -> list[Job]:
    """Take up to so many free jobs for the length of a lease, the longest due first."""
    now = clock.now()
    moment = connection.ops.adapt_datetimefield_value
    parameters = [moment(now + LEASE), ids.new_token(16), moment(now), limit]
    return sorted(Job.objects.raw(CLAIM, parameters), key=lambda job: job.pk)


def _run_in_thread(job: Job) -> None:
    close_old_connections()
    try:
        run(job)
    except DatabaseError:
        logger.exception("The outcome of %s was not saved; it runs again after its lease.", job)
    finally:
        close_old_connections()
        _news.set()


def run(job: Job) -> None:
    """Run a claimed job and write down how it went."""
    try:
        task = find_task(job.name)
        if task.kills_workers(job.attempts):
            raise RuntimeError("The workers that ran it died.")
        task.call(**job.args)
    except Exception as error:
        logger.exception("%s failed at attempt %s.", job, job.attempts)
        _fail(job, error)
    else:
        _held(job).delete()


def _fail(job: Job, error: Exception) -> None:
    delay = _delay(job)
    # It may quote what people wrote, and stays until somebody has looked at it.
    text = redact("".join(traceback.format_exception(error)))[-LONGEST_ERROR:]
    if delay is None:
        _held(job).update(dead_at=clock.now(), error=text, claim="")
    else:
        _held(job).update(due_at=clock.now() + delay, error=text, claim="")


def _delay(job: Job) -> timedelta | None:
    try:
        return find_task(job.name).delay_after(job.attempts)
    except LookupError:
        return None


def _held(job: Job) -> Any:
    """The job while this worker still holds it: after its lease another may have claimed it."""
    return Job.objects.filter(pk=job.pk, claim=job.claim)
