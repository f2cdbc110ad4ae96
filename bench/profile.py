"""What stands beside a conversation, and the customer's page, for a customer of 500 conversations and 2,000 orders.

The panel's timeline is a request of its own, made when its place comes into sight.

Asked for as the desk asks, on a kept connection, and timed until the last byte, with a million customers stored. The
floor is the same with 10,000 customers, asked in turn with it. For an owner, who sees everything, and for an agent with
grants in two of three inboxes; the slower one stands for both.
"""

from __future__ import annotations

import contextlib
import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass

from bench.desk import Browser
from bench.report import Figure, Promise, typical
from bench.run import Run
from bench.server import aspa, place, prepared
from testing.programs import run_program

LARGE, SMALL, QUICK = 1_000_000, 10_000, 50_000
ROUNDS = 20
P50_MS = 25
# {0}: the customer, {1}: a conversation of theirs. The first two go beside a conversation, the last is the address typed
# into a browser: the desk with its lists around the customer, two pages in one answer.
DOORS = {
    "panel beside a conversation": ("/customers/{0}/panel?conversation={1}", True),
    "its timeline": ("/customers/{0}/newest?conversation={1}", True),
    "customer opened in the desk": ("/customers/{0}/", True),
    "sections of the customer's page": ("/customers/{0}/panel", True),
    "customer's page with the lists": ("/customers/{0}/?view=all", False),
}


@dataclass(frozen=True)
class Shop:
    """An installation: an owner's and an agent's browser, and the customers of long standing."""

    browsers: list[Browser]
    faithful: list[tuple[int, int]]

    def load(self, browser: int, door: tuple[str, bool], number: int) -> float:
        """Milliseconds until the page of one of the customers was there."""
        path, part = door
        return self.browsers[browser].load(path.format(*self.faithful[number % len(self.faithful)]), part=part)


def measure(run: Run) -> list[Figure]:
    return [figure for database in run.databases for figure in on(database, run)]


def on(database: str, run: Run) -> list[Figure]:
    size = QUICK if run.quick else LARGE
    with shop(database, size) as large, shop(database, SMALL) as small:
        return [
            slower(f"{name}, {size:,} customers, {database}", door, large, small, run) for name, door in DOORS.items()
        ]


@contextlib.contextmanager
def shop(database: str, customers: int) -> Iterator[Shop]:
    with place(database) as at:
        seed = prepared(at)
        told = run_program(
            at.environment, "-m", "bench.customers", *map(str, (customers, seed.brand_id, seed.inbox_id))
        )
        with aspa(at) as server:
            server.rest()
            browsers = [
                Browser(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60), cookie, [])
                for cookie in (seed.owner_cookie, seed.agent_cookie)
            ]
            yield Shop(browsers, json.loads(told.splitlines()[-1]))


def slower(name: str, door: tuple[str, bool], large: Shop, small: Shop, run: Run) -> Figure:
    """The median of the owner's or the agent's, whichever is slower, beside the same with few customers."""
    found = []
    for browser in range(len(large.browsers)):
        with_many, with_few = [], []
        for number in range(ROUNDS * run.times + 5):
            took = [each.load(browser, door, number) for each in (small, large)]
            # The first ones fill the caches of templates and connections.
            if number >= 5:
                with_few.append(took[0])
                with_many.append(took[1])
        found.append((typical(with_many), typical(with_few)))
    value, floor = max(found)
    return Figure(name, value, "ms", Promise(at_most=P50_MS if door[1] else 2 * P50_MS), floor)
