"""What the DNS says of the address' domain: whether mail to it arrives, and whether its letters are believed.

SPF (RFC 7208) names the servers that may send for a domain, DKIM (RFC 6376) holds the key of its signatures, DMARC
(RFC 7489) says what becomes of letters that neither proves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from django.utils.encoding import punycode
from django.utils.translation import gettext as _
from dns import exception, resolver

from aspa.core.inboxes.channel import Finding

if TYPE_CHECKING:
    from aspa.channels.email.settings import Settings

# (name, type) to the records as texts; [] when there are none. Raises Unanswered.
Ask = Callable[[str, str], list[str]]
SECONDS = 4.0
# RFC 7208 4.6.4: with more, SPF counts as broken.
MOST_LOOKUPS = 10
# The selectors of the great services and of the usual mail servers' guides: a selector can't be asked for.
SELECTORS = (
    "google", "selector1", "selector2", "default", "mail", "dkim", "k1", "k2", "k3", "s1", "s2", "pm", "pm-bounces", "mta",
    "mx", "smtp", "key1", "key2", "fm1", "zoho", "brevo1", "brevo2", "mailjet", "scph0", "resend", "mlsend", "sig1",
)  # fmt: skip
# What the SPF record has to include when letters go by these.
INCLUDES = {
    "smtp.gmail.com": "_spf.google.com",
    "smtp.office365.com": "spf.protection.outlook.com",
    "mailgun": "mailgun.org",
    "sendgrid": "sendgrid.net",
}
_LOOKUP = re.compile(
    r"[+?~-]?(?:(?P<how>include|exists|a|mx|ptr)(?::(?P<name>\S+))?(?:/\S*)?|redirect=(?P<to>\S+))", re.I
)


class Unanswered(Exception):
    """The DNS didn't answer in time, or not sensibly."""


def findings(settings: Settings, ask: Ask | None = None) -> list[Finding]:
    """MX, SPF, DKIM and DMARC, each in words."""
    asking = ask or _ask
    domain = punycode(settings.address.rpartition("@")[2])
    looks = (
        ("MX", lambda: _mx(domain, settings, asking)),
        ("SPF", lambda: _spf(domain, settings, asking)),
        ("DKIM", lambda: _dkim(domain, asking)),
        ("DMARC", lambda: _dmarc(domain, settings, asking)),
    )
    return [_looked(subject, look) for subject, look in looks]


