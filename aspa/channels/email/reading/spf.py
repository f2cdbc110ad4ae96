"""Whether a domain lets a server send for it: SPF (RFC 7208), evaluated for mail that came to our own receiver.

Section numbers are of the RFC. What a record explains to those it refuses (exp=) isn't fetched: nobody is refused here.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import re
from urllib.parse import quote

from aspa.channels.email.reading.names import Ask, Unanswered, as_asked

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address

# 4.6.4: terms that ask the DNS, those of them that found nothing, and the servers of one name.
_MOST_LOOKUPS, _MOST_VOID, _MOST_SERVERS = 10, 2, 10
_LONGEST_NAME = 253
_RESULTS = {"": "pass", "+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}

_MECHANISM = re.compile(r"(?P<sign>[+?~-]?)(?P<name>all|include|a|mx|ptr|ip4|ip6|exists)(?P<rest>[:/].*)?", re.I)
_MODIFIER = re.compile(r"(?P<name>[a-z][a-z0-9_.-]*)=(?P<value>.*)", re.I)
_WIDTH = r"0|[1-9][0-9]{0,2}"
_PLACE = re.compile(rf"(?::(?P<name>.+?))?(?:/(?P<four>{_WIDTH}))?(?://(?P<six>{_WIDTH}))?")
# 7.1: "c", "r" and "t" are for explanations alone.
_MACRO = re.compile(
    r"%(?:(?P<sign>[%_-])|\{(?P<letter>[slodiphv])(?P<keep>[1-9][0-9]{0,2}|)(?P<turned>r?)(?P<marks>[.+,/_=-]*)\})",
    re.I,
)
_MACRO_STRING = re.compile(rf"(?:[!-$&-~]|{re.sub(r'[?]P<[a-z]+>', '', _MACRO.pattern)})*", re.I)
_EXPLAINING = re.compile(r"%\{([crt])", re.I)
_DOMAIN_END = re.compile(r".*(?:%\{[^}]*\}|%[%_-]|\.(?=[0-9-]*[a-z]|[0-9]+-)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.?)", re.I)
_SIGNS = {"%": "%", "_": " ", "-": "%20"}


@dataclasses.dataclass(frozen=True, slots=True)
class Spf:
    """`result`: pass | fail | softfail | neutral | none | temperror | permerror. `domain`: whose record was asked."""

    result: str
    domain: str


@dataclasses.dataclass(frozen=True, slots=True)
class _Term:
    """A mechanism, or with sign "=" a modifier: its name in small letters, and what stands behind it."""

    sign: str
    name: str
    rest: str


class _Broken(Exception):
    """The record can't be understood, or asks for too much: permerror."""


def check(peer: str, mail_from: str, helo: str, ask: Ask) -> Spf:
    """`peer`: the address of the server that brought the mail. With the null sender the greeting's name counts (2.4).

    Raises nothing.
    """
    local, _, domain = mail_from.rpartition("@")
    domain = as_asked(domain if mail_from else helo)
    try:
        ip = ipaddress.ip_address(peer)
    except ValueError:
        return Spf("none", domain)
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    labels = domain.split(".")
    is_name = len(labels) > 1 and len(domain) <= _LONGEST_NAME and all(0 < len(label) <= 63 for label in labels)
    if not is_name or domain.startswith("["):
        return Spf("none", domain)
    try:
        return Spf(_Check(ip, local or "postmaster", domain, as_asked(helo), ask).host(domain), domain)
    except Unanswered:
        return Spf("temperror", domain)
    except _Broken:
        return Spf("permerror", domain)


