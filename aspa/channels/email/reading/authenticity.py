"""Whether the address in From is proven.

First what our own mail server found, as it wrote into Authentication-Results (RFC 8601); where it says nothing, the
DKIM signatures are verified here (RFC 6376). The writer can put such headers into a mail too, so only those of the
servers named as trusted count, and only the topmost of them: what a server adds stands above what it was given
(RFC 8601 §5 and §7.1). ARC's results count only where the trusted server repeats them.

Aligned means of one organisation, as DMARC's relaxed alignment (RFC 7489 §3.1).
"""

from __future__ import annotations

import dataclasses
import functools
import logging
import re
import time
from collections.abc import Collection, Iterable
from typing import Protocol

import dkim
import dkim.util
import dns.exception
import dns.rdatatype
import dns.resolver

from aspa.channels.email.reading.domains import organisation
from aspa.channels.email.reading.mail import Authenticity, Mail, Verdict

_DNS_SECONDS = 3.0
_SILENCE_SECONDS = 30.0
_silent_until = 0.0
_MOST_SIGNATURES = 2
_LARGEST_TO_VERIFY = 10_000_000  # bytes; dkimpy takes a second and seven times the memory for as much
_LONGEST_RESULTS = 10_000  # characters

_TOKEN = re.compile(r'"(?P<quoted>(?:[^"\\]|\\.){0,500})"|(?P<word>[^\s;="()]+)|(?P<mark>[;=])')
_FROM = re.compile(rb"^from[ \t]*:", re.IGNORECASE | re.MULTILINE)
_BRACKETED = re.compile(r"<\s{0,3}([^<>\s]+@[^<>\s]+)\s{0,3}>")
_BARE = re.compile(r"[^\s<>,;\"()]+@[^\s<>,;\"()]+")
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_POLICY = re.compile(
    r"\b(?:p|policy|sp)\s?=\s?(reject|quarantine)\b|\bpolicy\.dmarc\s?=\s?(reject|quarantine)\b", re.IGNORECASE
)
# What ends the run of headers that the receiving server added in one go.
_WRITERS_OWN = {
    "received",
    "from",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "reply-to",
    "content-type",
}
# dkimpy reports each mail that it can't read.
_quiet = logging.getLogger("aspa.dkim.quiet")
_quiet.addHandler(logging.NullHandler())
_quiet.propagate = False


class DnsFunction(Protocol):
    """The TXT record of a name, or None when there is none or it can't be had."""

    def __call__(self, name: bytes, timeout: float = ...) -> bytes | None: ...


@dataclasses.dataclass(frozen=True, slots=True)
class _Result:
    """One method's result: "dkim", "pass", and its properties, for example "header.d"."""

    method: str
    result: str
    properties: dict[str, str]
    # The whole header as written, for the policy that some put into a comment.
    said: str


