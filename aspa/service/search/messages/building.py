"""Building a generation of many messages: in a process of its own that stands back for everybody else.

It takes minutes of a processor for some millions. In the server's process each answer would wait for it again and again.

`python -m aspa.service.search.messages.building` builds, until all is built or its standard input ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
from threading import Event, Thread

# As low as it goes without waiting for an idle machine for ever.
NICENESS = 15


class Builder:
    """The process, where there is one."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def see_to_it(self) -> None:
        """Have it run. One that has ended is followed by another, since more may be left to do."""
        if self._process is None or self._process.poll() is not None:
            command = [sys.executable, "-m", "aspa.service.search.messages.building"]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603

    def stop(self) -> None:
        """What it had begun is begun again another time."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()


def main() -> None:
    os.nice(NICENESS)
    stop = Event()
    Thread(target=_stop_when_left, args=[stop], daemon=True).start()
    import django

    django.setup()
    from aspa.service.search.messages import following

    while not stop.is_set() and following.build():
        pass


def _stop_when_left(stop: Event) -> None:
    """It must not outlive who wanted it, however that one ended: then nobody holds the other end of this any more."""
    sys.stdin.read()
    stop.set()


if __name__ == "__main__":
    main()
