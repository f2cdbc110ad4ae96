"""Whether the address in From is proven.

First what our own mail server found, as it wrote into Authentication-Results (RFC 8601); where it says nothing, the
DKIM signatures are verified here (RFC 6376), and of a mail that an outside server brought to our own receiver also SPF
(RFC 7208) and DMARC (RFC 7489). The writer can put such headers into a mail too, so only those of the servers named as
trusted count, and only the topmost of them: what a server adds stands above what it was given (RFC 8601 §5 and §7.1).
ARC's results count only where the trusted server repeats them.

Aligned means of one organisation, as DMARC's relaxed alignment (RFC 7489 §3.1); where the policy was looked up here, what
it asks for.
"""

from __future__ import annotations

import dataclasses
import logging
import re
from collections.abc import Collection, Iterable
from typing import Protocol

import dkim
import dkim.util

from aspa.channels.email.reading.domains import organisation
from aspa.channels.email.reading.mail import Authenticity, Brought, Mail, Verdict
from aspa.channels.email.reading.names import DNS_SECONDS, Ask, Unanswered, as_asked, asking, lookup
from aspa.channels.email.reading.spf import check

# For all that is asked about one mail that was brought to us.
_BUDGET_SECONDS = 5.0
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


def authenticity_of(
    mail: Mail,
    raw: bytes,
    *,
    trusted: Collection[str],
    brought: Brought | None = None,
    dnsfunc: DnsFunction = lookup,
    ask: Ask | None = None,
) -> Authenticity:
    """What is known of the sender. Never raises; what can't be looked up isn't known.

    `trusted`: the names (authserv-id) under which our mail servers write Authentication-Results. `brought`: by whom, when
    our own receiver took it from outside; then `ask` is asked, otherwise `dnsfunc`.
    """
    domain = _proven_domain(mail, raw)
    names = {name.strip().lower() for name in trusted}
    if brought is not None:
        ask = ask or asking(_BUDGET_SECONDS)
        dnsfunc = _Keys(ask)
        is_ours = _is_ours(brought, names, ask)
        if is_ours is False:
            # A stranger may have written any header, and each of them in our servers' names.
            return _checked(raw, domain, brought, ask)
        if is_ours is None:
            names = set()
    results = _trusted_results(mail, names) or _received_spf(mail, names)
    return _judged(results, domain) if results else _verified(raw, domain, dnsfunc)


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


def _aligned(address_or_domain: str, domain: str, *, is_strict: bool = False) -> bool:
    other = address_or_domain.rpartition("@")[2].strip("<> ")
    if is_strict and as_asked(other) != as_asked(domain):
        return False
    return bool(domain and other) and organisation(other) == organisation(domain)


def _fails_by_policy(results: Collection[_Result]) -> bool:
    """The server tells a strict policy of the domain, and nothing passed."""
    has_failed = any(result.result in ("fail", "hardfail") for result in results)
    has_passed = any(result.result == "pass" for result in results)
    return has_failed and not has_passed and any(_POLICY.search(result.said) for result in results)


def _is_ours(brought: Brought, trusted: Collection[str], ask: Ask) -> bool | None:
    """Whether a mail server that we trust brought it, or one beside it; None when that can't be found out.

    It greets with a name of the same organisation, and the name leads back to it.
    """
    name = as_asked(brought.helo)
    if organisation(name) not in {organisation(one) for one in trusted}:
        return False
    try:
        return brought.peer in ask(name, "AAAA" if ":" in brought.peer else "A")
    except Unanswered:
        return None


