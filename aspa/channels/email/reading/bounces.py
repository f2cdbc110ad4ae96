"""Delivery reports and complaints: which recipient, which of our mails, why, and whether for good.

The standard report (RFC 3464) is read here, recipient by recipient; what the odd servers write in words is
recognised by flufl.bounce and, where it doesn't know them, by words of our own. Complaints: RFC 5965.
"""

from __future__ import annotations

import email.message
import logging
import re
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from flufl.bounce import all_failures

from aspa.channels.email.reading.mail import Bounce, File, Mail
from aspa.kit import text

# It tells each detector that it tries, and with the mail in hand when one of them fails.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)

_LONGEST_REASON = 300
_MOST_RECIPIENTS = 100
_LONGEST_TEXT = 20_000  # characters; the words stand at the beginning
_LONGEST_REPORT = 200_000  # bytes

_STATUS_TYPES = {"message/delivery-status", "message/global-delivery-status"}
_RETURNED_TYPES = {
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global-headers",
}
_ADDRESS = re.compile(r"[\w.+!#$%&'*/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_REPEATED_CODE = re.compile(r"\s[45]\d\d[- ][45]\.\d{1,3}\.\d{1,3}\s")
_ID = re.compile(r"<?([^<>\s\"]{1,400}@[^<>\s\"]{1,400})>?")
_ID_IN_TEXT = re.compile(
    r"^[\s>|*]{0,8}(?:x-)?(?:original[- ])?(?:message[- ]?id|viestin tunnus|viestitunnus|meddelande-?id)\s{0,3}:\s{0,8}"
    r"<?([^<>\s\"]{1,400}@[^<>\s\"]{1,400})>?",
    re.IGNORECASE | re.MULTILINE,
)

_DAEMONS = re.compile(
    r"(?:mailer-?daemon|postmaster|mail-?daemon|mdaemon|microsoftexchange\w{0,64}|bounces?)", re.IGNORECASE
)
_DAEMON_NAME = re.compile(r"mail delivery|mail system|mailer-daemon|postmaster|delivery subsystem", re.IGNORECASE)
_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|failure|has failed|report|notification)|returned mail|failure notice|mail delivery failed"
    r"|message (?:not|could not be) delivered|delivery incomplete|delayed|nondeliverable|could not be delivered"
    r"|toimitusta ei|ei voit(?:u|a) toimittaa|toimittaminen epäonnistui|toimitus epäonnistui|ei toimitettu"
    r"|toimittamatta|palautunut"
    r"|kunde inte (?:levereras|skickas)|olevererbar|ej levere|inte leverera|leveransen misslyckades|unzustellbar",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"(?:could not|couldn't|cannot|can't|can not|unable to|wasn't|was not|not) (?:be )?deliver(?:ed)?"
    r"|delivery (?:has failed|failed|to the following|to these)|undeliverable|permanent(?:ly)? (?:fatal )?(?:error|failed|failure)"
    r"|(?:address(?: was)?|user|recipient|mailbox)[^.\n]{0,40}(?:not found|unknown|rejected|does ?n[o']t exist|unavailable)"
    r"|toimitusta ei voitu|ei voit(?:u|a) toimittaa|toimittaminen epäonnistui|toimitus (?:seuraaville|epäonnistui)"
    r"|(?:osoitetta|vastaanottajaa|käyttäjää) ei (?:löydy|löytynyt|ole)"
    r"|kunde inte (?:levereras|skickas|hittas)|gick inte att leverera|leveransen misslyckades|adressen hittades inte",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"(?:delivery|message) (?:to [^\n]{1,80} )?(?:has been |is |was )?delayed"
    r"|still (?:being )?(?:tried|retried|trying)|will (?:keep trying|retry)"
    r"|(?:this is a )?warning message only|delivery incomplete|temporary (?:problem|failure|error)|not yet been delivered"
    r"|toimitus(?:ta)? (?:on )?(?:viivästy|yritetään)|viivästynyt|har försenats|är försenat|fördröj",
    re.IGNORECASE,
)
_SERVER_SAID = re.compile(
    r"(?:\b[45]\d\d[ -]+[45]\.\d{1,3}\.\d{1,3}\b|\b5\d\d[ -][A-Za-z(<#]|#?\b[45]\.\d{1,3}\.\d{1,3}\b)[^\n]{0,400}"
)


