"""The organisation behind a domain, by the public suffix list that comes with the package (no network)."""

from __future__ import annotations

import functools

from publicsuffixlist import PublicSuffixList


def organisation(domain: str) -> str:
    """example.co.uk of mail.example.co.uk, as DMARC aligns domains (RFC 7489 §3.2); the domain itself when unknown."""
    domain = domain.strip().rstrip(".").lower()
    try:
        domain = domain.encode("idna").decode("ascii") if not domain.isascii() else domain
    except UnicodeError:
        return domain
    return _organisation(domain)


@functools.lru_cache(4096)
def _organisation(domain: str) -> str:
    return _suffixes().privatesuffix(domain) or domain


@functools.cache
def _suffixes() -> PublicSuffixList:
    # A fifth of a second and some megabytes: only where mail is read.
    return PublicSuffixList()
