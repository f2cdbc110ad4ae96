"""Which recipient, which of our mails, why, and for good or not."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from aspa.channels.email.reading.bounces import bounces_of, complaint_of
from aspa.channels.email.reading.mail import Bounce, Kind
from aspa.channels.email.reading.parse import parse
from aspa.channels.email.reading.robots import kind_of

BOUNCES = Path(__file__).parent / "corpus" / "bounces"
OTHERS = [BOUNCES.parent / "replies", BOUNCES.parent / "robots"]
EXPECTED = tomllib.loads((BOUNCES / "expected.toml").read_text())
MAILS = sorted(BOUNCES.glob("*.eml"))


def assert_same(found: Bounce | None, expected: dict[str, Any] | None) -> None:
    if found is None or expected is None:
        assert (found is None) == (expected is None)
        return
    assert (found.recipient, found.message_id, found.permanent) == (
        expected["recipient"],
        expected["message_id"],
        expected["permanent"],
    )
    assert expected["reason"] in found.reason
    assert found.reason and len(found.reason) <= 300 and "\n" not in found.reason


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_reports(path: Path) -> None:
    assert path.stem in EXPECTED, "expected.toml says nothing of this mail"
    expected, mail = EXPECTED[path.stem], parse(path.read_bytes())
    found = bounces_of(mail)
    assert [bounce.recipient for bounce in found] == [each["recipient"] for each in expected["bounces"]]
    for bounce, each in zip(found, expected["bounces"], strict=True):
        assert_same(bounce, each)
    assert_same(complaint_of(mail), expected.get("complaint"))


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_kind_of_reports(path: Path) -> None:
    expected, kind = EXPECTED[path.stem], kind_of(parse(path.read_bytes()))
    assert (kind == Kind.BOUNCE) == bool(expected["bounces"])
    assert (kind == Kind.COMPLAINT) == ("complaint" in expected)


def test_every_expectation_has_its_mail() -> None:
    assert {path.stem for path in MAILS} == set(EXPECTED)


def test_no_other_mail_is_a_report() -> None:
    found = {
        path.stem
        for folder in OTHERS
        for path in folder.glob("*.eml")
        if bounces_of(parse(path.read_bytes())) or complaint_of(parse(path.read_bytes()))
    }
    assert found == {"bounce-of-our-mail", "complaint-arf"}
