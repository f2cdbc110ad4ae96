"""Who or what wrote a mail. A robot gets no receipt and no answer; a person taken for one would wait in vain.

- RFC 3834 (Auto-Submitted, and why responders answer to nobody with a null sender), RFC 5436 §2.7.1 (auto-notified)
- RFC 2919 (List-Id), RFC 2369 (List-Post, List-Unsubscribe), RFC 8058 (List-Unsubscribe-Post)
- RFC 3464 (delivery reports), RFC 5965 (complaints), RFC 8098 (read receipts), RFC 5546 (answers to invitations)
- Microsoft [MS-OXCMAIL] 2.2.3.2.14 (X-Auto-Response-Suppress), X-MS-Exchange-Generated-Message-Source
- Google's Feedback-ID and Precedence, which nobody specified and everybody uses
"""

from __future__ import annotations

import re

from aspa.channels.email.reading import bounces, quoting, quoting_marks
from aspa.channels.email.reading.domains import organisation
from aspa.channels.email.reading.mail import Kind, Mail

_REPLY_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoreply-from",
    "x-mail-autoreply",
    "x-autoresponder",
    "x-auto-reply-from",
    "x-vacation",
    "x-amazon-auto-reply",
    "x-ms-exchange-generated-message-source",
)
_MACHINE_HEADERS = (
    "x-cron-env",
    "x-fc-machinegenerated",
    "x-github-reason",
    "x-pagerduty",
    "x-nagios-notification-type",
)
_NO_REPLY = re.compile(
    r"(?:.*[._+-])?(?:no-?_?\.?reply|do-?_?\.?not-?_?\.?reply|donot-?reply|ei-?_?vastausta|ei-?_?vastauksia|ala-?_?vastaa"
    r"|älä-?vastaa|svara-?_?(?:inte|ej)|inte-?_?svara|ej-?_?svar|keine?-?antwort|nicht-?antworten)(?:[._+-].*)?",
)
_DAEMONS = {"mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon", "mdaemon"}
_MACHINES = {
    "cron",
    "root",
    "daemon",
    "nagios",
    "icinga",
    "monit",
    "logwatch",
    "www-data",
    "bounce",
    "bounces",
    "notifications",
}
_AUTO_SUBJECT = re.compile(
    r"\s{0,5}(?:\[?(?:auto|autom\.|automated|automatic|automaattinen|automatisk\w{0,2}|automatische)\]?[\s:-]{0,3}"
    r"(?:reply|response|respons|vastaus|kuittaus|ilmoitus|svar|antwort)\b"
    r"|automaattivastaus|poissaoloviesti|poissaoloilmoitus|poissaolovastaus|lomavastaus|lomaviesti|poissa toimistosta"
    r"|poissa:|poissaolo:|lomalla:|autosvar|frånvaromeddelande|frånvarande:|frånvaro:|ej på kontoret|semestersvar"
    r"|out of (?:the )?office|out-of-office|ooo:|vacation (?:reply|response)|on (?:vacation|holiday)\s?:|away from (?:my|the) "
    r"|auto:|abwesenheit)",
    re.IGNORECASE,
)
_CHALLENGE_SUBJECT = re.compile(
    r"\bplease confirm (?:your )?(?:message|e-?mail|delivery)|\bconfirm(?:ation)? (?:required )?to deliver|\bchallenge[- ]response"
    r"|\bvahvista(?: viestisi)? lähettäjä|\bverify(?:ing)? (?:your|that) .{0,40}(?:not a robot|human|deliver)",
    re.IGNORECASE,
)
_CHALLENGE_HEADERS = ("x-boxbe-challenge", "x-spamarrest-challenge", "x-tmda-confirm", "x-ask-auth", "x-qconfirm")
_REPLY_SUBJECT = re.compile(r"\s{0,5}(?:re|vs|sv|aw|ad|antw)\s?(?:\[\d{1,3}\])?\s?:", re.IGNORECASE)
# What a machine says of itself. Looked for in what it wrote itself, not in our own mail below it.
_SAYS_SO = re.compile(
    r"\btämä on automaattinen (?:vastaus|viesti|kuittaus|ilmoitus|sähköposti)"
    r"|\btämä (?:viesti|vastaus|sähköposti) on (?:lähetetty )?automaatti"
    r"|\b(?:älä|älkää|ethän|ettehän) vastaa tähän (?:viestiin|sähköpostiin)|\btähän (?:viestiin|osoitteeseen) ei voi vastata"
    r"|\bdet(?:ta|\shär) är ett (?:automatiskt|autogenererat|automatgenererat)"
    r"|\b(?:svara inte på|det går inte att svara på) (?:detta|det här)"
    r"|\bthis is an? auto(?:mated|matic|matically generated|-generated|-)\s?(?:reply|response|message|e-?mail|notification)?"
    r"|\b(?:please )?do not (?:reply|respond) to this (?:e-?mail|message)",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"\bolen (?:\w{1,20} ){0,2}(?:lomalla|poissa|vuosilomalla|kesälomalla|vanhempainvapaalla|matkoilla)\b"
    r"|\bjag är (?:\w{1,20} ){0,2}(?:på semester|bortrest|föräldraledig|ledig|frånvarande|borta)\b|\bjag har semester\b"
    r"|\bi(?:'m| am) (?:\w{1,20} ){0,3}(?:out of (?:the )?office|on (?:annual |parental )?(?:leave|vacation|holiday)|away)\b",
    re.IGNORECASE,
)
_AND_OTHERWISE = re.compile(
    r"\bkiireelli\w{2,10}|\btavoitettavissa\b|\bsijai\w{2,10}|\bpalaan (?:töihin|takaisin)|\bvastaan (?:viest|sähköpost)\w{2,8}"
    r"|\bei(?:vät)? lueta\b|\bbrådskande\b|\bakuta ärenden\b|\bär tillbaka\b|\båter på (?:kontoret|jobbet)|\bvikarie\w{0,3}"
    r"|\burgent\w{0,2}\b|\bi will (?:be back|return|respond|reply)|\bi(?:'ll| will) get back|\bin my absence\b|\bplease contact\b",
    re.IGNORECASE,
)
_RECEIVED = re.compile(
    r"\b(?:olemme|on) vastaanott\w{3,6} (?:viesti|yhteydenotto|sähköposti|pyyntö)\w{1,4}"
    r"|\b(?:viestisi|viestinne|yhteydenottosi|yhteydenottonne|sähköpostisi) on vastaanotettu"
    r"|\bvi har (?:tagit emot|mottagit) (?:ditt|ert) (?:meddelande|mejl|mail|ärende)"
    r"|\b(?:we have|we've) received your (?:message|e-?mail|request|enquiry|inquiry)",
    re.IGNORECASE,
)
_LONGEST_AWAY = 900  # characters