def bounces_of(mail: Mail) -> list[Bounce]:
    """A report for each recipient; empty when the mail is none, or only says that all went well. Never raises."""
    statuses = [file for file in mail.files if file.content_type in _STATUS_TYPES]
    if statuses:
        return _reported(mail, statuses)
    if not _looks_reported(mail):
        return []
    return _told(mail)


def complaint_of(mail: Mail) -> Bounce | None:
    """A recipient called our mail spam. Reports of another kind (not-spam, DMARC failures) are none."""
    report = next((file for file in mail.files if file.content_type == "message/feedback-report"), None)
    if report is None:
        return None
    fields = dict(reversed([field for group in _groups(report.content) for field in group]))
    feedback = fields.get("feedback-type", "abuse").lower()
    if feedback not in ("abuse", "fraud", "opt-out", "opt-out-list", "miscategorized", "virus", "other", "complaint"):
        return None
    returned = _returned_fields(mail)
    recipient = next(
        filter(
            None,
            (
                _address(fields.get(name, "") or returned.get(name, ""))
                for name in ("original-rcpt-to", "removal-recipient", "x-hmxmroriginalrecipient", "to")
            ),
        ),
        "",
    )
    return Bounce(recipient, _message_id(mail, {}), True, _("The recipient marked the mail as spam."))


def _reported(mail: Mail, statuses: Iterable[File]) -> list[Bounce]:
    found: dict[str, Bounce] = {}
    for file in statuses:
        groups = list(_groups(file.content))
        about = dict(reversed(groups[0])) if groups else {}
        message_id = _message_id(mail, about)
        for group in groups[:_MOST_RECIPIENTS]:
            fields = dict(reversed(group))
            recipient = _address(fields.get("original-recipient", "")) or _address(fields.get("final-recipient", ""))
            permanent = _is_permanent(fields)
            if permanent is None or not ("final-recipient" in fields or "original-recipient" in fields):
                continue
            known = found.get(recipient)
            if known is None or (permanent and not known.permanent):
                found[recipient] = Bounce(recipient, message_id, permanent, _reason(fields, mail))
    return list(found.values())


def _groups(content: bytes) -> Iterator[list[tuple[str, str]]]:
    """The groups of fields that empty lines part: the first is about the mail, the others about a recipient each."""
    group: list[tuple[str, str]] = []
    for line in content[:_LONGEST_REPORT].decode("utf-8", "replace").replace("\r\n", "\n").split("\n"):
        if not line.strip():
            if group:
                yield group
            group = []
        elif line[0] in " \t" and group:
            name, value = group[-1]
            # A header of a megabyte in one value would be put together a thousand times.
            group[-1] = name, f"{value} {line.strip()}" if len(value) < 4000 else value
        elif ":" in line:
            name, _colon, value = line.partition(":")
            group.append((name.strip().lower(), value.strip()))
    if group:
        yield group


def _is_permanent(fields: dict[str, str]) -> bool | None:
    """None when nothing went wrong. What the server does counts before the status: 4.x.x given up is given up."""
    action, status = fields.get("action", "").split(" ")[0].lower(), fields.get("status", "")
    if action in ("failed", "failure", "error"):
        return True
    if action == "delayed":
        return False
    if action:
        return None
    return {"5": True, "4": False}.get(status[:1])


def _reason(fields: dict[str, str], mail: Mail) -> str:
    status = match[0] if (match := _STATUS.search(fields.get("status", ""))) else ""
    kind, semicolon, said = fields.get("diagnostic-code", "").partition(";")
    said = _one_line(said if semicolon and len(kind) < 30 else fields.get("diagnostic-code", ""))
    if not said:
        match = _SERVER_SAID.search(mail.text[:_LONGEST_TEXT])
        said = _one_line(match[0]) if match else _meaning(status)
    # Google repeats the code on each line of its answer.
    said = _REPEATED_CODE.sub(" ", said)
    if status and not _STATUS.search(said):
        said = f"{status} {said}"
    return text.preview(said or _("The server didn't say why."), _LONGEST_REASON)


def _one_line(said: str) -> str:
    return " ".join(text.clean(said).split()).lstrip("-#* ")


def _meaning(status: str) -> str:
    """RFC 3463: what the class and subject of a status mean, when the server says no more."""
    detail = status.partition(".")[2]
    if detail in ("1.1", "1.10"):
        return _("There is no such address.")
    if detail == "2.2":
        return _("The mailbox is full.")
    if detail == "3.4" or detail == "2.3":
        return _("The mail is too big.")
    subject = detail.partition(".")[0]
    return {
        "1": _("The address isn't valid."),
        "2": _("The mailbox doesn't take mail."),
        "3": _("The recipient's server has a problem."),
        "4": _("The recipient's server can't be reached."),
        "7": _("The recipient's server refuses the mail."),
    }.get(subject, "")


