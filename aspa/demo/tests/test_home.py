"""The demo begins anew in a folder of its own, and in nobody else's."""

from __future__ import annotations

from pathlib import Path

import pytest

from aspa.demo.run import MARK, DemoProblem, fresh_home


def test_a_folder_of_its_own_is_emptied_but_for_the_dictionaries(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    fresh_home(home, keep=False)
    for name in ("aspa.sqlite3", "mail/1.eml", "dictionaries/fi.dic"):
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).touch()
    fresh_home(home, keep=True)
    assert (home / "aspa.sqlite3").exists()
    fresh_home(home, keep=False)
    assert {str(one.relative_to(home)) for one in home.rglob("*") if one.is_file()} == {MARK, "dictionaries/fi.dic"}


def test_what_isnt_a_demos_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").touch()
    with pytest.raises(DemoProblem):
        fresh_home(tmp_path, keep=False)
    assert (tmp_path / "thesis.odt").exists()
