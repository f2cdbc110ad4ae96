"""`bin/test`: every check there is; the closing table says which failed.

`python -m testing`          everything
`python -m testing quick`    what needs no servers and no browser
`python -m testing PATH ...` pytest with these arguments, on SQLite and on PostgreSQL with Valkey

One follows the other, but the browser's run beside them from the start: they mostly wait. What they have to say is
shown at the end. A few tests that failed are run once more when nothing else runs (docs/decisions/0018).
"""

from __future__ import annotations

import contextlib
import signal
import sys
import tempfile
import time
from pathlib import Path

from testing.checks import Check, Run, beside

PYTHON = sys.executable
TOOLS = Path(sys.executable).parent

# What was skipped and what took long is told, so that neither creeps in unseen.
PYTEST = (PYTHON, "-m", "pytest", "-rs", "--durations=10", "--durations-min=2")
# The same examples for the same code: what a change is judged by shall not depend on a die. By hand they are random.
JUDGING = (*PYTEST, "--hypothesis-profile=ci")
# In the order of conftest.py: the longest files first.
TWO_AT_ONCE = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
# Both processes would read what they don't run.
NO_BROWSER = ("-m", "not browser", "--ignore=tests/browser")

CHECKS = [
    Check("ruff: faults", [str(TOOLS / "ruff"), "check", "."], 60),
    Check("ruff: format", [str(TOOLS / "ruff"), "format", "--check", "."], 60),
    Check("types", [str(TOOLS / "mypy")], 300),
    Check("rings", [str(TOOLS / "lint-imports")], 120),
    Check("templates", [str(TOOLS / "djlint"), "aspa", "--lint", "--quiet"], 120),
    Check("migrations", [PYTHON, "-m", "django", "makemigrations", "--check", "--dry-run"], 60),
    Check("translations", [PYTHON, "-m", "tools.translate", "--check"], 60),
    Check("tests on SQLite", [*JUDGING, *TWO_AT_ONCE, *NO_BROWSER], 1500, again=JUDGING),
    Check(
        "tests on PostgreSQL and Valkey",
        [*JUDGING, *TWO_AT_ONCE, *NO_BROWSER],
        1500,
        servers=True,
        quick=False,
        again=JUDGING,
    ),
    Check(
        "tests in a browser",
        [*JUDGING, "-m", "browser", "tests/browser"],
        1800,
        browser=True,
        quick=False,
        beside=True,
        again=JUDGING,
    ),
]


def chosen(arguments: list[str]) -> list[Check]:
    """The checks that the command line asks for."""
    if not arguments:
        return CHECKS
    if arguments == ["quick"]:
        return [check for check in CHECKS if check.quick]
    if arguments[0] in ("-h", "--help", "quick"):
        sys.exit(__doc__)
    given = [*PYTEST, *arguments]
    if all(argument.startswith(("tests/browser", "-")) for argument in arguments):
        return [Check("these, in a browser", given, 1200, browser=True)]
    return [
        Check("these, on SQLite", given, 1200),
        Check("these, on PostgreSQL and Valkey", given, 1200, servers=True),
    ]


def main(arguments: list[str]) -> int:
    """Run what was asked for; 0 when all of it passed."""
    # A stop from outside unwinds the blocks that end the servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    started = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="aspa-checks-", ignore_cleanup_errors=True) as home,
        contextlib.ExitStack() as until_the_end,
    ):
        runs = [Run(check, Path(home)) for check in chosen(arguments)]
        going = {}
        for run in runs:
            if run.check.beside:
                run.output = until_the_end.enter_context(tempfile.TemporaryFile())
                going[run] = until_the_end.enter_context(beside(run))
        for run in sorted(runs, key=lambda run: run in going):
            print(f"\n== {run.check.name}", flush=True)
            if run in going:
                going[run].join()
                print(words_of(run), flush=True)
            else:
                run.perform()
        for run in runs:
            if run.failed():
                print(f"\n== {run.check.name}: what failed, once more and alone", flush=True)
                run.repeat()
    print("\n".join(["", *(line for run in runs for line in told(run))]))
    print(f"{'':8}  {time.monotonic() - started:6.1f} s  together", flush=True)
    return 1 if any(run.verdict != "passed" for run in runs) else 0


def words_of(run: Run) -> str:
    """What it wrote, in the meantime."""
    assert run.output
    run.output.seek(0)
    return run.output.read().decode(errors="replace")


def told(run: Run) -> list[str]:
    """Its lines of the closing table. What it kept a processor busy tells better than its time what it costs."""
    line = f"{run.verdict:>8}  {run.seconds:6.1f} s  {run.check.name} ({run.busy:.0f} s of a processor)"
    return [line, *(f"   !!!    passed when run again, alone: {test}" for test in run.only_alone)]


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
