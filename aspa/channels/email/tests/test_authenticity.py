"""The address in From is proven by our own servers' word or by a signature, and by nothing that the writer says."""

from __future__ import annotations

import functools
from types import SimpleNamespace
from typing import Any

import dkim
import dns.exception
import dns.resolver
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from aspa.channels.email.reading import names
from aspa.channels.email.reading.authenticity import authenticity_of
from aspa.channels.email.reading.mail import Authenticity, Brought, Verdict
from aspa.channels.email.reading.names import Unanswered, asking, lookup
from aspa.channels.email.reading.parse import parse
from aspa.kit.rates import Buckets

OURS = "mx.villapuoti.example"
SENDER = "From: Aino Lehtonen <aino@example.com>"


def no_dns(name: bytes, timeout: float = 5) -> bytes | None:
    return None


def judged(headers: str, *, sender: str = SENDER, trusted: tuple[str, ...] = (OURS,), dnsfunc=no_dns) -> Authenticity:
    raw = f"{headers}\n{sender}\nTo: tuki@villapuoti.example\nSubject: Hei\n\nHei\n".lstrip("\n").encode()
    return authenticity_of(parse(raw), raw, trusted=trusted, dnsfunc=dnsfunc)


PASSES = {
    "DMARC": "dmarc=pass (p=reject dis=none) header.from=example.com",
    "DMARC without its domain": "dmarc=pass action=none",
    "DKIM of the domain": "dkim=pass header.d=example.com header.s=a header.b=abc",
    "DKIM of a part of the organisation": "dkim=pass (2048-bit key) header.i=@mail.example.com",
    "second DKIM": "dkim=pass header.d=esp.example; dkim=pass header.d=example.com",
    "SPF of the domain": "spf=pass smtp.mailfrom=bounce@send.example.com",
    "SPF with a quoted address": 'spf=pass smtp.mailfrom="aino@example.com"',
    "SPF of a domain alone": "spf=pass smtp.mailfrom=example.com",
}


@pytest.mark.parametrize("result", PASSES.values(), ids=PASSES)
def test_pass(result: str) -> None:
    assert judged(f"Authentication-Results: {OURS}; {result}").verdict is Verdict.PASS


NOTHING = {
    "none": "none",
    "DKIM of somebody else": "dkim=pass header.d=mailer.example",
    "DKIM of a name that only ends like it": "dkim=pass header.d=notexample.com",
    "SPF of somebody else": "spf=pass smtp.mailfrom=bounce@mailer.example",
    "SPF of the greeting only": "spf=pass smtp.helo=example.com",
    "DKIM that failed": "dkim=fail header.d=example.com",
    "DMARC of another address": "dmarc=pass header.from=other.example",
    "DMARC that couldn't be looked up": "dmarc=temperror header.from=example.com",
    "pass in a comment": "dkim=none (dkim=pass header.d=example.com)",
    "pass in quotation marks": 'dkim=none reason="; dkim=pass header.d=example.com"',
    "an unclosed comment": "spf=none (dkim=pass; dkim=pass header.d=example.com",
    "SPF that failed, with no policy told": "spf=softfail smtp.mailfrom=example.com",
}


@pytest.mark.parametrize("result", NOTHING.values(), ids=NOTHING)
def test_not_known(result: str) -> None:
    assert judged(f"Authentication-Results: {OURS}; {result}").verdict is Verdict.NONE


FAILS = {
    "DMARC": "dmarc=fail (p=none dis=none) header.from=example.com",
    "DMARC in spite of a strange DKIM": "dkim=pass header.d=mailer.example; dmarc=fail header.from=example.com",
    "SPF, and a policy": "spf=fail smtp.mailfrom=example.com; dmarc=none (p=reject)",
    "Exchange": "spf=fail smtp.mailfrom=example.com; dkim=none; dmarc=fail action=oreject header.from=example.com",
}


@pytest.mark.parametrize("result", FAILS.values(), ids=FAILS)
def test_fail(result: str) -> None:
    assert judged(f"Authentication-Results: {OURS}; {result}").verdict is Verdict.FAIL


def test_all_three_are_shown() -> None:
    found = judged(
        f"Authentication-Results: {OURS} 1;\n spf=softfail smtp.mailfrom=x.example;\n dkim=pass header.d=example.com;"
        "\n dmarc=pass header.from=example.com"
    )
    assert found == Authenticity(Verdict.PASS, spf="softfail", dkim="pass", dmarc="pass")