def _looked(subject: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except Unanswered:
        return Finding(
            "warning",
            subject,
            _("The DNS didn't answer."),
            _("Look again later, and check this machine's name server."),
        )


def _ask(name: str, kind: str) -> list[str]:
    try:
        answer = resolver.resolve(name, kind, lifetime=SECONDS)
    except (resolver.NXDOMAIN, resolver.NoAnswer):
        return []
    except (exception.DNSException, OSError, UnicodeError) as error:
        raise Unanswered from error
    if kind == "TXT":
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
    if kind == "MX":
        return [str(record.exchange).rstrip(".") for record in sorted(answer, key=lambda one: int(one.preference))]
    return [str(record) for record in answer]


def _mx(domain: str, settings: Settings, ask: Ask) -> Finding:
    servers = ask(domain, "MX")
    if servers and servers != [""]:
        return Finding("ok", "MX", _("Mail to %(domain)s goes to %(servers)s.") % {
            "domain": domain, "servers": ", ".join(servers[:3])
        })  # fmt: skip
    return Finding(
        "warning" if settings.incoming == "none" else "error",
        "MX",
        _("Nothing says where mail to %(domain)s goes.") % {"domain": domain},
        _("Without an MX record nobody can answer. Add one that names the mail server."),
    )


def _spf(domain: str, settings: Settings, ask: Ask) -> Finding:
    records = [record for record in ask(domain, "TXT") if record.lower().split(" ")[0] == "v=spf1"]
    include = INCLUDES.get(settings.service if settings.outgoing == "service" else settings.smtp_host)
    wanted = f"include:{include}" if include else "mx"
    if not records:
        return Finding(
            "error",
            "SPF",
            _("Nothing says who may send for %(domain)s.") % {"domain": domain},
            _("Add a TXT record, with what else sends for you in it:"),
            f"v=spf1 {wanted} ~all",
        )
    if len(records) > 1:
        return Finding(
            "error",
            "SPF",
            _("There are %(count)s records.") % {"count": len(records)},
            _("Join them into one: with several none counts."),
        )
    return _judged(records[0], include, ask)


def _judged(record: str, include: str | None, ask: Ask) -> Finding:
    terms = record.lower().split()
    count, included = _lookups(record, ask)
    if count > MOST_LOOKUPS:
        advice = _(
            "At most ten are allowed: with more receivers take the record for broken. Remove what you don't use."
        )
        return Finding("error", "SPF", _("The record asks for %(count)s look-ups.") % {"count": count}, advice, record)
    if "+all" in terms or "all" in terms:
        return Finding("error", "SPF", _("The record lets everybody send."), _("End it with ~all or -all."), record)
    if include and include not in included:
        return Finding(
            "error",
            "SPF",
            _("The record doesn't name the server that sends our letters."),
            _("Add include:%(name)s before its end.") % {"name": include},
            record,
        )
    if "?all" in terms or not ({"~all", "-all"} & set(terms) or any(term.startswith("redirect=") for term in terms)):
        return Finding("warning", "SPF", _("The record forbids nobody."), _("End it with ~all or -all."), record)
    return Finding("ok", "SPF", record)


def _lookups(record: str, ask: Ask) -> tuple[int, set[str]]:
    """How many look-ups the record asks for, and what it includes, through all that it includes."""
    count, included, to_read = 0, set[str](), [record]
    while to_read and count <= MOST_LOOKUPS:
        for term in to_read.pop().split()[1:]:
            found = _LOOKUP.fullmatch(term)
            if found is None:
                continue
            count += 1
            name = (found["to"] or (found["name"] if (found["how"] or "").lower() == "include" else None) or "").lower()
            if name and name not in included and "%" not in name:
                included.add(name)
                to_read += [one for one in ask(name, "TXT") if one.lower().startswith("v=spf1")]
    return count, included


def _dkim(domain: str, ask: Ask) -> Finding:
    for selector in SELECTORS:
        keys = [key for key in ask(f"{selector}._domainkey.{domain}", "TXT") if "p=" in key]
        if keys:
            if re.search(r"p=\s*(?:;|$)", keys[0]):
                continue
            return Finding("ok", "DKIM", _("A key is there: %(name)s.") % {"name": f"{selector}._domainkey"})
    return Finding(
        "warning",
        "DKIM",
        _("No key is found under the usual names."),
        _(
            "Have your mail server or service sign the letters; it tells which record to add. If it does already, under"
            " a name of its own, all is well."
        ),
    )


def _dmarc(domain: str, settings: Settings, ask: Ask) -> Finding:
    record = next(_dmarc_records(domain, ask), "")
    if not record:
        return Finding(
            "warning",
            "DMARC",
            _("Nothing says what to do with forged letters."),
            _("Add a TXT record at %(name)s; great providers put letters without one aside.")
            % {"name": f"_dmarc.{domain}"},
            f"v=DMARC1; p=none; rua=mailto:{settings.address}",
        )
    policy = re.search(r";\s*p\s*=\s*(\w+)", record)
    if policy is None:
        return Finding(
            "error", "DMARC", _("The record says nothing."), _("It needs p=none, p=quarantine or p=reject."), record
        )
    if policy[1].lower() == "none":
        return Finding(
            "ok", "DMARC", _("Forged letters are watched and let through (p=none)."),
            _("When the reports are clean, p=quarantine protects your customers."), record,
        )  # fmt: skip
    return Finding("ok", "DMARC", record)


def _dmarc_records(domain: str, ask: Ask) -> Iterator[str]:
    """The domain's own record, else that of the domain it belongs to."""
    labels = domain.split(".")
    for place in range(max(len(labels) - 1, 1)):
        yield from (
            one for one in ask("_dmarc." + ".".join(labels[place:]), "TXT") if one.lower().startswith("v=dmarc1")
        )
