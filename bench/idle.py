"""Ten thousand visitors connected and idle on one process: what they weigh, and whether messages still arrive."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator

from bench.chat import warm
from bench.live import P99_MS, waits
from bench.report import Figure, Missed, Promise, typical
from bench.run import Run
from bench.server import ROOT, Server, allow_files, aspa, floor, place, prepared

SOCKETS = 10_000
CLIENTS = 2  # processes that hold them
SETTLING_SECONDS = 3
MEMORY_MB = 350


def measure(run: Run) -> list[Figure]:
    sockets = SOCKETS // 5 if run.quick else SOCKETS
    weights, bare_weights, p99, quiet_p99 = [], [], [], []
    for _ in range(run.times):
        # Fresh servers each time: memory that was given back once hides what the next crowd weighs.
        with place("SQLite") as at:
            seed = prepared(at, conversations=1)
            with floor(at, seed) as bare:
                before = bare.memory
                with crowd(bare, seed.public_id, sockets):
                    bare_weights.append(bare.memory - before)
        with place("SQLite") as at:
            seed = prepared(at)
            with aspa(at) as product:
                warm(product, seed.public_id, [])
                quiet_p99.append(waits(product, seed.public_id, seed.agent_cookie, run)["p99"])
                before = product.memory
                with crowd(product, seed.public_id, sockets):
                    weights.append(product.memory - before)
                    p99.append(waits(product, seed.public_id, seed.agent_cookie, run)["p99"])
    return [
        Figure(
            f"memory of {sockets:,} idle visitors",
            typical(weights),
            "MB",
            Promise(at_most=MEMORY_MB * sockets / SOCKETS),
            typical(bare_weights),
        ),
        Figure(
            f"until the agent sees it, p99, beside {sockets:,} idle",
            typical(p99),
            "ms",
            Promise(at_most=P99_MS),
            typical(quiet_p99),
        ),
    ]


@contextlib.contextmanager
def crowd(
    server: Server, public_id: str, sockets: int, *, waits_for: str = ""
) -> Iterator[list[subprocess.Popen[str]]]:
    """So many visitors with an open socket each, in some processes; see `bench.load.idle` for what these say.

    Raises Missed when one is not welcomed, or lost before the end.
    """
    asked = json.dumps(
        {"port": server.port, "public_id": public_id, "sockets": sockets // CLIENTS, "waits_for": waits_for}
    )
    clients = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.load", "idle", asked, "/dev/null"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=allow_files,
        )
        for _ in range(CLIENTS)
    ]
    try:
        told = [said(client)["welcomed"] for client in clients]
        if sum(told) != sockets:
            raise Missed(f"Only {sum(told):,} of {sockets:,} visitors were welcomed.")
        time.sleep(SETTLING_SECONDS)
        yield clients
        for client in clients:
            assert client.stdin is not None
            client.stdin.close()
        still = sum(said(client)["open"] for client in clients)
        if still != sockets:
            raise Missed(f"{sockets - still:,} of {sockets:,} idle sockets were closed by the server.")
    finally:
        for client in clients:
            client.kill()
            client.wait()


def said(client: subprocess.Popen[str]) -> dict[str, float]:
    """The client's next line. Raises Missed with its last words when it died instead."""
    assert client.stdout is not None
    assert client.stderr is not None
    line = client.stdout.readline()
    if not line:
        raise Missed(f"A crowd of visitors ended: {client.stderr.read()[-2000:]}")
    return dict(json.loads(line))
