"""A worker in a process of its own, to be killed: python -m aspa.kit.tests.work LEASE_SECONDS [TEST_DATABASE]"""

import signal
import sys
from datetime import timedelta
from threading import Event
from types import FrameType

import django
from django.conf import settings
from django.db import connection


def main(lease: float, database: str) -> None:
    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    connection.settings_dict["NAME"] = database
    from aspa.kit.tasks import worker

    if connection.vendor == "postgresql":
        from aspa.kit.tasks import postgres as queue
    else:
        from aspa.kit.tasks import sqlite as queue  # type: ignore[no-redef]
    queue.LEASE = timedelta(seconds=lease)
    stop = Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    print("working", flush=True)
    worker.run(stop)


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2])
