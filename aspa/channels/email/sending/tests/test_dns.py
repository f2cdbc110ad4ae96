"""What is said of a domain's records; the resolver is given."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils.translation import override

from aspa.channels.email.sending import dns
from aspa.channels.email.settings import Settings
from aspa.core.inboxes.channel import Finding

SOUND = {
    ("villa.example", "MX"): ["mx1.mail.example", "mx2.mail.example"],
    ("villa.example", "TXT"): ["google-site-verification=x", "v=spf1 include:_spf.google.com -all"],
    ("_spf.google.com", "TXT"): ["v=spf1 ip4:1.2.3.0/24 ~all"],
    ("google._domainkey.villa.example", "TXT"): ["v=DKIM1; k=rsa; p=MIIB"],
    ("_dmarc.villa.example", "TXT"): ["v=DMARC1; p=quarantine"],
}
SETTINGS = Settings(address="support@villa.example", smtp_host="smtp.gmail.com")
Records = dict[tuple[str, str], list[str]]


def looked(records: Records, settings: Settings = SETTINGS) -> dict[str, Finding]:
    with override("en"):
        found = dns.findings(settings, lambda name, kind: records.get((name, kind), []))
    assert all(one.advice for one in found if one.level != "ok")
    return {one.subject: one for one in found}


def spf(record: str, **more: str) -> Finding:
    included = {(name, "TXT"): [text] for name, text in more.items()}
    return looked(SOUND | {("villa.example", "TXT"): [record]} | included)["SPF"]


def test_a_sound_domain() -> None:
    found = looked(SOUND)
    assert {subject: one.level for subject, one in found.items()} == dict.fromkeys(("MX", "SPF", "DKIM", "DMARC"), "ok")
    assert "mx1.mail.example" in found["MX"].seen


def test_an_empty_domain() -> None:
    found = looked({})
    assert {one.level for one in found.values()} == {"error", "warning"}
    assert found["SPF"].copy == "v=spf1 include:_spf.google.com ~all"
    assert found["DMARC"].copy == "v=DMARC1; p=none; rua=mailto:support@villa.example"
    assert "_dmarc.villa.example" in found["DMARC"].advice


@pytest.mark.parametrize(
    ("record", "level", "words"),
    [
        ("v=spf1 include:_spf.google.com ~all", "ok", ""),
        ("v=spf1 mx +all", "error", "everybody"),
        ("v=spf1 mx all", "error", "everybody"),
        ("v=spf1 mx -all", "error", "doesn't name the server"),
        ("v=spf1 include:_spf.google.com ?all", "warning", "forbids nobody"),
        ("v=spf1 include:_spf.google.com", "warning", "forbids nobody"),
        ("v=spf1 redirect=_spf.google.com", "ok", ""),
        ("v=spf1 " + "a " * 11 + "-all", "error", "look-ups"),
    ],
)
def test_spf(record: str, level: str, words: str) -> None:
    found = spf(record)
    assert found.level == level, found
    assert words in found.seen


def test_what_an_included_record_includes_counts() -> None:
    includes = {f"s{number}.example": f"v=spf1 include:s{number + 1}.example ~all" for number in range(20)}
    assert spf("v=spf1 include:s0.example ~all", **includes).level == "error"
    # A record that includes itself ends the counting.
    assert (
        "look-ups" not in spf("v=spf1 include:me.example ~all", **{"me.example": "v=spf1 include:me.example ~all"}).seen
    )


def test_two_spf_records_are_none() -> None:
    assert looked(SOUND | {("villa.example", "TXT"): ["v=spf1 mx -all", "v=spf1 a -all"]})["SPF"].level == "error"


def test_a_withdrawn_key_is_no_key() -> None:
    records = SOUND | {("google._domainkey.villa.example", "TXT"): ["v=DKIM1; p="]}
    assert looked(records)["DKIM"].level == "warning"


@pytest.mark.parametrize(
    ("record", "level"), [("v=DMARC1; p=none", "ok"), ("v=DMARC1", "error"), ("v=DMARC1;p=reject", "ok")]
)
def test_dmarc(record: str, level: str) -> None:
    assert looked(SOUND | {("_dmarc.villa.example", "TXT"): [record]})["DMARC"].level == level


def test_a_subdomain_has_its_domains_dmarc() -> None:
    settings = Settings(address="support@help.villa.example")
    assert looked(SOUND, settings)["DMARC"].level == "ok"


def test_a_silent_resolver_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(name: str, kind: str) -> list[str]:
        raise dns.Unanswered

    found = dns.findings(SETTINGS, silent)
    assert [one.level for one in found] == ["warning"] * 4


@pytest.mark.parametrize("failure", [dns.exception.Timeout, dns.resolver.NoNameservers, OSError])
def test_the_resolvers_troubles_are_ours(failure: Callable[..., Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **more: object) -> None:
        raise failure()

    monkeypatch.setattr(dns.resolver, "resolve", fail)
    with pytest.raises(dns.Unanswered):
        dns._ask("villa.example", "TXT")
