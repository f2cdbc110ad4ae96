"""The last agent leaves: how long until every one of ten thousand connected widgets has been told."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator

from bench.at_work import at_work
from bench.chat import warm
from bench.idle import crowd, said
from bench.report import Figure, Missed, Promise, typical
from bench.run import Run
from bench.server import Server, aspa, place, prepared

SOCKETS = 10_000
PROMISE_SECONDS = 1.0
SETTLING_SECONDS = 2


def measure(run: Run) -> list[Figure]:
    sockets = SOCKETS // 5 if run.quick else SOCKETS
    took = [once(sockets) for _ in range(run.times)]
    return [Figure(f"until {sockets:,} widgets are told", typical(took), "s", Promise(at_most=PROMISE_SECONDS))]


def once(sockets: int) -> float:
    """Seconds from the agent's word until the last widget knew. Raises Missed when one was never told."""
    with place("SQLite") as at:
        seed = prepared(at)
        with (
            aspa(at) as server,
            warmed(server, seed.public_id),
            crowd(server, seed.public_id, sockets, waits_for='"state":"nobody"') as clients,
            at_work(server, seed.agent_cookie) as agent,
        ):
            time.sleep(SETTLING_SECONDS)
            began = time.monotonic()
            agent.send(json.dumps({"type": "state", "state": "off"}))
            answers = [said(client) for client in clients]
            told = sum(answer["told"] for answer in answers)
            if told != sockets:
                raise Missed(f"Only {told:,.0f} of {sockets:,} widgets were told.")
            return max(answer["at"] for answer in answers) - began


@contextlib.contextmanager
def warmed(server: Server, public_id: str) -> Iterator[None]:
    warm(server, public_id, [])
    yield