def _looks_reported(mail: Mail) -> bool:
    """Whether words alone may make it a report: a person's mail about one must not."""
    local = mail.sender.email.rpartition("@")[0] if mail.sender else ""
    from_daemon = bool(_DAEMONS.fullmatch(local)) or bool(mail.sender and _DAEMON_NAME.search(mail.sender.name))
    if mail.header("x-failed-recipients"):
        return True
    if re.match(r"\s{0,5}(?:re|vs|sv|fwd?|vl|vb)\s?:", mail.subject, re.IGNORECASE) and not from_daemon:
        return False
    null_sender = mail.header("return-path").strip() == "<>" or mail.header("content-type").startswith(
        "multipart/report"
    )
    return from_daemon or (
        bool(_SUBJECT.search(mail.subject[:500])) and (null_sender or "auto" in mail.header("auto-submitted"))
    )


def _told(mail: Mail) -> list[Bounce]:
    said = mail.text[:_LONGEST_TEXT]
    temporary, permanent = _recognised(mail, said)
    permanent |= {address.lower() for address in _ADDRESS.findall(mail.header("x-failed-recipients"))}
    if not (temporary or permanent) and (failed := _FAILED.search(said) or _DELAYED.search(said)):
        near = _ADDRESS.search(said, failed.start()) or _ADDRESS.search(said)
        own = {address.email for address in mail.to}
        permanent = {near[0].lower()} - own if near else set()
    if not (temporary or permanent) and not (_SUBJECT.search(mail.subject[:500]) and _FAILED.search(said)):
        return []
    # "Still trying" in words makes a delay of what was recognised by its shape alone.
    delayed = bool(_DELAYED.search(said)) and not re.search(r"\bgiv(?:ing|en) up\b|permanent", said, re.IGNORECASE)
    message_id, reason = _message_id(mail, {}), _reason_told(said)
    recipients = sorted(permanent | temporary)[:_MOST_RECIPIENTS] or [""]
    return [Bounce(address, message_id, address not in temporary and not delayed, reason) for address in recipients]


def _recognised(mail: Mail, said: str) -> tuple[set[str], set[str]]:
    """Temporary and permanent failures as flufl.bounce reads them."""
    message = email.message.Message()
    message["From"] = mail.sender.email if mail.sender else ""
    message["Subject"] = mail.subject
    for name in ("x-failed-recipients", "x-mailer"):
        if mail.header(name):
            message[name] = mail.header(name)
    message["Content-Type"] = "text/plain; charset=utf-8"
    message.set_payload(said)
    try:
        temporary, permanent = all_failures(message)
    except Exception:  # its detectors are many and take hostile text as it comes
        return set(), set()
    return {_address(_text(each)) for each in temporary} - {""}, {_address(_text(each)) for each in permanent} - {""}


def _text(value: bytes | str) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _reason_told(said: str) -> str:
    match = _SERVER_SAID.search(said) or _FAILED.search(said) or _DELAYED.search(said)
    if match is None:
        return _("The server didn't say why.")
    start = said.rfind("\n", 0, match.start()) + 1
    end = said.find("\n\n", match.start())
    words = said[start : end if end >= 0 else start + 600]
    return text.preview(_one_line(words[:600]), _LONGEST_REASON)


def _message_id(mail: Mail, about: dict[str, str]) -> str:
    """The Message-ID of our mail: of the returned one, as the report or its text quotes it, or by threading."""
    said = (
        _returned_fields(mail).get("message-id", "")
        or about.get("x-original-message-id", "")
        or mail.header("x-original-message-id")
    )
    if match := _ID.search(said):
        return match[1]
    if match := _ID_IN_TEXT.search(mail.text[:100_000]):
        return match[1]
    if mail.in_reply_to:
        return mail.in_reply_to[0]
    return mail.references[-1] if mail.references else ""


def _returned_fields(mail: Mail) -> dict[str, str]:
    """The headers of our mail that came back with the report."""
    for file in mail.files:
        if file.content_type in _RETURNED_TYPES or file.name.lower().endswith(".eml"):
            group = next(_groups(file.content), [])
            if group:
                return dict(reversed(group))
    return {}


def _address(said: str) -> str:
    match = _ADDRESS.search(said)
    return match[0].lower() if match else ""
