"""The contract of the task queue, on whichever database the tests run."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cronsim import CronSimError
from django.db import connection, transaction

from aspa.kit import clock
from aspa.kit.tasks import dead_tasks, periodic, run_pending, schedules
from aspa.kit.tests import sample_tasks
from aspa.kit.tests.sample_tasks import append_line, chain, every_five_minutes, fail, note


@pytest.fixture(autouse=True)
def nothing_ran() -> None:
    sample_tasks.ran.clear()


@pytest.mark.django_db
def test_a_task_runs_with_its_arguments_once() -> None:
    note.enqueue(word="moi")
    assert run_pending() == 1
    assert run_pending() == 0
    assert sample_tasks.ran == ["moi"]


@pytest.mark.django_db
def test_run_pending_runs_what_the_tasks_enqueue() -> None:
    chain.enqueue("hei")
    assert run_pending() == 2
    assert sample_tasks.ran == ["hei", "hei!"]


@pytest.mark.django_db
def test_wrong_arguments_are_refused_when_enqueued() -> None:
    with pytest.raises(TypeError):
        note.enqueue(wrod="moi")
    with pytest.raises(TypeError):
        note.enqueue(word=object())
    assert run_pending() == 0


@pytest.mark.django_db
def test_a_later_task_waits_for_its_time() -> None:
    note.enqueue_at(clock.now() + timedelta(hours=1), word="later")
    assert run_pending() == 0
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        assert run_pending() == 1


@pytest.mark.django_db
def test_a_failing_task_is_retried_with_backoff_and_then_dead() -> None:
    fail.enqueue(word="oh")
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for waited, expected in [(0, 1), (9, 1), (1, 2), (19, 2), (1, 3), (7200, 3)]:
            traveller.shift(waited)
            run_pending()
            assert len(sample_tasks.ran) == expected
    dead = dead_tasks()
    assert [(task.name, task.args, task.attempts) for task in dead] == [(fail.module_path, {"word": "oh"}, 3)]


@pytest.mark.django_db
def test_a_task_that_no_longer_exists_is_dead_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    note.enqueue(word="moi")
    monkeypatch.delattr(sample_tasks, "note")
    assert run_pending() == 1
    assert [task.name for task in dead_tasks()] == [note.module_path]


@pytest.mark.django_db
def test_a_rolled_back_transaction_leaves_no_task() -> None:
    with transaction.atomic():
        note.enqueue(word="never")
        transaction.set_rollback(True)
    assert run_pending() == 0


@pytest.fixture
def one_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    """The product's own periodic tasks, known once its modules are imported, keep out of it."""
    name = every_five_minutes.module_path
    monkeypatch.setattr(schedules, "schedules", {name: schedules.schedules[name]})


@pytest.mark.django_db
@pytest.mark.usefixtures("one_schedule")
def test_a_schedule_fires_once_a_turn() -> None:
    with time_machine.travel("2026-11-22 10:02:00+00:00", tick=False) as traveller:
        schedules.look()  # gets to know it
        schedules.look()
        assert run_pending() == 0
        traveller.shift(180)
        schedules.look()
        schedules.look()
        assert run_pending() == 1
        traveller.shift(3600)  # nothing ran for an hour: made up for once
        schedules.look()
        schedules.look()
        assert run_pending() == 1
    assert sample_tasks.ran == ["tick", "tick"]


@pytest.mark.django_db
@pytest.mark.usefixtures("one_schedule")
def test_two_workers_fire_a_turn_once() -> None:
    with time_machine.travel("2026-11-22 10:02:00+00:00", tick=False) as traveller:
        schedules.look()
        stale = schedules.Schedule.objects.get(name=every_five_minutes.module_path)
        traveller.shift(180)
        schedules.look()
        schedules._fire(stale)
        assert run_pending() == 1


def test_turns_follow_the_installations_time_zone() -> None:
    with time_machine.travel("2026-11-22 10:02:00+00:00", tick=False):
        assert schedules.next_turn("0 3 * * *").utcoffset() == timedelta(hours=2)  # Helsinki in winter


def test_a_wrong_cron_expression_is_found_when_declared() -> None:
    with pytest.raises(CronSimError):
        periodic("every five minutes")


def test_backoff_doubles_up_to_an_hour() -> None:
    waits = [fail.delay_after(attempts) for attempts in (1, 2, 3)]
    assert waits == [timedelta(seconds=10), timedelta(seconds=20), None]
    assert note.using().delay_after(5) == timedelta(seconds=160)


class Workers:
    """Worker processes on the test database."""

    def __init__(self) -> None:
        self.processes: list[subprocess.Popen[str]] = []

    def start(self, lease: float) -> subprocess.Popen[str]:
        database = str(connection.settings_dict["NAME"])
        command = [sys.executable, "-m", "aspa.kit.tests.work", str(lease), database]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout and process.stdout.readline() == "working\n"
        self.processes.append(process)
        return process

    def kill(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture
def workers(transactional_db: Any) -> Iterator[Workers]:
    workers = Workers()
    yield workers
    workers.kill()


def wait_for(file: Path, text: str) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if file.exists() and text in file.read_text():
            return file.read_text()
        time.sleep(0.05)
    raise AssertionError(f"{text} never came, but {file.exists() and file.read_text()}")


def test_a_worker_runs_tasks_and_stops_when_told(workers: Workers, tmp_path: Path) -> None:
    file = tmp_path / "lines"
    process = workers.start(lease=60)
    append_line.enqueue(file=str(file), line="a", sleep=0.8)
    wait_for(file, "a")
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert "a done" in file.read_text()  # what ran was finished first


def test_a_killed_workers_task_runs_again_after_its_lease(workers: Workers, tmp_path: Path) -> None:
    file = tmp_path / "lines"
    append_line.enqueue(file=str(file), line="a", sleep=2.5)
    first = workers.start(lease=1.5)
    wait_for(file, f"a {first.pid}")
    first.kill()
    first.wait()
    second = workers.start(lease=1.5)  # shorter than the task: the heartbeat has to keep it
    wait_for(file, "a done")
    assert file.read_text().splitlines() == [f"a {first.pid}", f"a {second.pid}", "a done"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no connection to lose.")
def test_a_worker_that_lost_the_database_goes_on(workers: Workers, tmp_path: Path) -> None:
    file = tmp_path / "lines"
    workers.start(lease=60)
    append_line.enqueue(file=str(file), line="a", sleep=0)
    wait_for(file, "a done")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    append_line.enqueue(file=str(file), line="b", sleep=0)
    wait_for(file, "b done")
