"""Whether the mail server in front of us took the mail for spam, by the headers that servers leave.

- SpamAssassin: X-Spam-Flag, X-Spam-Status, X-Spam-Level (a star a point)
- Rspamd: X-Rspamd-Action, X-Spamd-Result, X-Spam (https://docs.rspamd.com/modules/milter_headers/)
- Exchange Online: X-Forefront-Antispam-Report (SFV, SCL), X-MS-Exchange-Organization-SCL
  (https://learn.microsoft.com/defender-office-365/message-headers-eop-mdo)
- Barracuda, Proofpoint, Halon, Bogofilter, dspam and the like: a word
"""

from __future__ import annotations

import re

from aspa.channels.email.reading.mail import Mail

_STARS = 5
# Exchange delivers 5 and 6 as spam, 9 as sure; -1 means that a rule let it through.
_SCL = 5
_YES = re.compile(r"\s*(?:yes|true|spam|1)\b", re.IGNORECASE)
_SAYS_YES = (
    "x-spam-flag",
    "x-spam-status",
    "x-spam",
    "x-barracuda-spam-flag",
    "x-barracuda-spam-status",
    "x-bogosity",
    "x-dspam-result",
    "x-proofpoint-spam-flag",
    "x-ovh-spam-status",
)
_WORDS = {
    "x-rspamd-action": re.compile(r"\s*(?:add header|rewrite subject|reject|quarantine)\b", re.IGNORECASE),
    "x-spamd-result": re.compile(r"\s*default:\s*true\b", re.IGNORECASE),
    "x-proofpoint-spam-details": re.compile(r"\brule=\w*spam\b(?!.{0,80}notspam)", re.IGNORECASE),
}
_LEVEL = re.compile(r"\*+")
_SCORE = re.compile(r"\bSCL:\s?(-?\d+)", re.IGNORECASE)
_FOREFRONT_SPAM = re.compile(
    r"\bSFV:\s?(?:SPM|SKS|SKB)\b|\bCAT:\s?(?:SPM|HSPM|PHSH|HPHSH|HPHISH|MALW)\b", re.IGNORECASE
)
_SUBJECT = re.compile(
    r"\s{0,5}(?:\[(?:[^\]]{0,20}\b)?(?:spam|roskaposti|skräppost)\b[^\]]{0,20}\]|\*{2,6}\s?spam\s?\*{2,6})",
    re.IGNORECASE,
)


def says_spam(mail: Mail) -> str:
    """Empty, or what the server says, for example "X-Spam-Flag: YES"."""
    for name in _SAYS_YES:
        if _YES.match(mail.header(name)):
            return _said(mail, name)
    for name, pattern in _WORDS.items():
        if pattern.search(mail.header(name)):
            return _said(mail, name)
    if (stars := _LEVEL.search(mail.header("x-spam-level"))) and len(stars[0]) >= _STARS:
        return _said(mail, "x-spam-level")
    return _exchange(mail) or _subject(mail)


def _exchange(mail: Mail) -> str:
    report, organisation = mail.header("x-forefront-antispam-report"), mail.header("x-ms-exchange-organization-scl")
    score = _SCORE.search(report)
    if _FOREFRONT_SPAM.search(report):
        return _said(mail, "x-forefront-antispam-report")
    for name, level in (
        ("x-forefront-antispam-report", score[1] if score else ""),
        ("x-ms-exchange-organization-scl", organisation.strip()),
    ):
        if re.fullmatch(r"\d{1,2}", level) and int(level) >= _SCL:
            return f"{_title(name)}: SCL {level}"
    return ""


def _subject(mail: Mail) -> str:
    """A marked subject counts only with a filter's header: anybody may write one."""
    has_filter = any(name.startswith(("x-spam", "x-rspamd", "x-barracuda", "x-virus")) for name, _value in mail.headers)
    marked = _SUBJECT.match(mail.subject)
    return f"Subject: {marked[0].strip()}" if marked and has_filter else ""


def _said(mail: Mail, name: str) -> str:
    return f"{_title(name)}: {mail.header(name).strip()[:80]}"


def _title(name: str) -> str:
    return "-".join(
        word.upper() if word in ("x", "ms", "scl", "ovh") else word.capitalize() for word in name.split("-")
    )