def _checked(raw: bytes, domain: str, brought: Brought, ask: Ask) -> Authenticity:
    """By SPF, DKIM and DMARC, all of them asked here: nobody before us has."""
    spf = check(brought.peer, brought.mail_from, brought.helo, ask)
    keys = _Keys(ask)
    try:
        policy, is_sure = _policy(domain, ask), True
    except Unanswered:
        policy, is_sure = {}, False
    dkim = _verified(raw, domain, keys, is_strict=policy.get("adkim") == "s")
    is_aligned = _aligned(spf.domain, domain, is_strict=policy.get("aspf") == "s")
    is_proven = dkim.verdict is Verdict.PASS or (spf.result == "pass" and is_aligned)
    is_open = keys.has_failed or len(raw) > _LARGEST_TO_VERIFY or (spf.result == "temperror" and is_aligned)
    if not domain:
        dmarc = ""
    elif not is_sure or (policy and is_open and not is_proven):
        dmarc = "temperror"
    elif not policy:
        dmarc = "none"
    else:
        dmarc = "pass" if is_proven else "fail"
    verdict = Verdict.PASS if is_proven else Verdict.FAIL if dmarc == "fail" else Verdict.NONE
    return Authenticity(verdict, spf.result, dkim.dkim, dmarc)


def _policy(domain: str, ask: Ask) -> dict[str, str]:
    """The tags of the DMARC record that counts for the domain, empty without one (RFC 7489 §6.6.3). Raises Unanswered."""
    for name in dict.fromkeys((as_asked(domain), organisation(domain))) if domain else ():
        found = [tags for text in ask(f"_dmarc.{name}", "TXT") if (tags := _tags(text))]
        if found:
            return found[0] if len(found) == 1 else {}
    return {}


def _tags(record: str) -> dict[str, str]:
    """Empty when it is no DMARC record."""
    if not re.match(r"v\s*=\s*DMARC1\s*(?:;|$)", record):
        return {}
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip().lower() for name, _, value in pairs}


def _verified(raw: bytes, domain: str, dnsfunc: DnsFunction, *, is_strict: bool = False) -> Authenticity:
    """By the mail's own signatures that could prove From's domain.

    A broken one proves nothing, not even a forgery: the footers of mailing lists break honest ones.
    """
    if not domain or len(raw) > _LARGEST_TO_VERIFY:
        return Authenticity()
    found = ""
    for index, message in _provable(raw, domain, is_strict):
        key = _Key(dnsfunc)
        if _holds(message, index, key):
            return Authenticity(Verdict.PASS, dkim="pass")
        found = "fail" if key.is_known else found or "none"
    return Authenticity(dkim=found)


def _provable(raw: bytes, domain: str, is_strict: bool) -> list[tuple[int, dkim.DKIM]]:
    """The signatures worth a look-up, by their places."""
    try:
        message = dkim.DKIM(raw, logger=_quiet, timeout=DNS_SECONDS)
    except (dkim.MessageFormatError, IndexError):
        # A header that begins with a folded line makes it look for the line before.
        return []
    signatures = [value for name, value in message.headers if name.lower() == b"dkim-signature"]
    return [(index, message) for index, value in enumerate(signatures) if _may_prove(value, domain, is_strict)][
        :_MOST_SIGNATURES
    ]


def _may_prove(signature: bytes, domain: str, is_strict: bool) -> bool:
    """Aligned, and of the whole body: with l= anything may be appended (RFC 6376 §8.2)."""
    try:
        tags = dkim.util.parse_tag_value(signature)
    except dkim.util.InvalidTagValueList:
        return False
    return b"l" not in tags and _aligned(tags.get(b"d", b"").decode("ascii", "replace"), domain, is_strict=is_strict)


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

    def __call__(self, name: bytes, timeout: float = DNS_SECONDS) -> bytes | None:
        record = self._dnsfunc(name, timeout=timeout)
        self.is_known = record is not None
        return record


class _Keys:
    """Asks for keys among what is asked about a mail, and remembers whether an answer failed to come."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.has_failed = False

    def __call__(self, name: bytes, timeout: float = DNS_SECONDS) -> bytes | None:
        try:
            records = self._ask(name.decode("ascii").rstrip("."), "TXT")
        except Unanswered:
            self.has_failed = True
            return None
        except UnicodeError:
            return None
        return records[0].encode("latin-1") if records else None
