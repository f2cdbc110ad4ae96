"""Who wrote it: machines get no receipt, and no person is taken for one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from aspa.channels.email.reading.parse import parse
from aspa.channels.email.reading.robots import kind_of

ROBOTS = Path(__file__).parent / "corpus" / "robots"
REPLIES = Path(__file__).parent / "corpus" / "replies"
EXPECTED = tomllib.loads((ROBOTS / "expected.toml").read_text())
MAILS = sorted(ROBOTS.glob("*.eml"))


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_kind(path: Path) -> None:
    assert path.stem in EXPECTED, "expected.toml says nothing of this mail"
    expected = EXPECTED[path.stem]
    assert kind_of(parse(path.read_bytes()), mail_from=expected.get("mail_from")) == expected["kind"]


def test_every_expectation_has_its_mail() -> None:
    assert {path.stem for path in MAILS} == set(EXPECTED)


@pytest.mark.parametrize("path", sorted(REPLIES.glob("*.eml")), ids=lambda path: path.stem)
def test_who_answers_is_a_person(path: Path) -> None:
    assert kind_of(parse(path.read_bytes())) == "person"