PASSING = "dmarc=pass header.from=example.com"
FORGED = {
    "of another server": f"Authentication-Results: mx.example.net; {PASSING}",
    "of a server whose name begins like ours": f"Authentication-Results: {OURS}.evil.example; {PASSING}",
    "below our own": f"Authentication-Results: {OURS}; dmarc=none\nReceived: from evil\nAuthentication-Results: {OURS}; {PASSING}",
    "below what the writer wrote": f"Authentication-Results: {OURS}; spf=none\nDate: x\nAuthentication-Results: {OURS}; {PASSING}",
    "below a stranger's": (
        f"Authentication-Results: {OURS}; spf=none\nAuthentication-Results: x.example; spf=none\n"
        f"Authentication-Results: {OURS}; {PASSING}"
    ),
    "another DMARC in the same run": (
        f"Authentication-Results: {OURS}; dmarc=fail header.from=example.com\nAuthentication-Results: {OURS}; {PASSING}"
    ),
    "of ARC": f"ARC-Authentication-Results: i=1; {OURS}; {PASSING}",
    "with an empty name": f"Authentication-Results: ; {PASSING}",
    "in a comment before the name": f"Authentication-Results: ({OURS};) evil.example; {PASSING}",
    "SPF of an unknown receiver": "Received-SPF: pass (ok) receiver=evil.example; envelope-from=aino@example.com",
}


@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED)
def test_forged_results_are_not_believed(headers: str) -> None:
    assert judged(headers).verdict is not Verdict.PASS


def test_nobody_is_trusted_by_default() -> None:
    assert judged(f"Authentication-Results: {OURS}; {PASSING}", trusted=()) == Authenticity()


def test_several_results_of_our_server_in_one_run() -> None:
    """OpenDMARC and OpenDKIM write one each, with their marks between."""
    found = judged(
        f"DMARC-Filter: OpenDMARC\nAuthentication-Results: {OURS}; {PASSING}\nDKIM-Filter: OpenDKIM\n"
        f"Authentication-Results: {OURS}; dkim=pass header.d=example.com\nReceived: from x"
    )
    assert found == Authenticity(Verdict.PASS, dkim="pass", dmarc="pass")


def test_received_spf_counts_when_nothing_else_is_said() -> None:
    spf = f'Received-SPF: Pass (mx: domain designates) receiver={OURS}; envelope-from="aino@example.com"; client-ip=192.0.2.1'
    assert judged(spf) == Authenticity(Verdict.PASS, spf="pass")
    assert judged(f"Authentication-Results: {OURS}; spf=fail smtp.mailfrom=example.com\n{spf}").verdict is Verdict.NONE


STRANGE_SENDERS = {
    "two From": f"{SENDER}\nFrom: Chef <chef@villapuoti.example>",
    "two From in the other case": f"{SENDER}\nFROM: Chef <chef@villapuoti.example>",
    "two addresses": "From: Aino <aino@example.com>, Chef <chef@villapuoti.example>",
    "two bare addresses": "From: aino@example.com, chef@villapuoti.example",
    "none": "Reply-To: aino@example.com",
    "no address in From, but in Sender": "From: Aino\nSender: aino@example.com",
    "empty": "From:\nReturn-Path: <aino@example.com>",
    "two in brackets": "From: <aino@example.com> <chef@villapuoti.example>",
}


@pytest.mark.parametrize("sender", STRANGE_SENDERS.values(), ids=STRANGE_SENDERS)
def test_strange_senders_are_never_proven(sender: str) -> None:
    assert judged(
        f"Authentication-Results: {OURS}; {PASSING}; dkim=pass header.d=example.com", sender=sender
    ).verdict is not (Verdict.PASS)


def test_domains_in_other_letters_and_of_countries() -> None:
    idn = "From: =?utf-8?q?=C3=84iti?= <aiti@xn--kauppa-fua.example>"
    assert (
        judged(f"Authentication-Results: {OURS}; dkim=pass header.d=xn--kauppa-fua.example", sender=idn).verdict
        is Verdict.PASS
    )
    british = "From: Kate <kate@shop.co.uk>"
    assert (
        judged(f"Authentication-Results: {OURS}; dkim=pass header.d=other.co.uk", sender=british).verdict
        is Verdict.NONE
    )
    assert (
        judged(f"Authentication-Results: {OURS}; dkim=pass header.d=mail.shop.co.uk", sender=british).verdict
        is Verdict.PASS
    )


