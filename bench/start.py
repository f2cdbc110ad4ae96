"""From typing `bin/demo` in a ready environment until the shop's page and the desk's sign-in have been answered."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from bench.report import Figure, Missed, Promise, typical
from bench.run import Run
from bench.server import ROOT, STOP_SECONDS
from testing.services import free_port

PROMISE_SECONDS = 10
GIVE_UP_SECONDS = 60


def measure(run: Run) -> list[Figure]:
    # The first time brings bin/setup's own work, if there was any left, and warms the disk's cache.
    once()
    seconds = typical(once() for _ in range(run.times))
    return [Figure("bin/demo until its pages are answered", seconds, "s", Promise(at_most=PROMISE_SECONDS))]


def once() -> float:
    """Seconds until both pages were there. Raises Missed when the demo ends or takes too long."""
    with tempfile.TemporaryDirectory(prefix="aspa-bench-") as folder:
        aspa, shop = free_port(), free_port()
        command = [
            str(ROOT / "bin" / "demo"),
            "--home",
            f"{folder}/demo",
            "--port",
            str(aspa),
            "--shop-port",
            str(shop),
        ]
        log = Path(folder) / "log"
        started = time.monotonic()
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                env={name: value for name, value in os.environ.items() if not name.startswith("ASPA_")},
                # The script and what it starts end together.
                start_new_session=True,
            )  # fmt: skip
        try:
            for port, path in ((shop, "/"), (aspa, "/account/login/")):
                while not answered(port, path):
                    if process.poll() is not None or time.monotonic() - started > GIVE_UP_SECONDS:
                        raise Missed(f"bin/demo did not answer: {log.read_text(errors='replace')[-2000:]}")
                    time.sleep(0.05)
            return time.monotonic() - started
        finally:
            end(process)


def answered(port: int, path: str) -> bool:
    """Whether the page is there."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        response = connection.getresponse()
        response.read()
    except OSError:
        return False
    finally:
        connection.close()
    return response.status == 200


def end(process: subprocess.Popen[bytes]) -> None:
    """End the script and what it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
