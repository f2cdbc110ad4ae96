"""From the start of a customer's POST until the agent's page has the message, at a steady 100 messages a second."""

from __future__ import annotations

from typing import Any

from bench.chat import verify, warm
from bench.report import Figure, Missed, Promise, percentile, typical
from bench.run import Run
from bench.server import Server, aspa, floor, generate, place, prepared

RATE = 100  # messages a second
PAIRS = 10  # customers, and agents' pages that each watch one of them
SECONDS = 6
P50_MS, P99_MS = 15, 60


def measure(run: Run) -> list[Figure]:
    return [figure for database in run.databases for figure in on(database, run)]


def on(database: str, run: Run) -> list[Figure]:
    acknowledged: list[str] = []
    bare_p50, bare_p99, p50, p99 = [], [], [], []
    with place(database) as ours, place(database) as beside:
        seed = prepared(ours)
        floor_seed = prepared(beside, conversations=PAIRS * run.times)
        with aspa(ours) as product, floor(beside, floor_seed) as bare:
            warm(product, seed.public_id, acknowledged)
            for _ in range(run.times):
                found = waits(bare, floor_seed.public_id, floor_seed.owner_cookie, run)
                bare_p50.append(found["p50"])
                bare_p99.append(found["p99"])
                found = waits(product, seed.public_id, seed.agent_cookie, run)
                p50.append(found["p50"])
                p99.append(found["p99"])
                acknowledged += found["acknowledged"]
        verify(ours, acknowledged)
    return [
        Figure(
            f"until the agent sees it, p50, {database}", typical(p50), "ms", Promise(at_most=P50_MS), typical(bare_p50)
        ),
        Figure(
            f"until the agent sees it, p99, {database}", typical(p99), "ms", Promise(at_most=P99_MS), typical(bare_p99)
        ),
    ]


def waits(server: Server, public_id: str, cookie: str, run: Run) -> dict[str, Any]:
    """p50 and p99 in ms, and the acknowledged messages. Raises Missed when a message never came."""
    found = generate(
        "live",
        port=server.port,
        public_id=public_id,
        cookie=cookie,
        pairs=PAIRS,
        rate=RATE,
        seconds=run.seconds(SECONDS),
    )
    if found["lost"]:
        raise Missed(
            f"{found['lost']} of {found['lost'] + len(found['took'])} messages never came to the agent's page."
        )
    took = [1000 * seconds for seconds in found["took"]]
    return {"p50": percentile(took, 0.5), "p99": percentile(took, 0.99), "acknowledged": found["acknowledged"]}