# --- DKIM verified here


@functools.cache
def key() -> tuple[bytes, bytes]:
    """A private key, and its public half as a TXT record."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem, b"v=DKIM1; k=rsa; p=" + b"".join(public.splitlines()[1:-1])


def signed(domain: bytes = b"example.com", *, sender: str = SENDER, length: bool = False) -> bytes:
    raw = f"{sender}\r\nTo: tuki@villapuoti.example\r\nSubject: Hei\r\n\r\nHei\r\n".encode()
    return dkim.sign(raw, b"a", domain, key()[0], include_headers=[b"from", b"to", b"subject"], length=length) + raw


def keys(name: bytes, timeout: float = 5) -> bytes | None:
    return key()[1] if name == b"a._domainkey.example.com." else None


def verified(raw: bytes, dnsfunc=keys) -> Authenticity:
    return authenticity_of(parse(raw), raw, trusted=(OURS,), dnsfunc=dnsfunc)


def test_a_signature_of_the_domain_proves_it() -> None:
    assert verified(signed()) == Authenticity(Verdict.PASS, dkim="pass")
    assert verified(signed().replace(b"\r\n", b"\n")) == Authenticity(Verdict.PASS, dkim="pass")


def test_a_changed_mail_is_not_proven() -> None:
    assert verified(signed().replace(b"\r\nHei\r\n", b"\r\nHei!\r\n")) == Authenticity(dkim="fail")


def test_a_second_from_is_not_proven_by_the_first_ones_signature() -> None:
    assert verified(b"From: Chef <chef@example.com>\r\n" + signed()).verdict is Verdict.NONE


def test_a_signature_of_somebody_else_proves_nothing() -> None:
    assert verified(signed(b"mailer.example"), lambda name, timeout=5: key()[1]).verdict is Verdict.NONE


def test_a_signature_of_a_part_of_the_body_proves_nothing() -> None:
    assert verified(signed(length=True) + b"Maksa heti\r\n").verdict is Verdict.NONE


def test_without_a_key_nothing_is_known() -> None:
    assert verified(signed(), no_dns) == Authenticity(dkim="none")


def test_a_failing_resolver_raises_nothing() -> None:
    def broken(name: bytes, timeout: float = 5) -> bytes | None:
        raise OSError("no network")

    assert verified(signed(), broken).verdict is Verdict.NONE


def test_a_broken_signature_raises_nothing() -> None:
    for value in (
        b"",
        b"v=1",
        b"d=example.com; b=",
        b"v=1; a=rsa-sha256; d=example.com; s=a; h=from; bh=x; b=x",
        b"\xff=;;",
    ):
        raw = b"DKIM-Signature: " + value + b"\r\n" + SENDER.encode() + b"\r\n\r\nHei\r\n"
        assert verified(raw).verdict is Verdict.NONE


def test_a_broken_header_raises_nothing() -> None:
    for before in (b" x\r\n", b":\r\n", b"x\r\n"):
        assert authenticity_of(parse(signed()), before + signed(), trusted=(), dnsfunc=keys).verdict is Verdict.NONE


def test_our_servers_word_goes_before_the_signature() -> None:
    raw = f"Authentication-Results: {OURS}; dmarc=fail header.from=example.com\r\n".encode() + signed()
    assert verified(raw).verdict is Verdict.FAIL


def test_a_name_that_cannot_be_asked_for_is_not_there() -> None:
    assert lookup("ä._domainkey.example.com.".encode()) is None
    assert lookup(b"a" * 70 + b".example.") is None


class Resolver:
    """Counts how often it is asked, and answers as told."""

    def __init__(self, *answers: object) -> None:
        self.answers, self.asked = list(answers), 0

    def resolve(self, name: str, kind: object, **options: object) -> object:
        self.asked += 1
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return [SimpleNamespace(strings=answer)]


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: object) -> Resolver:
    resolver = Resolver(*answers)
    monkeypatch.setattr(names, "_resolver", lambda: resolver)
    monkeypatch.setattr(names, "_silent_until", {})
    monkeypatch.setattr(names, "_unanswered", 0)
    monkeypatch.setattr(names, "_waited", Buckets(rate_per_s=50 / 300, burst=50))
    return resolver


def test_a_record_in_pieces_is_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, (b"v=DKIM1; ", b"p=abc"))
    assert lookup(b"a._domainkey.example.com.") == b"v=DKIM1; p=abc"


def test_a_name_that_is_not_there_silences_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = resolving(monkeypatch, dns.resolver.NXDOMAIN(), (b"p=abc",))
    assert lookup(b"b._domainkey.example.com.") is None
    assert lookup(b"a._domainkey.example.com.") == b"p=abc"
    assert resolver.asked == 2


def test_a_domain_that_does_not_answer_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = resolving(monkeypatch, dns.exception.Timeout(), (b"p=abc",))
    assert lookup(b"a._domainkey.example.com.") is None
    assert lookup(b"a._domainkey.example.com.") is None
    assert resolver.asked == 1
    monkeypatch.setattr(names, "_silent_until", {})
    assert lookup(b"a._domainkey.example.com.") == b"p=abc"


def test_a_domain_that_does_not_answer_is_no_harm_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = resolving(monkeypatch, dns.exception.Timeout(), dns.resolver.NoNameservers(), (b"p=abc",))
    assert lookup(b"a._domainkey.evil.example.") is None
    assert lookup(b"a._domainkey.worse.example.") is None
    assert lookup(b"a._domainkey.example.com.") == b"p=abc"
    assert resolver.asked == 3


def test_a_domain_that_answers_slowly_holds_up_the_others_but_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = resolving(monkeypatch, *[(b"p=abc",)] * 20)
    at, answered = [1000.0], resolver.resolve
    monkeypatch.setattr(names, "time", SimpleNamespace(monotonic=lambda: at[0]))

    def slowly(*args: Any, **options: object) -> object:
        at[0] += 2 if "slow" in str(args[0]) else 0.01
        return answered(*args, **options)

    monkeypatch.setattr(resolver, "resolve", slowly)
    for number in range(9):
        lookup(f"a{number}._domainkey.slow.example.".encode())
    assert resolver.asked == 3
    assert lookup(b"a._domainkey.example.com.") == b"p=abc"
    at[0] += 31
    assert lookup(b"a._domainkey.slow.example.") == b"p=abc"


def test_a_resolver_that_is_gone_is_asked_for_nobody_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = resolving(monkeypatch, *(dns.exception.Timeout() for _ in range(9)))
    for number in range(9):
        assert lookup(f"a._domainkey.shop{number}.example.".encode()) is None
    assert resolver.asked == 3


def test_nothing_is_asked_when_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = resolving(monkeypatch, (b"v=spf1 -all",))
    with pytest.raises(Unanswered):
        asking(0)("example.com", "TXT")
    assert resolver.asked == 0


# --- all three found here: the mail was brought to our own receiver

PEER = "203.0.113.5"
SPF = {("example.com", "TXT"): ["v=spf1 ip4:203.0.113.5 -all"]}
DMARC = {("_dmarc.example.com", "TXT"): ["v=DMARC1; p=reject"]}
KEY = ("a._domainkey.example.com", "TXT")
UNSIGNED = f"{SENDER}\r\nTo: tuki@villapuoti.example\r\nSubject: Hei\r\n\r\nHei\r\n".encode()


def brought(
    zone: dict[tuple[str, str], list[str] | None],
    raw: bytes = UNSIGNED,
    *,
    mail_from: str = "aino@example.com",
    peer: str = PEER,
    helo: str = "mx.example.com",
) -> Authenticity:
    """What is found with this DNS: (name, type) to its records, None for no answer."""

    def ask(name: str, kind: str) -> list[str]:
        records = zone.get((name, kind), [])
        if records is None:
            raise Unanswered
        return records

    return authenticity_of(parse(raw), raw, trusted=(OURS,), brought=Brought(peer, helo, mail_from), ask=ask)


def test_a_server_that_the_domain_names_proves_it() -> None:
    assert brought(SPF | DMARC) == Authenticity(Verdict.PASS, spf="pass", dmarc="pass")
    assert brought(SPF) == Authenticity(Verdict.PASS, spf="pass", dmarc="none")


def test_a_server_that_it_does_not_name_fails_where_the_domain_has_a_policy() -> None:
    assert brought(SPF | DMARC, peer="198.51.100.1") == Authenticity(Verdict.FAIL, spf="fail", dmarc="fail")
    assert brought(SPF, peer="198.51.100.1") == Authenticity(Verdict.NONE, spf="fail", dmarc="none")
    assert brought({}) == Authenticity(Verdict.NONE, spf="none", dmarc="none")


def test_another_domains_server_proves_nothing_of_from() -> None:
    evil = {("evil.example", "TXT"): ["v=spf1 ip4:203.0.113.5 -all"]}
    assert brought(evil, mail_from="x@evil.example") == Authenticity(Verdict.NONE, spf="pass", dmarc="none")
    assert brought(evil | DMARC, mail_from="x@evil.example") == Authenticity(Verdict.FAIL, spf="pass", dmarc="fail")
    assert brought(evil | DMARC, mail_from="", helo="evil.example").verdict is Verdict.FAIL


def test_a_forwarded_mail_is_proven_by_its_signature() -> None:
    zone = SPF | DMARC | {KEY: [key()[1].decode()]}
    assert brought(zone, signed(), peer="198.51.100.1") == Authenticity(Verdict.PASS, "fail", "pass", "pass")


def test_a_policy_of_the_organisation_counts_for_its_parts() -> None:
    raw = UNSIGNED.replace(b"aino@example.com", b"aino@mail.example.com")
    assert brought(SPF | DMARC, raw) == Authenticity(Verdict.PASS, spf="pass", dmarc="pass")
    strict = {("_dmarc.example.com", "TXT"): ["v=DMARC1; p=reject; aspf=s; adkim=s"], KEY: [key()[1].decode()]}
    assert brought(SPF | strict, raw) == Authenticity(Verdict.FAIL, spf="pass", dmarc="fail")
    of_a_part = signed(sender="From: Aino <aino@mail.example.com>")
    assert brought(strict, of_a_part, mail_from="x@evil.example").verdict is Verdict.FAIL
    assert brought(strict, signed(), mail_from="x@evil.example").verdict is Verdict.PASS


def test_who_cannot_be_asked_about_has_not_failed() -> None:
    assert brought(DMARC | {("example.com", "TXT"): None}) == Authenticity(spf="temperror", dmarc="temperror")
    assert brought(SPF | {("_dmarc.example.com", "TXT"): None}, peer="198.51.100.1") == Authenticity(
        spf="fail", dmarc="temperror"
    )
    assert brought(SPF | DMARC | {KEY: None}, signed(), peer="198.51.100.1").dmarc == "temperror"
    assert brought(SPF | DMARC, signed(), peer="198.51.100.1").dmarc == "fail"  # a signature whose key isn't there
    large = UNSIGNED + b"x" * 10_000_000
    assert brought(SPF | DMARC, large, peer="198.51.100.1").verdict is Verdict.NONE


def test_our_own_mail_server_is_no_stranger() -> None:
    zone = SPF | DMARC | {(OURS, "A"): ["198.51.100.1"]}
    assert brought(zone, helo=OURS, peer="198.51.100.1") == Authenticity()
    assert brought(zone, helo=OURS, peer="198.51.100.2").verdict is Verdict.FAIL
    found = f"Authentication-Results: {OURS}; {PASSING}\r\n".encode() + UNSIGNED
    assert brought(zone, found, helo=OURS, peer="198.51.100.1") == Authenticity(Verdict.PASS, dmarc="pass")
    beside = zone | {("out1.villapuoti.example", "A"): ["198.51.100.3"]}
    assert brought(beside, found, helo="out1.villapuoti.example", peer="198.51.100.3").verdict is Verdict.PASS


def test_a_stranger_cannot_write_our_servers_findings() -> None:
    for header in (
        f"Authentication-Results: {OURS}; {PASSING}",
        f"Received-SPF: pass receiver={OURS}; envelope-from=aino@example.com",
    ):
        forged = f"{header}\r\n".encode() + UNSIGNED
        assert brought(SPF | DMARC, forged, peer="198.51.100.1").verdict is Verdict.FAIL
        assert brought(SPF, forged, peer="198.51.100.1").verdict is Verdict.NONE
        greets_as_ours = brought({(OURS, "A"): ["203.0.113.77"]}, forged, helo=OURS, peer="198.51.100.1")
        assert greets_as_ours.verdict is Verdict.NONE
        assert brought({(OURS, "A"): None}, forged, helo=OURS, peer="198.51.100.1") == Authenticity()


@pytest.mark.parametrize("sender", STRANGE_SENDERS.values(), ids=STRANGE_SENDERS)
def test_strange_senders_are_not_proven_by_the_server_either(sender: str) -> None:
    raw = f"{sender}\r\nSubject: Hei\r\n\r\nHei\r\n".encode()
    assert brought(SPF | DMARC, raw) == Authenticity(Verdict.NONE, spf="pass")
