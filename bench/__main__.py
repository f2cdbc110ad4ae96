"""`python -m bench [NAME...] [--quick] [--sqlite | --postgres] [--write]`: see docs/benchmarks.md."""

from __future__ import annotations

import argparse
import importlib
import signal
import sys

from bench.report import Missed, exit_code, machine, write
from bench.run import Run
from testing.browser import BrowserMissing
from testing.services import ServiceFailed, ServiceMissing

NAMES = (
    "chat",
    "live",
    "idle",
    "availability",
    "routing",
    "desk",
    "profile",
    "ingest",
    "mail",
    "widget",
    "helpsite",
    "start",
    "search",
    "desk-search",
)
# Where a bench has another name than its module.
MODULES = {"desk-search": "finding"}


def main(arguments: list[str]) -> int:
    """Measure what was asked for; 0 when every promise is kept, 1 when one is missed or could not be measured."""
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measures the promised figures beside their floors.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; none: all")
    parser.add_argument("--quick", action="store_true", help="once and briefly, with less data: a first impression")
    database = parser.add_mutually_exclusive_group()
    database.add_argument("--sqlite", action="store_true", help="on SQLite alone")
    database.add_argument("--postgres", action="store_true", help="on PostgreSQL alone")
    parser.add_argument("--write", action="store_true", help="keep the results in docs/benchmarks.md")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.names) - set(NAMES):
        parser.error(f"there is no bench {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}.")
    only = "SQLite" if asked.sqlite else "PostgreSQL" if asked.postgres else ""
    run = Run((only,), asked.quick) if only else Run(quick=asked.quick)

    print(machine(), flush=True)
    code = 0
    for name in asked.names or NAMES:
        try:
            figures = importlib.import_module(f"bench.{MODULES.get(name, name)}").measure(run)
        except (Missed, ServiceMissing, ServiceFailed, BrowserMissing) as problem:
            print(f"{name}: not measured. {problem}", flush=True)
            code = 1
            continue
        for figure in figures:
            print(figure, flush=True)
        code = max(code, exit_code(figures))
        if asked.write:
            write(name, figures)
    return code


if __name__ == "__main__":
    # A stop from outside unwinds the blocks that end the servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
