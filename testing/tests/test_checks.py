"""A check that failed in a few tests gets another try, alone; whatever else failed has failed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from testing import checks
from testing.__main__ import told
from testing.checks import FEW, Check, Run

PYTEST = (sys.executable, "-m", "pytest", "-q")

# Fails unless something of an earlier run is there.
UNLUCKY = """
from pathlib import Path
import pytest

@pytest.mark.parametrize("name", ["a::b", "[c d e]"])
def test_unlucky(name):
    told = Path(__file__).with_name(str(len(name)))
    before = told.exists()
    told.touch()
    assert before

def test_lucky():
    with Path(__file__).with_name("lucky").open("a") as told:
        told.write("once ")
"""


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Run]:
    """A run of these tests, performed."""
    monkeypatch.setattr(checks, "ROOT", tmp_path)
    # These tests are of the runner: nothing of the product's is needed in them.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def made(tests: str, *options: str) -> Run:
        (tmp_path / "pytest.ini").write_text("[pytest]\n")
        (tmp_path / "test_it.py").write_text(tests)
        with (tmp_path / "words").open("wb") as words:
            run = Run(Check("it", [*PYTEST, *options], 60, again=PYTEST), tmp_path / "home", words)
            run.perform()
        return run

    return made


def test_what_passes_alone_counts_as_passed_and_is_told(made: Callable[..., Run], tmp_path: Path) -> None:
    run = made(UNLUCKY)
    unlucky = ["test_it.py::test_unlucky[[c d e]]", "test_it.py::test_unlucky[a::b]"]
    assert (run.verdict, run.failed()) == ("FAILED", unlucky)
    run.repeat()
    assert run.verdict == "passed"
    assert run.only_alone == unlucky
    assert (tmp_path / "lucky").read_text() == "once ", "what has passed isn't run again"
    assert [line.partition(": ")[2] for line in told(run)[1:]] == unlucky
    assert run.busy > 0


def test_what_fails_alone_too_has_failed(made: Callable[..., Run]) -> None:
    run = made("def test_wrong():\n    assert False")
    run.repeat()
    assert run.verdict == "FAILED"
    assert not run.only_alone


@pytest.mark.parametrize(
    ("tests", "options"),
    [
        ("def test_right(): pass", ()),
        ("import nothing_of_that_name", ()),
        ("def test_right(): pass", ("--no-such-option",)),
        ("".join(f"def test_{number}(): assert False\n" for number in range(FEW + 1)), ()),
    ],
    ids=["nothing failed", "can't be read", "can't be run", "too many"],
)
def test_what_gets_no_other_try(made: Callable[..., Run], tests: str, options: tuple[str, ...]) -> None:
    assert not made(tests, *options).failed()