def lookup(name: bytes, timeout: float = _DNS_SECONDS) -> bytes | None:
    """A TXT record from the system's resolver; None when it isn't there or can't be had in time."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return None
    try:
        answer = _resolver().resolve(
            name.decode("ascii").rstrip("."), dns.rdatatype.TXT, lifetime=min(timeout, _DNS_SECONDS), search=False
        )
        return b"".join(next(iter(answer)).strings)
    except (dns.exception.Timeout, dns.resolver.NoNameservers):
        # A resolver that is gone would hold up each of the mails that wait.
        _silent_until = time.monotonic() + _SILENCE_SECONDS
    except (dns.exception.DNSException, OSError, UnicodeError, StopIteration):
        pass
    return None


@functools.cache
def _resolver() -> dns.resolver.Resolver:
    resolver = dns.resolver.Resolver()
    resolver.cache = dns.resolver.LRUCache(1000)
    return resolver


def authenticity_of(mail: Mail, raw: bytes, *, trusted: Collection[str], dnsfunc: DnsFunction = lookup) -> Authenticity:
    """What is known of the sender. Never raises; what can't be looked up isn't known.

    `trusted`: the names (authserv-id) under which our mail servers write Authentication-Results.
    """
    domain = _proven_domain(mail, raw)
    names = {name.strip().lower() for name in trusted}
    results = _trusted_results(mail, names) or _received_spf(mail, names)
    if results:
        return _judged(results, domain)
    return _verified(raw, domain, dnsfunc)


def _proven_domain(mail: Mail, raw: bytes) -> str:
    """The domain that a result may prove; empty when From is missing, double, or holds several addresses."""
    end = _HEADER_END.search(raw)
    if mail.sender is None or len(_FROM.findall(raw, 0, end.start() if end else len(raw))) != 1:
        return ""
    froms = mail.all_headers("from")
    if len(froms) != 1 or len(froms[0]) > 2000:
        return ""
    shown = _BRACKETED.findall(froms[0]) or _BARE.findall(froms[0])
    # The reader of mails falls back to other headers when From holds nothing; they prove nothing.
    if len(shown) != 1 or organisation(shown[0].rpartition("@")[2]) != organisation(mail.sender.domain):
        return ""
    return mail.sender.domain


def _trusted_results(mail: Mail, trusted: Collection[str]) -> list[_Result]:
    """The results of the topmost trusted headers: several only when nothing but the same server's marks parts them."""
    found: list[_Result] = []
    for name, value in mail.headers:
        if name == "authentication-results":
            server, results = _parsed(value[:_LONGEST_RESULTS])
            if server in trusted:
                found += results
            elif found:
                break
        elif found and name in _WRITERS_OWN:
            break
    return found


def _parsed(value: str) -> tuple[str, list[_Result]]:
    """The server's name and its results. A header that breaks the grammar tells what could be read of it."""
    bare = _without_comments(value)
    statements = [statement for statement in _split(bare) if statement]
    if not statements:
        return "", []
    server = statements[0][0].lower()
    found = []
    for tokens in statements[1:]:
        if len(tokens) < 3 or tokens[1] != "=":
            continue
        properties = {
            tokens[i - 1].lower(): tokens[i + 1].lower() for i in range(4, len(tokens) - 1) if tokens[i] == "="
        }
        method = tokens[0].lower().partition("/")[0]
        found.append(_Result(method, tokens[2].lower(), properties, value))
    return server, found


def _without_comments(value: str) -> str:
    """Without what stands in brackets, which may nest; within quotation marks they are letters."""
    kept, depth, quoted, escaped = [], 0, False, False
    for letter in value:
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == '"' and not depth:
            quoted = not quoted
        elif letter == "(" and not quoted:
            depth += 1
        elif letter == ")" and depth and not quoted:
            depth -= 1
            kept.append(" ")
            continue
        if not depth:
            kept.append(letter)
    return "".join(kept)


def _split(bare: str) -> list[list[str]]:
    statements: list[list[str]] = [[]]
    for match in _TOKEN.finditer(bare):
        if match["mark"] == ";":
            statements.append([])
        else:
            statements[-1].append(match["quoted"] if match["quoted"] is not None else match.group())
    return statements


def _received_spf(mail: Mail, trusted: Collection[str]) -> list[_Result]:
    """The topmost Received-SPF (RFC 7208 §9.1), when a trusted server says that it wrote it."""
    value = mail.header("received-spf")[:_LONGEST_RESULTS]
    receiver = re.search(r"\breceiver=\"?([\w.-]+)", value)
    if receiver is None or receiver[1].lower() not in trusted:
        return []
    sender = re.search(r"\benvelope-from=\"?<?([^\s\";<>]+)", value)
    properties = {"smtp.mailfrom": sender[1].lower()} if sender else {}
    return [_Result("spf", value.split(None, 1)[0].lower(), properties, "")]


