"""The desk's search over everything that was written, and how soon what comes in is found.

Searched is the history of `bench.history`, as an owner and as an agent with grants in two of three inboxes: words that
every message has, that few have and that none has, phrases, words left out and operators, each with numbers that change.
The floor is the index alone, asked for the newest messages with the words. How far the index is behind is read while
customers write at a steady pace: how old the oldest message is that the journal has and the index hasn't.

`python -m bench.finding index` indexes the installation of its environment; `ask TIMES` prints the milliseconds of each
search and of its floor; `lag` those that the index was behind until its input ends; `ready` waits until it isn't.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from threading import Event, Thread, Timer
from typing import Any

from bench.history import history
from bench.report import Figure, Missed, Promise, percentile, typical
from bench.run import Run
from bench.server import Place, aspa, generate, place, prepared
from testing.programs import ROOT, run_program

LARGE, QUICK = 1_000_000, 10_000
MESSAGES = 5  # of a conversation, on the average
TIMES = 12  # each question, by each agent
P95_MS, LAG_MS = 40, 1_000
RATE, WRITERS, SECONDS = 500, 40, 10
LOOK = 0.02
SEED = 20_261_122
# What is asked, with a conversation's number that changes. The second: whether words alone are asked, as of the floor.
QUESTIONS = (
    ("paketti", True),
    ("paketit noutopisteessä", True),
    ("tilaus {number}", True),
    ("{number}", True),
    ("numero 37", True),
    ("kirahvi", True),
    ('"jokin jäi epäselväksi"', False),
    ("tekstiviestillä -{number}", False),
    ("paketti is:open", False),
    ("paketti is:snoozed", False),
    ("huomenna label:delivery", False),
    ("paketti from:aino", False),
    ("paketti from:asiakas{customer}@example.fi", False),
    ("noutopiste before:{before}", False),
    ("noutopiste after:30d inbox:shop", False),
    ("is:note paketti channel:chat", False),
    ("is:open label:delivery", False),
    ("has:file paketti", False),
    ("is:unread -is:ended assigned:me", False),
)


def measure(run: Run) -> list[Figure]:
    return [figure for database in run.databases for figure in (*searched(database, run), lag(database, run))]


def searched(database: str, run: Run) -> Iterator[Figure]:
    size = QUICK if run.quick else LARGE
    with history(database, size) as (at, _seed):
        print(run_program(at.environment, "-m", "bench.finding", "index").strip(), file=sys.stderr, flush=True)
        found = json.loads(run_program(at.environment, "-m", "bench.finding", "ask", str(2 if run.quick else TIMES)))
    for text, took in found["by question"].items():
        print(f"{database}: {text:<48} p95 {percentile(took, 0.95):6.1f} ms", flush=True)
    yield Figure(
        f"search p95, {size * MESSAGES:,} messages, {database}",
        percentile([one for took in found["by question"].values() for one in took], 0.95),
        "ms",
        Promise(at_most=P95_MS),
        percentile(found["floor"], 0.95),
    )


def lag(database: str, run: Run) -> Figure:
    behind: list[float] = []
    with place(database) as at:
        seed = prepared(at)
        with aspa(at) as server, working(at):
            generate("steady", port=server.port, public_id=seed.public_id, visitors=4, rate=20, seconds=1)
            run_program(at.environment, "-m", "bench.finding", "ready")
            for _ in range(run.times):
                asked = {"port": server.port, "public_id": seed.public_id, "visitors": WRITERS, "rate": RATE}
                with looking(at) as look:
                    sent = generate("steady", **asked, seconds=run.seconds(SECONDS))
                    behind.append(percentile(look(), 0.99))
                if sent["rate"] < 0.9 * RATE:
                    raise Missed(f"Only {sent['rate']:.0f} messages a second were written.")
    name = f"index behind, p99, {RATE} messages/s, {database}"
    return Figure(name, typical(behind), "ms", Promise(at_most=LAG_MS))


@contextlib.contextmanager
def working(at: Place) -> Iterator[None]:
    """`aspa worker`, which keeps the index where several processes share the work; otherwise the server does."""
    if not at.redis_url:
        yield
        return
    worker = subprocess.Popen([sys.executable, "-m", "aspa.cli", "worker"], env=at.environment, cwd=ROOT)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()


@contextlib.contextmanager
def looking(at: Place) -> Iterator[Callable[[], list[float]]]:
    """Look how far the index is behind, from now until what is given is called: that gives what was seen."""
    command = [sys.executable, "-m", "bench.finding", "lag"]
    look = subprocess.Popen(
        command, env=at.environment, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with look:
        assert look.stdout is not None
        look.stdout.readline()
        yield lambda: json.loads(look.communicate()[0])


def index() -> None:
    """Everything that is there. On PostgreSQL the words are put in order at the end, which is several times faster."""
    from django.db import connection

    from aspa.service.search.messages import following
    from aspa.service.search.messages import index as kept

    begun = time.monotonic()
    if not kept.generations():
        following.begin()
        if connection.vendor == "postgresql":
            _index_at_the_end()
    following.catch_up()
    print(f"indexed in {time.monotonic() - begun:.0f} s")


def _index_at_the_end() -> None:
    from django.db import connection

    from aspa.service.search.messages import following

    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'search_messages_1_words'")
        (made,) = cursor.fetchone()
        cursor.execute("DROP INDEX search_messages_1_words")
        following.catch_up()
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(made)
        cursor.execute("VACUUM ANALYZE search_messages_1")


def ask(times: int) -> dict[str, Any]:
    """{"by question": {text: [ms]}, "floor": [ms]}, each question at first once unmeasured."""
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent
    from aspa.service.search.finding import find

    draw = random.Random(SEED)
    newest = Conversation.objects.latest("pk").pk
    who = list(Agent.objects.filter(email__endswith="@bench.example").values_list("pk", flat=True))
    took: dict[str, list[float]] = {text: [] for text, _ in QUESTIONS}
    bare: list[float] = []
    for turn in range(times + 1):
        for text, of_words in draw.sample(QUESTIONS, len(QUESTIONS)):
            before = f"{draw.choice((2025, 2026))}-0{draw.randint(1, 9)}"
            asked = text.format(number=draw.randint(1, newest), customer=draw.randint(1, newest // 4), before=before)
            for pk in who:
                agent = Agent.objects.get(pk=pk)
                begun = time.perf_counter()
                find(agent, asked)
                milliseconds = 1000 * (time.perf_counter() - begun)
                took[text] += [milliseconds] if turn else []
            bare += [_floor(asked)] if turn and of_words else []
    return {"by question": took, "floor": bare}


def _floor(asked: str) -> float:
    """The statement that says the newest messages with these words, and nothing else."""
    from django.db import connection

    from aspa.service.search.engine import all_of
    from aspa.service.search.messages import index as kept
    from aspa.service.search.messages.on_sqlite import SqliteGeneration
    from aspa.service.search.words.tokens import tokens

    generation, words = kept.generations()[-1], all_of(*tokens(asked))
    begun = time.perf_counter()
    if isinstance(generation, SqliteGeneration):
        with generation.opened() as bare:
            asked_of = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT 20"
            bare.execute(asked_of, (words.fts5,)).fetchall()
    else:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id FROM search_messages_{generation.number} WHERE terms @@ %s::tsquery ORDER BY id DESC LIMIT 20",
                [words.tsquery],
            )
            cursor.fetchall()
    return 1000 * (time.perf_counter() - begun)


def ready() -> None:
    """Wait until the index has come so far as the journal: the dictionaries are read, perhaps even made, by then."""
    while not (seen := behind(Soon())) or any(seen):
        pass


class Soon(Event):
    """Set by itself after a second."""

    def __init__(self) -> None:
        super().__init__()
        Timer(1, self.set).start()


def behind(stop: Event) -> list[float]:
    """How old, in milliseconds, the oldest message was that the journal had and the index hadn't; as often as looked."""
    from aspa.core.conversations.models import Event as Entry
    from aspa.kit import clock
    from aspa.service.search.messages import index as kept

    found: list[float] = []
    while not stop.wait(LOOK):
        current = kept.current()
        place = current[1].place if current else (0, 0)
        later = Entry.objects.filter(kind=Entry.Kind.RECEIVED).extra(where=["(tx, id) > (%s, %s)"], params=[*place])
        oldest = later.order_by("tx", "id").values_list("created_at", flat=True).first()
        found.append(1000 * (clock.now() - oldest).total_seconds() if oldest else 0.0)
    return found


def behind_until_told() -> list[float]:
    """From when it has said that it looks until its input ends."""
    stop = Event()
    print("looking", flush=True)
    Thread(target=_stop_at_the_end, args=[stop], daemon=True).start()
    return behind(stop)


def _stop_at_the_end(stop: Event) -> None:
    sys.stdin.read()
    stop.set()


def main(what: str, *numbers: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aspa.config.settings")
    import django

    django.setup()
    if what in ("index", "ready"):
        index() if what == "index" else ready()
    else:
        print(json.dumps(ask(int(numbers[0])) if what == "ask" else behind_until_told()))


if __name__ == "__main__":
    main(*sys.argv[1:])
