"""The marks that mail programs put where somebody else's text begins: attributions, header blocks, separators, footers.

Collected from the programs' own mails (Outlook, Gmail, Apple Mail, Thunderbird, Yahoo, Proton, Samsung, Spark) in
Finnish, Swedish, English and German. All languages are tried at once: a Finn's telephone may well speak English.

No pattern here may take more than linear time on hostile text: they look at one bounded stretch, and repeat nothing
that another repetition could take.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# What looks empty on a screen: besides blanks the zero-width marks that Apple Mail and Outlook leave behind.
INVISIBLE = " \t\n\r\f\v\xa0\u200b\u200c\u200d\u2060\ufeff"

_LONGEST_ATTRIBUTION = 400
_LINES_OF_ATTRIBUTION = 4
_LINES_OF_HEADER_BLOCK = 14

_VERBS = ("kirjoitti", "wrote", "skrev", "schrieb")
_WEEKDAYS = (
    r"(?:ma|ti|ke|to|pe|la|su|maanantai|tiistai|keskiviikko|torstai|perjantai|lauantai|sunnuntai"
    r"|mån|tis|ons|tors?|fre|lör|sön|måndag|tisdag|onsdag|torsdag|fredag|lördag|söndag"
    r"|mon|tue|wed|thu|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|mo|di|mi|do|fr|sa|so|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)(?:na|en)?"
)
_TIME = re.compile(r"\b\d{1,2}[.:]\d{2}(?:[.:]\d{2})?\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{2}\b")
_MAILBOX = re.compile(r"[<(\[][^<>()\[\]\s]{1,120}@[^<>()\[\]\s]{1,120}[>)\]]|\b[\w.+-]{1,64}@[\w-]{1,63}\.\w")
# "On Wed, Nov 4, 2026 …", "Den ons 4 nov. …", "ke 4. marrask. …", "2026-11-04 …": how an attribution with the date
# in front begins.
_DATE_FIRST = re.compile(
    rf"(?:on\s|den\s|am\s)?(?:{_WEEKDAYS}\.?,?\s)?\s?(?:(?:den|the)\s)?(?:\d{{1,4}}[.\s/-]|\d{{1,2}}(?:st|nd|rd|th)\b"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w{0,6}\.?\s\d)",
    re.IGNORECASE,
)
# "Dee Asiakas <dee@…> kirjoitti 3.11.2026 klo 12.04:"
_NAME_FIRST = re.compile(
    rf"(?P<who>[^:]{{1,160}}?),?\s(?:{'|'.join(_VERBS)})(?:\s(?:(?:am|den|on)\s)?(?P<when>(?:{_WEEKDAYS}\.?,?\s)?[\d(].{{0,60}}))?\s?:",
    re.IGNORECASE,
)
_QUOTING = re.compile(r"(?:quoting|lainaus|lainataan|citerar|citat från|zitat von)\s.{1,200}:", re.IGNORECASE)

_LABELS = {
    "from": ("lähettäjä", "from", "från", "avsändare", "von"),
    "date": ("lähetetty", "sent", "skickat", "gesendet", "päivämäärä", "päiväys", "date", "datum"),
    "to": ("vastaanottaja", "vastaanottajat", "saaja", "to", "till", "an"),
    "cc": ("kopio", "cc", "kopia", "kopie"),
    "subject": ("aihe", "subject", "ämne", "rubrik", "betreff"),
}
_KIND_OF_LABEL = {label: kind for kind, labels in _LABELS.items() for label in labels}
_LABEL = re.compile(
    rf"[\s*_]{{0,6}}(?P<label>{'|'.join(sorted(_KIND_OF_LABEL, key=len, reverse=True))})[\s*_]{{0,3}}:", re.IGNORECASE
)
_DASHES = r"[-_–—=*]{2,80}\s{0,3}"
_SEPARATOR = re.compile(
    rf"\s{{0,8}}{_DASHES}(?:original message|original email|reply message|alkuperäinen viesti|alkuper\. viesti"
    r"|ursprungligt meddelande|originalmeddelande|ursprungligt brev|ursprüngliche nachricht"
    # Zoho puts the attribution between dashes.
    rf"|[^\n]{{5,300}}\s(?:{'|'.join(_VERBS)}))\s{{0,3}}{_DASHES}",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    rf"\s{{0,8}}(?:{_DASHES}(?:forwarded message|forwarded by .{{1,80}}|välitetty viesti|edelleenlähetetty viesti"
    r"|edelleen lähetetty viesti|vidarebefordrat meddelande|vidarebefordrat brev|vidarebefordrad av .{1,80}"
    rf"|weitergeleitete nachricht)\s{{0,3}}{_DASHES}"
    r"|(?:begin forwarded message|välitetty viesti alkaa|alkaa välitetty viesti|edelleenlähetetty viesti alkaa"
    r"|vidarebefordrat brev|vidarebefordrat meddelande|börjar vidarebefordrat brev|börja vidarebefordrat meddelande"
    r"|anfang der weitergeleiteten (?:nachricht|e-mail))\s?:)\s{0,8}",
    re.IGNORECASE,
)
# The forwarding prefixes that mail programs put before a subject: Finnish Outlook's VL, Swedish VB, German WG.
_FORWARDED_SUBJECT = re.compile(r"\s{0,8}(?:fwd?|vl|edelleen|välitys|vb|vbf|vidarebefordrat|wg)\s?:", re.IGNORECASE)
_ABOVE_THIS_LINE = re.compile(
    r"(?:reply|respond|type your (?:reply|response)|write) above this line"
    r"|(?:kirjoita vastaukse(?:si|nne)|vastaa) (?:tämän )?(?:rivin|viivan) yläpuolelle"
    r"|(?:svara|skriv ditt svar) ovanför (?:den här |denna )?(?:raden|linjen|rad)",
    re.IGNORECASE,
)
_ABOVE = ("above this line", "yläpuolelle", "ovanför")
_RULE = re.compile(r"\s{0,8}[_=*–—-]{5,200}\s{0,8}")

_DEVICES = r"(?:iphone|ipad|ios|android|samsung|galaxy|huawei|honor|oneplus|nokia|xiaomi|pixel|windows|outlook|gmail)"
_DEVICE_FOOTER = re.compile(
    r"[\s*_\[<(]{0,4}(?:"
    r"lähetetty (?:\S{1,30}\s){0,3}?(?:(?:iphone|ipadi?|puhelime|laittee|androidi|matkapuhelime|kännykä|tableti|sähköposti"
    r"|maili|outlooki|gmaili|älypuhelime)(?:sta|stä|lla|llä)(?:ni|mme)?|\S{0,30}(?:puhelime|laittee)(?:sta|lla)(?:ni|mme)?)"
    r"(?:\s\S{1,20}ss[aä])?"
    rf"|lähetetty (?:\S{{1,30}}\s){{0,2}}?{_DEVICES}\S{{0,20}}(?:\s\S{{1,20}}){{0,2}}"
    r"|(?:hanki|hae|lataa|hämta|skaffa|get|download) \[?outlook (?:for|för|til) .{1,80}"
    rf"|(?:skickat|sänt) från (?:(?:min|mitt|en|ett) )?(?:{_DEVICES}|telefon|mobil|surfplatta|e-post|yahoo|mail)[\w\s.:-]{{0,40}}"
    r"|sent from (?:my|mail|outlook|yahoo|samsung|gmail|proton|iphone|ipad|android)[\w\s.:'’/-]{0,60}(?:[(<\[].{0,80})?"
    r"|sent (?:via|with) (?:the )?\[?(?:proton|spark|samsung|bluemail|superhuman|mailspring).{0,80}"
    r"|get (?:bluemail|spark) .{1,80}"
    r"|von (?:meinem|mein) .{1,40} gesendet|gesendet (?:von|mit) (?:meinem|mein|outlook|der|mail) .{1,60}"
    r"|(?:virus-free|viruksettomia|virusfri)\.? ?.{0,60}"
    r")[\s)\]>.]{0,4}",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"[\s*_]{0,4}(?:(?:disclaimer|vastuuvapauslauseke|luottamuksellisuus|confidentiality(?: notice)?)\s?:"
    r"|(?:this|the information in this|the contents of this) (?:e-?mail|message|communication).{0,120}"
    r"(?:confidential|privileged|intended (?:only|solely|for))"
    r"|(?:tämä|tämän) (?:sähköposti|viesti|sähköpostiviesti|viestin|sähköpostin).{0,120}"
    r"(?:luottamuksel|tarkoitettu (?:vain|ainoastaan))"
    r"|(?:detta|det här) (?:e-post|mejl|meddelande|mail).{0,120}(?:konfidentiel|endast avse|avsett (?:endast|enbart)))",
    re.IGNORECASE,
)
# "Vastaukset alla punaisella": what comes below the mark is then the writer's own too.
_LOOK_BELOW = re.compile(
    r"\b(?:vasta\w{2,8}|kommen\w{2,8}|kirjoitin|lisäsin|merkitsin|ks\.?|kts\.?|katso)\s(?:[^\n.!?]{0,40}\s)?"
    r"(?:alla|alle|alempana|väliin|väleihin|sekaan|joukkoon|punaisella|sinisellä|vihreällä)\b"
    r"|\b(?:answer\w{0,3}|repl(?:y|ies|ied)|comment\w{0,3}|respon\w{2,6}|see|wrote)\s(?:[^\n.!?]{0,40}\s)?"
    r"(?:below|inline|in-line|in (?:red|blue|green|bold|the text|between))\b"
    r"|\b(?:svar\w{0,4}|komment\w{2,6}|se|skrev)\s(?:[^\n.!?]{0,40}\s)?"
    r"(?:nedan|nedanför|i (?:rött|blått|grönt|texten)|inline|emellan)\b",
    re.IGNORECASE,
)


def is_blank(line: str) -> bool:
    return not line.strip(INVISIBLE)


def is_quoted(line: str) -> bool:
    return line.lstrip(INVISIBLE).startswith((">", "&gt;"))


def attribution_ending_at(lines: Sequence[str], end: int) -> tuple[int, bool] | None:
    """Where the attribution begins whose last line is `end`, and whether it is sure even with no ">" after it."""
    last = lines[end].strip(INVISIBLE + "*_")
    if not last.endswith(":") or len(last) > _LONGEST_ATTRIBUTION:
        return None
    joined, found = "", None
    for start in range(end, max(-1, end - _LINES_OF_ATTRIBUTION), -1):
        line = lines[start].strip(INVISIBLE + "*_")
        # Between the person and the date some programs leave an empty line; a sentence before it is the writer's own.
        if not line or is_quoted(line) or len(joined) + len(line) > _LONGEST_ATTRIBUTION:
            break
        if start < end and line.endswith((".", "!", "?", ":")) and not _DATE_FIRST.match(line):
            break
        joined = f"{line} {joined}".rstrip()
        sure = _attributes(joined)
        if sure is not None and (found is None or _DATE_FIRST.match(line)):
            found = start, sure
    return found


def _attributes(sentence: str) -> bool | None:
    """None when the sentence is no attribution, else whether it could be nothing else."""
    if _QUOTING.fullmatch(sentence):
        return False
    lowered = sentence.lower()
    has_mailbox = _MAILBOX.search(sentence) is not None
    has_time, has_year = _TIME.search(sentence) is not None, _YEAR.search(sentence) is not None
    if not any(verb in lowered for verb in _VERBS):
        # "2026-11-04 9:12 GMT+02:00 Dee <dee@example.com>:", as Gmail once wrote in every language.
        if has_mailbox and has_time and sentence.endswith(">:") and _DATE_FIRST.match(sentence):
            return True
        # Another language's, if only a quote follows: "Le mer. 4 nov. 2026 à 09:12, … <…> a écrit :".
        return False if has_mailbox and has_time and has_year else None
    sure = (has_mailbox and (has_time or has_year)) or (has_time and has_year)
    if _DATE_FIRST.match(sentence):
        return sure if has_time or has_year or has_mailbox else None
    match = _NAME_FIRST.fullmatch(sentence)
    if match is None or (len(match["who"].split()) > 8 and not has_mailbox):
        return None
    # A date in the name's place belongs to a sentence of somebody's own: "Se mitä myyjä 3.11.2026 kirjoitti:".
    return sure and (has_mailbox or match["when"] is not None)


def begins_header_block(lines: Sequence[str], start: int) -> bool:
    """Outlook's "From: … Sent: … To: … Subject: …" begins here.

    Three labels of different kinds, the sender's first or behind the date, and an address or a subject among them:
    a journey's "From: Helsinki, To: Turku, Date: Monday" is no mail.
    """
    kind = label(lines[start])
    if kind == "date" and start + 1 < len(lines):
        kind = label(lines[start + 1])
    return kind == "from" and _labels_in(lines[start : start + _LINES_OF_HEADER_BLOCK])


def label(line: str) -> str:
    """from, date, to, cc or subject when the line begins with such a label, else empty."""
    match = _LABEL.match(line)
    return _KIND_OF_LABEL[match["label"].lower()] if match else ""


def _labels_in(lines: Sequence[str]) -> bool:
    kinds, strangers, from_mailbox = set(), 0, False
    for line in lines:
        if is_blank(line):
            continue
        kind = label(line)
        if kind:
            strangers = 0
            kinds.add(kind)
            from_mailbox = from_mailbox or (kind == "from" and _MAILBOX.search(line[:_LONGEST_ATTRIBUTION]) is not None)
            continue
        # A long list of recipients goes on over some lines; a text that only mentions such a word doesn't count.
        strangers += 1
        if strangers > 4:
            break
    # Without a subject or an address it may be a parcel's: sender, recipient, sent on.
    return "from" in kinds and len(kinds) >= 3 and (from_mailbox or {"subject", "date"} <= kinds)


def is_separator(line: str) -> bool:
    """-----Original Message-----: all that follows is the earlier mail."""
    return len(line) < _LONGEST_ATTRIBUTION and _SEPARATOR.fullmatch(line) is not None


def is_above_this_line(line: str) -> bool:
    """Help desks write it over their mails: "reply above this line"."""
    if len(line) >= 300:
        return False
    # Asked of every line of every mail: three plain looks are quicker than the pattern.
    lowered = line.lower()
    return any(word in lowered for word in _ABOVE) and _ABOVE_THIS_LINE.search(line) is not None


def is_forward_mark(line: str) -> bool:
    return len(line) < 200 and _FORWARDED.fullmatch(line.strip(INVISIBLE)) is not None


def is_forward_subject(subject: str) -> bool:
    return _FORWARDED_SUBJECT.match(subject[:40]) is not None


def is_rule(line: str) -> bool:
    return len(line) < 220 and _RULE.fullmatch(line) is not None


def is_device_footer(line: str) -> bool:
    """ "Lähetetty iPhonesta", "Get Outlook for Android": a program's line, not the writer's."""
    return len(line) < 160 and _DEVICE_FOOTER.fullmatch(line.strip(INVISIBLE)) is not None


def begins_disclaimer(line: str) -> bool:
    return _DISCLAIMER.match(line[:400]) is not None


def asks_to_look_below(text: str) -> bool:
    return _LOOK_BELOW.search(text[:20_000]) is not None
