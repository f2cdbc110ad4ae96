"""Tasks that the tests of the queue run."""

import os
import time
from pathlib import Path

from aspa.kit.tasks import periodic, task

ran: list[str] = []


@task()
def note(word: str) -> None:
    ran.append(word)


@task(retries=2, backoff=10)
def fail(word: str) -> None:
    ran.append(word)
    raise ValueError("It always fails.")


@task()
def chain(word: str) -> None:
    ran.append(word)
    note.enqueue(word=word + "!")


@periodic("*/5 * * * *")
@task()
def every_five_minutes() -> None:
    ran.append("tick")


@task(retries=0)
def append_line(file: str, line: str, sleep: float) -> None:
    with Path(file).open("a") as opened:
        opened.write(f"{line} {os.getpid()}\n")
    time.sleep(sleep)
    with Path(file).open("a") as opened:
        opened.write(f"{line} done\n")
