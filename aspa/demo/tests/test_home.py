"""The demo begins anew in a folder of its own, in nobody else's, and on ports that nobody takes meanwhile."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from aspa.demo.run import HOST, MARK, DemoProblem, claimed, empty, listening


def test_a_folder_of_its_own_is_emptied_but_for_the_dictionaries(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    with claimed(home):
        for name in ("aspa.sqlite3", "mail/1.eml", "dictionaries/fi.dic"):
            (home / name).parent.mkdir(exist_ok=True)
            (home / name).touch()
    with claimed(home):
        empty(home)
    assert {str(one.relative_to(home)) for one in home.rglob("*") if one.is_file()} == {MARK, "dictionaries/fi.dic"}


def test_what_isnt_a_demos_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").touch()
    with pytest.raises(DemoProblem), claimed(tmp_path):
        pass
    assert [one.name for one in tmp_path.iterdir()] == ["thesis.odt"]


def test_a_running_demos_folder_is_left_alone(tmp_path: Path) -> None:
    with claimed(tmp_path), pytest.raises(DemoProblem, match="runs in"), claimed(tmp_path):
        pass
    with claimed(tmp_path):
        pass


def test_two_that_start_together_never_share_a_port() -> None:
    with listening(None, 0, "--port") as first:
        taken = first.getsockname()[1]
        with listening(None, taken, "--port") as second:
            assert second.getsockname()[1] != taken
        with pytest.raises(DemoProblem, match="--shop-port"), listening(taken, 8080, "--shop-port"):
            pass
    with listening(taken, 8080, "--port") as again, socket.create_connection((HOST, taken), timeout=5):
        assert again.getsockname()[1] == taken