def kind_of(mail: Mail, *, mail_from: str | None = None, own: str | None = None) -> Kind:
    """What kind of sender wrote it. Never raises.

    `mail_from`: envelope sender, "" = null sender, None = not known. `own`: the writer's own text (`quoting.fold`), if
    the caller has it already.
    """
    if mail_from is None and mail.header("return-path").strip() == "<>":
        mail_from = ""
    if bounces.complaint_of(mail):
        return Kind.COMPLAINT
    if bounces.bounces_of(mail):
        return Kind.BOUNCE
    return (
        _report(mail)
        or _list(mail)
        or _machine(mail)
        or _by_words(mail, own)
        or _by_sender(mail, mail_from)
        or Kind.PERSON
    )


def _report(mail: Mail) -> Kind | None:
    """Read receipts, good news of deliveries, answers to invitations: harmless, and nothing to answer."""
    content_type = mail.header("content-type").lower()
    types = {file.content_type for file in mail.files}
    if "message/feedback-report" in types or "report-type=feedback" in content_type:
        return Kind.ROBOT  # a report that isn't a complaint: of DMARC, or "not spam"
    if content_type.startswith("multipart/report") or "message/disposition-notification" in types:
        return Kind.AUTO_REPLY
    for file in mail.files:
        if file.content_type == "text/calendar" and b"METHOD:REPLY" in file.content[:2000].upper():
            return Kind.AUTO_REPLY if len(mail.text) < 1000 else None
    return None


def _list(mail: Mail) -> Kind | None:
    """Mailing lists and newsletters.

    List headers don't make a robot of a person: our own address may be a list (a Google group hands its mail on so),
    and some companies' servers put them on all that leaves. An answer to our mail is no newsletter.
    """
    precedence = mail.header("precedence").strip().lower()
    list_id, post = mail.header("list-id"), mail.header("list-post")
    footed = bool(mail.header("list-unsubscribe") or mail.header("list-help") or mail.header("x-mailing-list"))
    if not (list_id or post or footed or precedence == "list"):
        return None
    if _is_own_list(mail, f"{list_id} {post}"):
        return None
    is_reply = bool(mail.in_reply_to)
    if _auto_submitted(mail) or _AUTO_SUBJECT.match(mail.subject):
        return None
    if is_reply and _is_direct(mail) and precedence not in ("bulk", "junk"):
        return None
    return Kind.LIST