def _judged(results: Iterable[_Result], domain: str) -> Authenticity:
    by_method: dict[str, list[_Result]] = {}
    for each in results:
        by_method.setdefault(each.method, []).append(each)
    # The topmost result of DMARC counts, and only when it is about the address that we see.
    dmarc = next((r for r in by_method.get("dmarc", []) if _is_about(r, domain)), None)
    dkims, spf = by_method.get("dkim", []), next(iter(by_method.get("spf", [])), None)
    aligned_dkim = next((r for r in dkims if r.result == "pass" and _aligned(_signer(r), domain)), None)
    aligned_spf = (
        spf if spf and spf.result == "pass" and _aligned(spf.properties.get("smtp.mailfrom", ""), domain) else None
    )
    shown_dkim = aligned_dkim or next(iter(dkims), None)
    if dmarc and dmarc.result in ("fail", "permerror"):
        verdict = Verdict.FAIL if dmarc.result == "fail" else Verdict.NONE
    elif domain and ((dmarc and dmarc.result == "pass") or aligned_dkim or aligned_spf):
        verdict = Verdict.PASS
    elif _fails_by_policy([*dkims, *by_method.get("spf", []), *by_method.get("dmarc", [])]):
        verdict = Verdict.FAIL
    else:
        verdict = Verdict.NONE
    return Authenticity(verdict, _of(spf), _of(shown_dkim), _of(dmarc))


def _of(result: _Result | None) -> str:
    return result.result[:20] if result else ""


def _is_about(result: _Result, domain: str) -> bool:
    """Whose DMARC it is: some servers don't say, then it is From's."""
    about = result.properties.get("header.from", "")
    return not about or not domain or _aligned(about, domain)


def _signer(result: _Result) -> str:
    return result.properties.get("header.d", "") or result.properties.get("header.i", "")


def _aligned(address_or_domain: str, domain: str) -> bool:
    other = address_or_domain.rpartition("@")[2].strip("<> ")
    return bool(domain and other) and organisation(other) == organisation(domain)


def _fails_by_policy(results: Collection[_Result]) -> bool:
    """The server tells a strict policy of the domain, and nothing passed."""
    has_failed = any(result.result in ("fail", "hardfail") for result in results)
    has_passed = any(result.result == "pass" for result in results)
    return has_failed and not has_passed and any(_POLICY.search(result.said) for result in results)


def _verified(raw: bytes, domain: str, dnsfunc: DnsFunction) -> Authenticity:
    """By the mail's own signatures that could prove From's domain.

    A broken one proves nothing, not even a forgery: the footers of mailing lists break honest ones.
    """
    if not domain or len(raw) > _LARGEST_TO_VERIFY:
        return Authenticity()
    found = ""
    for index, message in _provable(raw, domain):
        key = _Key(dnsfunc)
        if _holds(message, index, key):
            return Authenticity(Verdict.PASS, dkim="pass")
        found = "fail" if key.is_known else found or "none"
    return Authenticity(dkim=found)


def _provable(raw: bytes, domain: str) -> list[tuple[int, dkim.DKIM]]:
    """The signatures worth a look-up, by their places."""
    try:
        message = dkim.DKIM(raw, logger=_quiet, timeout=_DNS_SECONDS)
    except (dkim.MessageFormatError, IndexError):
        # A header that begins with a folded line makes it look for the line before.
        return []
    signatures = [value for name, value in message.headers if name.lower() == b"dkim-signature"]
    return [(index, message) for index, value in enumerate(signatures) if _may_prove(value, domain)][:_MOST_SIGNATURES]


def _may_prove(signature: bytes, domain: str) -> bool:
    """Aligned, and of the whole body: with l= anything may be appended (RFC 6376 §8.2)."""
    try:
        tags = dkim.util.parse_tag_value(signature)
    except dkim.util.InvalidTagValueList:
        return False
    return b"l" not in tags and _aligned(tags.get(b"d", b"").decode("ascii", "replace"), domain)


def _holds(message: dkim.DKIM, index: int, key: _Key) -> bool:
    try:
        return bool(message.verify(index, dnsfunc=key))
    except Exception:
        # dkimpy says so of a changed body, and hostile signatures make it raise whatever they please.
        return False


class _Key:
    """Asks for a key, and remembers whether there was an answer."""

    def __init__(self, dnsfunc: DnsFunction) -> None:
        self._dnsfunc = dnsfunc
        self.is_known = False

    def __call__(self, name: bytes, timeout: float = _DNS_SECONDS) -> bytes | None:
        record = self._dnsfunc(name, timeout=timeout)
        self.is_known = record is not None
        return record
