"""The DNS, as what is told of a sender is looked up in it: by the system's resolver, never for long.

Senders choose what is asked for, so one whose name servers are silent or slow is left alone for a while, without harm to
the others; when nobody answers any more the resolver itself is gone, and would hold up each of the mails that wait.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable

import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver

from aspa.channels.email.reading.domains import organisation
from aspa.kit.rates import Buckets

DNS_SECONDS = 3.0
_SILENCE_SECONDS = 30.0
_MOST_UNANSWERED = 3  # in a row, before the resolver is taken to be gone
_MOST_REMEMBERED = 1000
# Tenths of a second that we wait for one organisation within five minutes.
_MOST_TENTHS = 50

# (name, type) to the records as texts, [] when there are none; a byte of a TXT record is a letter of its own (Latin-1).
# Raises Unanswered.
Ask = Callable[[str, str], list[str]]

# Until when whom not to ask, by organisation; "" is everybody. Seconds of the monotonic clock.
_silent_until: dict[str, float] = {}
_unanswered = 0
_waited = Buckets(rate_per_s=_MOST_TENTHS / 300, burst=_MOST_TENTHS, most_keys=_MOST_REMEMBERED)


class Unanswered(Exception):
    """The DNS didn't answer in time, or not sensibly."""


def lookup(name: bytes, timeout: float = DNS_SECONDS) -> bytes | None:
    """A TXT record; None when it isn't there or can't be had in time."""
    try:
        records = _asked(name.decode("ascii"), "TXT", min(timeout, DNS_SECONDS))
    except (Unanswered, UnicodeError):
        return None
    return records[0].encode("latin-1") if records else None


def asking(seconds: float) -> Ask:
    """Ask for as much as can be had within these seconds; what comes after them is Unanswered."""
    ends = time.monotonic() + seconds

    def ask(name: str, kind: str) -> list[str]:
        left = ends - time.monotonic()
        if left <= 0:
            raise Unanswered
        return _asked(name, kind, min(left, DNS_SECONDS))

    return ask


def as_asked(domain: str) -> str:
    """A domain as the DNS knows it; empty when that can't be."""
    domain = domain.strip().rstrip(".").lower()
    try:
        return domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _asked(name: str, kind: str, seconds: float) -> list[str]:
    whose = organisation(name)
    began = time.monotonic()
    if began < max(_silent_until.get("", 0.0), _silent_until.get(whose, 0.0)):
        raise Unanswered
    try:
        return _records(name, kind, seconds, whose)
    finally:
        now = time.monotonic()
        tenths = min(int((now - began) * 10), _MOST_TENTHS)
        if tenths and _waited.take(whose, now, count=tenths):
            _leave_alone(whose)


def _records(name: str, kind: str, seconds: float, whose: str) -> list[str]:
    global _unanswered
    try:
        # Not from its text: a backslash in a name that a sender chose isn't to be taken for an escape.
        asked = dns.name.Name([label.encode("ascii") for label in name.rstrip(".").split(".")] + [b""])
        answer = _resolver().resolve(asked, kind, lifetime=seconds, search=False)
        _unanswered = 0
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        _unanswered = 0
        return []
    except (dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel, UnicodeError):
        return []
    except dns.exception.Timeout as problem:
        _unanswered += 1
        _leave_alone(whose if _unanswered < _MOST_UNANSWERED else "")
        raise Unanswered from problem
    except dns.resolver.NoNameservers as problem:
        _leave_alone(whose)
        raise Unanswered from problem
    except (dns.exception.DNSException, OSError) as problem:
        raise Unanswered from problem
    if kind == "TXT":
        return [b"".join(record.strings).decode("latin-1") for record in answer]
    if kind == "MX":
        return [str(record.exchange).rstrip(".") for record in answer]
    return [str(record).rstrip(".") for record in answer]


def _leave_alone(whose: str) -> None:
    if len(_silent_until) >= _MOST_REMEMBERED:
        _silent_until.clear()
    _silent_until[whose] = time.monotonic() + _SILENCE_SECONDS


@functools.cache
def _resolver() -> dns.resolver.Resolver:
    resolver = dns.resolver.Resolver()
    resolver.cache = dns.resolver.LRUCache(1000)
    return resolver