class _Check:
    """One mail's: it counts the look-ups over all the records that refer to one another."""

    def __init__(self, ip: Ip, local: str, domain: str, helo: str, ask: Ask) -> None:
        self._ip, self._local, self._domain, self._helo, self._ask = ip, local, domain, helo, ask
        self._lookups = self._void = 0
        self._peers: list[str] | None = None

    def host(self, domain: str) -> str:
        """check_host() of 4. Raises Unanswered, _Broken."""
        records = [text for text in self._ask(domain, "TXT") if text.lower().split(" ", 1)[0] == "v=spf1"]
        if not records:
            return "none"
        if len(records) > 1:
            raise _Broken
        # All of it is read before any of it counts (4.6).
        terms = _terms(records[0])
        for term in terms:
            if term.sign != "=" and self._matches(term, domain):
                return _RESULTS[term.sign]
        for term in terms:
            if (term.sign, term.name) == ("=", "redirect"):
                self._count()
                result = self.host(self._expanded(term.rest, domain))
                if result == "none":
                    raise _Broken
                return result
        return "neutral"

    def _matches(self, term: _Term, domain: str) -> bool:
        if term.name == "all":
            return True
        if term.name in ("ip4", "ip6"):
            return _is_in(self._ip, term.rest[1:])
        self._count()
        place = _PLACE.fullmatch(term.rest)
        assert place is not None  # `_terms` has seen to it
        name = self._expanded(place["name"], domain) if place["name"] else domain
        if term.name == "include":
            return self._includes(name)
        if term.name == "exists":
            return bool(self._found(name, "A"))
        if term.name == "ptr":
            return any(_is_within(one, name) for one in self._names(domain))
        width = (place["four"] or "32") if self._ip.version == 4 else (place["six"] or "128")
        hosts = [name]
        if term.name == "mx":
            hosts = self._found(name, "MX")
            if len(hosts) > _MOST_SERVERS:
                raise _Broken
        return any(_is_in(self._ip, f"{one}/{width}") for host in hosts for one in self._found(host, self._kind))

    def _includes(self, name: str) -> bool:
        result = self.host(name)
        if result == "none":
            raise _Broken
        return result == "pass"

    @property
    def _kind(self) -> str:
        return "A" if self._ip.version == 4 else "AAAA"

    def _count(self) -> None:
        self._lookups += 1
        if self._lookups > _MOST_LOOKUPS:
            raise _Broken

    def _found(self, name: str, kind: str) -> list[str]:
        records = self._ask(name, kind)
        if not records:
            self._void += 1
            if self._void > _MOST_VOID:
                raise _Broken
        return records

    def _names(self, domain: str) -> list[str]:
        """The names of the server that lead back to it, those within `domain` first (5.5). What fails is none."""
        if self._peers is None:
            self._peers = self._leading_back()
        return sorted(self._peers, key=lambda one: (one.lower() != domain, not _is_within(one, domain)))

    def _leading_back(self) -> list[str]:
        try:
            told = self._found(self._ip.reverse_pointer, "PTR")[:_MOST_SERVERS]
        except Unanswered:
            return []
        names = []
        for name in told:
            try:
                back = self._ask(name, self._kind)
            except Unanswered:
                continue
            if any(_is_in(self._ip, one) for one in back):
                names.append(name)
        return names

    def _expanded(self, spec: str, domain: str) -> str:
        """A domain-spec with its macros filled in (7)."""

        def filled(macro: re.Match[str]) -> str:
            if macro["sign"]:
                return _SIGNS[macro["sign"]]
            value = self._value(macro["letter"].lower(), domain)
            parts = re.split(f"[{re.escape(macro['marks'] or '.')}]", value)
            if macro["turned"]:
                parts.reverse()
            value = ".".join(parts[-int(macro["keep"]) :] if macro["keep"] else parts)
            return quote(value, safe="") if macro["letter"].isupper() else value

        name = _MACRO.sub(filled, spec).rstrip(".")
        # Labels are left out from the left until it fits (7.3).
        return name if len(name) <= _LONGEST_NAME else name[-_LONGEST_NAME - 1 :].partition(".")[2]

    def _value(self, letter: str, domain: str) -> str:
        if letter == "p":
            return next(iter(self._names(domain)), "unknown")
        if letter == "i":
            return str(self._ip) if self._ip.version == 4 else ".".join(self._ip.exploded.replace(":", ""))
        return {
            "s": f"{self._local}@{self._domain}",
            "l": self._local,
            "o": self._domain,
            "d": domain,
            "v": "in-addr" if self._ip.version == 4 else "ip6",
            "h": self._helo,
        }[letter]


def _terms(record: str) -> list[_Term]:
    """Raises _Broken when anything of the record breaks the grammar (12)."""
    if not record.isascii():
        raise _Broken
    terms = [_term(word) for word in record.split(" ")[1:] if word]
    modifiers = [term.name for term in terms if term.sign == "=" and term.name in ("redirect", "exp")]
    if len(modifiers) != len(set(modifiers)):
        raise _Broken
    return terms


def _term(word: str) -> _Term:
    if mechanism := _MECHANISM.fullmatch(word):
        term = _Term(mechanism["sign"], mechanism["name"].lower(), mechanism["rest"] or "")
        _check_mechanism(term)
        return term
    modifier = _MODIFIER.fullmatch(word)
    if modifier is None:
        raise _Broken
    term = _Term("=", modifier["name"].lower(), modifier["value"])
    if term.name in ("redirect", "exp"):
        _check_domain(term.rest)
    elif not _MACRO_STRING.fullmatch(_EXPLAINING.sub("%{d", term.rest)):
        raise _Broken
    return term


def _check_mechanism(term: _Term) -> None:
    if term.name in ("ip4", "ip6"):
        return _check_network(term)
    place = _PLACE.fullmatch(term.rest)
    if (
        place is None
        or (term.name == "all" and term.rest)
        or (term.name in ("include", "exists") and not place["name"])
    ):
        raise _Broken
    if term.name not in ("a", "mx") and (place["four"] or place["six"]):
        raise _Broken
    if int(place["four"] or 0) > 32 or int(place["six"] or 0) > 128:
        raise _Broken
    if place["name"]:
        _check_domain(place["name"])


def _check_network(term: _Term) -> None:
    address, slash, width = term.rest[1:].partition("/")
    try:
        family: type[Ip] = ipaddress.IPv4Address if term.name == "ip4" else ipaddress.IPv6Address
        most = family(address).max_prefixlen
    except ValueError:
        raise _Broken from None
    if "%" in address or (slash and (not re.fullmatch(_WIDTH, width) or int(width) > most)):
        raise _Broken


def _check_domain(spec: str) -> None:
    if not (_MACRO_STRING.fullmatch(spec) and _DOMAIN_END.fullmatch(spec)):
        raise _Broken


def _is_in(ip: Ip, network: str) -> bool:
    try:
        return ip in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


def _is_within(name: str, domain: str) -> bool:
    name, domain = name.lower().rstrip("."), domain.lower().rstrip(".")
    return name == domain or name.endswith(f".{domain}")
