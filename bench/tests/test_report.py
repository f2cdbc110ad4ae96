from __future__ import annotations

from pathlib import Path

import pytest

from bench.__main__ import NAMES
from bench.report import PAGE, Figure, Promise, exit_code, percentile, write

FAST = Promise(share_at_least=0.6, at_least=1000)
QUICK = Promise(at_most=25, share_at_most=1.2)


@pytest.mark.parametrize(
    ("value", "floor", "promise", "kept"),
    [
        (1500, 2000, FAST, True),
        (1200, 2000, FAST, True),  # on the bound
        (1199, 2000, FAST, False),  # below the share
        (900, 1000, FAST, False),  # below the absolute bound
        (1500, None, FAST, False),  # a floor that wasn't measured keeps nothing
        (20, 18, QUICK, True),
        (26, 25, QUICK, False),
        (20, 10, QUICK, False),
        (0, None, Promise(at_most=0), True),
        (0.01, None, Promise(at_most=0), False),
    ],
)
def test_a_promise_is_kept_when_every_bound_holds(
    value: float, floor: float | None, promise: Promise, kept: bool
) -> None:
    figure = Figure("messages", value, "/s", promise, floor)

    assert figure.kept is kept
    assert str(figure).endswith("kept" if kept else "missed")


def test_one_missed_promise_fails_the_run() -> None:
    kept = Figure("messages", 1500, "/s", FAST, 2000)
    missed = Figure("messages", 500, "/s", FAST, 2000)

    assert exit_code([kept, kept]) == 0
    assert exit_code([kept, missed, kept]) == 1


def test_a_line_says_name_value_unit_floor_ratio_promise_and_verdict() -> None:
    line = str(Figure("messages, 32 visitors", 1500, "/s", FAST, 2000))

    assert " ".join(line.split()) == (
        "messages, 32 visitors 1,500 /s floor 2,000 ratio 0.75 promise ≥60% of the floor and ≥1,000 kept"
    )


def test_the_last_results_replace_the_former_ones_of_that_bench_only(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(
        "# Figures\n<!-- results: chat -->\nold\n<!-- end -->\n<!-- results: live -->\nstays\n<!-- end -->\n"
    )

    write("chat", [Figure("messages", 1500, "/s", FAST, 2000)], page)

    text = page.read_text()
    assert "old" not in text
    assert "| messages | 1,500 | /s | 2,000 | 0.75 | ≥60% of the floor and ≥1,000 | kept |" in text
    assert "stays" in text
    with pytest.raises(ValueError, match="no place"):
        write("idle", [], page)


def test_the_percentile_is_a_value_that_was_seen() -> None:
    values = [float(n) for n in range(1, 101)]

    assert percentile(values, 0.5) == 51
    assert percentile(values, 0.99) == 100
    assert percentile([7.0], 0.99) == 7


def test_every_bench_has_its_place_on_the_page(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")

    for name in NAMES:
        write(name, [Figure("messages", 1500, "/s", FAST, 2000)], page)
