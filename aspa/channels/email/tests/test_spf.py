"""SPF by the test suite of RFC 7208, and what the suite doesn't ask: names that are long, records that are hostile."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from aspa.channels.email.reading.names import Ask, Unanswered
from aspa.channels.email.reading.spf import Spf, check

# The suite of openspf.org (release 2014.04), put into JSON; its licence lies beside it.
SECTIONS = json.loads((Path(__file__).parent / "corpus/spf/rfc7208.json").read_text())
CASES = {
    f"{section['section']}: {name}": (section["zone"], case)
    for section in SECTIONS
    for name, case in section["tests"].items()
}

Zone = dict[str, list[list[str]]]


def answering(zone: Zone) -> Ask:
    """{name: [[type, text]]}; the type TIMEOUT is a name that doesn't answer for what it doesn't hold."""
    names = {name.lower().rstrip("."): records for name, records in zone.items()}

    def ask(name: str, kind: str, steps: int = 8) -> list[str]:
        records = names.get(name.lower().rstrip("."), [])
        found = [text for one, text in records if one == kind]
        if not found and any(one == "TIMEOUT" for one, _ in records):
            raise Unanswered
        for one, text in records:
            if one == "CNAME" and steps:
                return ask(text, kind, steps - 1)
        return found if kind == "TXT" else [text.rstrip(".") for text in found]

    return ask


@pytest.mark.parametrize(("zone", "case"), CASES.values(), ids=CASES)
def test_suite(zone: Zone, case: dict[str, Any]) -> None:
    found = check(case["peer"], case["mail_from"], case["helo"], answering(zone))
    assert found.result in case["result"]


def test_the_null_sender_is_the_greetings() -> None:
    zone = {"mx.home.example": [["TXT", "v=spf1 ip4:203.0.113.5 -all"]]}
    assert check("203.0.113.5", "", "mx.home.example", answering(zone)) == Spf("pass", "mx.home.example")
    assert check("203.0.113.6", "", "mx.home.example", answering(zone)) == Spf("fail", "mx.home.example")


def test_an_address_within_the_other_family_is_what_it_means() -> None:
    zone = {"home.example": [["TXT", "v=spf1 ip4:203.0.113.0/24 -all"]]}
    assert check("::ffff:203.0.113.5", "dee@home.example", "x", answering(zone)).result == "pass"


def test_a_domain_in_other_letters_is_asked_for_as_the_dns_knows_it() -> None:
    zone = {"xn--kauppa-gua.example": [["TXT", "v=spf1 ip4:203.0.113.5 -all"]]}
    assert check("203.0.113.5", "äiti@kauppaä.example", "x", answering(zone)).result == "pass"


HOSTILE = {
    "itself": ["TXT", "v=spf1 include:home.example -all"],
    "itself again": ["TXT", "v=spf1 redirect=home.example"],
    "names without end": ["TXT", "v=spf1 exists:" + "%{l}." * 5000 + "home.example -all"],
    "the server's name a thousand times": ["TXT", "v=spf1 exists:" + "%{p}." * 1000 + "home.example -all"],
    "labels without end": ["TXT", "v=spf1 a:" + "a." * 30000 + "home.example -all"],
    "marks without end": ["TXT", "v=spf1 a:" + "%" * 60000 + " -all"],
    "dashes without end": ["TXT", "v=spf1 a:a." + "1-" * 30000],
}


@pytest.mark.parametrize("record", HOSTILE.values(), ids=HOSTILE)
def test_hostile_records_take_no_time(record: list[str]) -> None:
    zone = {"home.example": [record], "5.113.0.203.in-addr.arpa": [["PTR", "mx.home.example"]]}
    began = time.process_time()
    result = check("203.0.113.5", "." * 400 + "dee@home.example", "x" * 200, answering(zone)).result
    assert result in ("fail", "permerror")
    assert time.process_time() - began < 1