def _is_own_list(mail: Mail, said: str) -> bool:
    """The list is in the house of the mailbox it was delivered to."""
    houses = {organisation(address.rpartition("@")[2]) for address in mail.delivered_to} - {""}
    match = re.search(r"[\w.+-]{0,64}[@.]([\w-]{1,63}(?:\.[\w-]{1,63}){1,5})", said[:2000])
    if not houses or not match:
        return False
    list_house = organisation(match[1])
    return list_house in houses and (mail.sender is None or organisation(mail.sender.domain) not in houses)


def _is_direct(mail: Mail) -> bool:
    """It was sent to the address that it was delivered to, not to the list."""
    if not mail.delivered_to:
        return "list-id" not in dict(mail.headers)
    shown = {address.email for address in (*mail.to, *mail.cc)}
    return any(address.lower() in shown for address in mail.delivered_to)


def _machine(mail: Mail) -> Kind | None:
    """What a machine's own headers say."""
    submitted = _auto_submitted(mail)
    if submitted == "auto-replied":
        return Kind.AUTO_REPLY
    if submitted:
        return _auto_reply_if_answer(mail)
    if any(_says_yes(mail.header(name)) for name in _REPLY_HEADERS):
        return Kind.AUTO_REPLY
    if any(mail.header(name) for name in _CHALLENGE_HEADERS) or _CHALLENGE_SUBJECT.search(mail.subject[:300]):
        return Kind.AUTO_REPLY
    precedence = mail.header("precedence").strip().lower().replace("-", "_")
    if precedence in ("auto_reply", "autoreply"):
        return Kind.AUTO_REPLY
    if precedence in ("bulk", "junk"):
        return _auto_reply_if_answer(mail)
    suppressed = {word.strip() for word in mail.header("x-auto-response-suppress").lower().split(",")}
    if "all" in suppressed or (suppressed & {"oof", "autoreply"} and not _is_answer(mail)):
        # Some help desks and CRMs put the latter on what their people write.
        return _auto_reply_if_answer(mail)
    if any(mail.header(name) for name in _MACHINE_HEADERS):
        return Kind.ROBOT
    # Written to all customers at once; the answer of a salesperson's program to our mail isn't.
    return Kind.ROBOT if mail.header("feedback-id") and not mail.in_reply_to else None


def _auto_submitted(mail: Mail) -> str:
    """auto-replied, auto-generated, auto-notified; empty for "no" and when it isn't said."""
    said = mail.header("auto-submitted").partition(";")[0].partition("(")[0].strip().lower()
    return said if said.startswith("auto") else ""


def _says_yes(value: str) -> bool:
    return bool(value.strip()) and value.strip().lower() not in ("no", "false", "0")


def _auto_reply_if_answer(mail: Mail) -> Kind:
    return Kind.AUTO_REPLY if _is_answer(mail) or _AUTO_SUBJECT.match(mail.subject) else Kind.ROBOT


def _is_answer(mail: Mail) -> bool:
    return bool(mail.in_reply_to or mail.references) or _REPLY_SUBJECT.match(mail.subject) is not None


def _by_words(mail: Mail, own: str | None) -> Kind | None:
    """Responders whose programs say nothing: by the subject, and by what they say of themselves."""
    if _AUTO_SUBJECT.match(mail.subject):
        return Kind.AUTO_REPLY
    if quoting_marks.is_forward_subject(mail.subject):
        return None
    if own is None:
        own = quoting.fold(mail.text[:20_000]).own
    if len(own) > 5000 or "?" in own:
        return None
    is_answer = _is_answer(mail)
    if _SAYS_SO.search(own):
        return Kind.AUTO_REPLY if is_answer or _RECEIVED.search(own) else Kind.ROBOT
    if (
        len(own) <= _LONGEST_AWAY
        and is_answer
        and (_RECEIVED.search(own) or (_AWAY.search(own) and _AND_OTHERWISE.search(own)))
    ):
        return Kind.AUTO_REPLY
    return None


def _by_sender(mail: Mail, mail_from: str | None) -> Kind | None:
    local = mail.sender.email.rpartition("@")[0] if mail.sender else ""
    if local in _DAEMONS and mail_from == "":
        return Kind.BOUNCE
    if local in _DAEMONS:
        return Kind.ROBOT
    if mail_from == "":
        # Whoever sends with a null sender doesn't want an answer (RFC 3834 §2).
        return Kind.AUTO_REPLY
    if local in _MACHINES or _NO_REPLY.fullmatch(local):
        return None if _speaks_for_person(mail) else Kind.ROBOT
    return None


def _speaks_for_person(mail: Mail) -> bool:
    """A shop's contact form: sent by the shop's machine, to be answered to the customer."""
    if mail.sender is None:
        return False
    house = organisation(mail.sender.domain)
    return any(
        organisation(address.domain) != house and not _NO_REPLY.fullmatch(address.email.rpartition("@")[0])
        for address in mail.reply_to
    )
