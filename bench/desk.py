"""The desk's list page and an opened conversation of 50 messages, with a million conversations stored.

Each page is asked for on a kept connection and timed until its last byte: what the agent's browser waits for. The
floor is the same page with 10,000 conversations, asked in turn with it. Every list is measured for an owner, who sees
everything, and for an agent with grants in two of three inboxes; the slowest stands for all.
"""

from __future__ import annotations

import contextlib
import http.client
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass

from bench.at_work import at_work
from bench.history import LONG, history
from bench.report import Figure, Missed, Promise, typical
from bench.run import Run
from bench.seed import Seed
from bench.server import aspa

LARGE, SMALL, QUICK = 1_000_000, 10_000, 50_000
# Before the clock starts: templates are read, and each connection of the pool plans its statements (decision 0026).
WARM, ROUNDS = 40, 10
P50_MS = 25
BOTH = "page of a conversation of 50"
LISTS = ("mine", "unassigned", "all", "waiting", "snoozed", "closed")


@dataclass(frozen=True)
class Browser:
    """An agent's kept connection to one server."""

    connection: http.client.HTTPConnection
    cookie: str
    # Conversations of 50 messages that this agent may read.
    long: list[int]

    def load(self, path: str, *, part: bool = False) -> float:
        """Milliseconds until the page was there. Raises Missed for any answer but 200."""
        headers = {"Cookie": self.cookie, **({"HX-Request": "true"} if part else {})}
        started = time.perf_counter()
        self.connection.request("GET", path, headers=headers)
        response = self.connection.getresponse()
        body = response.read()
        took = time.perf_counter() - started
        if response.status != 200:
            raise Missed(f"{path} answered {response.status}: {body[:300].decode(errors='replace')}")
        return took * 1000


def measure(run: Run) -> list[Figure]:
    return [figure for database in run.databases for figure in on(database, run)]


def on(database: str, run: Run) -> list[Figure]:
    size = QUICK if run.quick else LARGE
    with browsers(database, size) as large, browsers(database, SMALL) as small:
        pages = {
            "list page": [(f"/desk/?view={name}", False) for name in LISTS],
            "list alone": [(f"/desk/?view={name}", True) for name in LISTS],
            "opening a conversation of 50": [("/desk/conversations/{}/?view=all", True)],
            # The address typed into a browser: the list's page and the conversation in one answer.
            BOTH: [("/desk/conversations/{}/?view=all", False)],
        }
        return [
            slowest(
                f"{name}, {size:,} stored, {database}",
                doors,
                large,
                small,
                run,
                at_most=2 * P50_MS if name == BOTH else P50_MS,
            )
            for name, doors in pages.items()
        ]


@contextlib.contextmanager
def browsers(database: str, size: int) -> Iterator[list[Browser]]:
    """The owner's and the agent's browsers at an installation with so many conversations."""
    with history(database, size) as (at, seed), aspa(at) as server, contextlib.ExitStack() as while_measured:
        cookies = seed.owner_cookie, seed.agent_cookie
        for cookie in cookies:
            # The chats of who isn't there would be moved on meanwhile.
            while_measured.enter_context(at_work(server, cookie))
        server.rest()
        yield [
            Browser(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60), cookie, long_ones(seed, size))
            for cookie in cookies
        ]


def long_ones(seed: Seed, size: int) -> list[int]:
    """Conversations of 50 messages from all over the years, in the inboxes that both agents may read."""
    readable = [one for one in range(LONG, size + 1, LONG) if one % 3 != 2]
    return random.Random(seed.inbox_id).sample(readable, min(len(readable), 60))


def slowest(
    name: str,
    doors: list[tuple[str, bool]],
    large: list[Browser],
    small: list[Browser],
    run: Run,
    *,
    at_most: float,
) -> Figure:
    """The median of the slowest of these pages, beside the same page with little data."""
    found = []
    for path, part in doors:
        for at_large, at_small in zip(large, small, strict=True):
            with_much, with_little = [], []
            for number in range(WARM + ROUNDS * run.times):
                took = [
                    browser.load(path.format(browser.long[number % len(browser.long)]), part=part)
                    for browser in (at_small, at_large)
                ]
                if number >= WARM:
                    with_little.append(took[0])
                    with_much.append(took[1])
            found.append((typical(with_much), typical(with_little)))
    value, floor = max(found)
    return Figure(name, value, "ms", Promise(at_most=at_most, share_at_most=1.2), floor)
