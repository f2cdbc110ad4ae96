"""The queue of an installation on PostgreSQL: procrastinate, enqueued on Django's own connection."""

import asyncio
import json
import logging
from datetime import datetime, timedelta
from threading import Event
from typing import Any, cast

from asgiref.sync import async_to_sync, sync_to_async
from django.db import close_old_connections, connection
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job, Status
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from aspa.kit import clock
from aspa.kit.tasks import schedules
from aspa.kit.tasks.queue import DeadTask, Queue, find_task

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # a worker silent for longer is taken for dead
THREADS = 4
POLL = 5.0  # seconds; NOTIFY wakes sooner, but not for what was enqueued for later
LONGEST_WAIT = 30.0  # seconds between attempts to reach the database

# Procrastinate compares with the database's own clock; tests travel in time by ours.
MARK_DUE = "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo' AND scheduled_at <= %s"


class DeclaredRetries(BaseRetryStrategy):
    """Tries again as often as the task's declaration says."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        try:
            delay = find_task(_name(job)).delay_after(job.attempts + 1)
        except LookupError:
            return None
        return None if delay is None else RetryDecision(retry_at=clock.now() + delay)


@app.task(name="aspa.run", retry=DeclaredRetries())
def run_declared(name: str, args: dict[str, Any]) -> None:
    """The one task procrastinate knows; ours are found by their module path."""
    find_task(name).call(**args)


class PostgresQueue(Queue):
    def store(self, name: str, args: dict[str, Any], due_at: datetime | None) -> int:
        return app.configure_task("aspa.run", schedule_at=due_at).defer(name=name, args=args)

    def run_pending(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(MARK_DUE, [clock.now()])
        return async_to_sync(_run_all)()

    def work(self, stop: Event) -> None:
        asyncio.run(_work(stop))

    def dead_tasks(self, limit: int) -> list[DeadTask]:
        dead = cast(Any, ProcrastinateJob).objects.filter(status="failed", task_name="aspa.run").order_by("-id")[:limit]
        return [DeadTask(job.id, job.args["name"], job.args["args"], job.attempts) for job in dead]


async def _run_all() -> int:
    """Run the due jobs on the caller's connection, one after another."""
    manager = app.job_manager
    worker_id = await manager.register_worker()
    ran = 0
    while job := await manager.fetch_job(queues=None, worker_id=worker_id):
        await _run(job.evolve(task_kwargs=json.loads(cast(str, job.task_kwargs))))  # Django leaves JSON as text
        ran += 1
    await manager.unregister_worker(worker_id)
    return ran


async def _run(job: Job) -> None:
    try:
        await sync_to_async(run_declared)(**cast(Any, job.task_kwargs))
    except Exception as error:
        logger.exception("%s #%s failed at attempt %s.", _name(job), job.id, job.attempts + 1)
        decision = DeclaredRetries().get_retry_decision(exception=error, job=job)
        if decision is None:
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
        else:
            await app.job_manager.retry_job(job, retry_at=decision.retry_at)
    else:
        await app.job_manager.finish_job(job, Status.SUCCEEDED, delete_job=True)


async def _work(stop: Event) -> None:
    """Keep a worker running; one that lost its database is followed by another."""
    wait = 1.0
    while not stop.is_set():
        try:
            await _work_until_it_ends(stop)
            wait = 1.0
        except Exception:  # whatever it is, tasks have to go on
            logger.exception("The task worker stumbled.")
            await asyncio.to_thread(stop.wait, wait)
            wait = min(wait * 2, LONGEST_WAIT)


async def _work_until_it_ends(stop: Event) -> None:
    async with app.with_connector(
        cast(DjangoConnector, app.connector).get_worker_connector()
    ).open_async() as worker_app:
        worker = asyncio.create_task(
            worker_app.run_worker_async(
                concurrency=THREADS,
                fetch_job_polling_interval=POLL,
                delete_jobs="successful",
                install_signal_handlers=False,
                update_heartbeat_interval=LEASE.total_seconds() / 3,
                stalled_worker_timeout=LEASE.total_seconds(),
            )
        )
        try:
            await _tend(worker_app, worker, stop)
        finally:
            worker.cancel()  # it finishes what it runs
            await asyncio.gather(worker, return_exceptions=True)


async def _tend(worker_app: App, worker: "asyncio.Task[None]", stop: Event) -> None:
    while not (stop.is_set() or worker.done()):
        await _free_what_the_dead_held(worker_app)
        await asyncio.to_thread(_fire_schedules)
        await asyncio.wait([worker], timeout=0.5)
    if worker.done():
        worker.result()


async def _free_what_the_dead_held(worker_app: App) -> None:
    manager = worker_app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=LEASE.total_seconds()):
        if _kills_workers(job):
            logger.error("%s #%s is given up: the workers that ran it died.", _name(job), job.id)
            await manager.finish_job(job, Status.FAILED, delete_job=False)
        else:
            await manager.retry_job(job)


def _kills_workers(job: Job) -> bool:
    try:
        return find_task(_name(job)).kills_workers(job.attempts + 2)
    except LookupError:
        return True


def _name(job: Job) -> str:
    return cast(str, job.task_kwargs["name"])


def _fire_schedules() -> None:
    close_old_connections()
    try:
        schedules.fire_due()
    finally:
        close_old_connections()
