"""What is known of the great mailbox providers, so that nobody has to look it up.

Google: https://support.google.com/mail/answer/7126229, Microsoft: https://support.microsoft.com/office
("POP, IMAP, and SMTP settings for Outlook.com"), Apple: https://support.apple.com/102525, Fastmail and Yahoo: their
help pages under "server names and ports".
"""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Preset:
    imap_host: str
    smtp_host: str
    smtp_port: int = 587
    smtp_security: str = "starttls"


GOOGLE = Preset("imap.gmail.com", "smtp.gmail.com")
MICROSOFT_365 = Preset("outlook.office365.com", "smtp.office365.com")
OUTLOOK = Preset("outlook.office365.com", "smtp-mail.outlook.com")
APPLE = Preset("imap.mail.me.com", "smtp.mail.me.com")
YAHOO = Preset("imap.mail.yahoo.com", "smtp.mail.yahoo.com", 465, "tls")
FASTMAIL = Preset("imap.fastmail.com", "smtp.fastmail.com", 465, "tls")

BY_DOMAIN = {
    "gmail.com": GOOGLE,
    "googlemail.com": GOOGLE,
    **dict.fromkeys(("outlook.com", "hotmail.com", "live.com", "msn.com", "hotmail.fi", "hotmail.se"), OUTLOOK),
    **dict.fromkeys(("icloud.com", "me.com", "mac.com"), APPLE),
    "yahoo.com": YAHOO,
    "fastmail.com": FASTMAIL,
}
# Whoever signs in by these has a mailbox there, whatever the address.
BY_OAUTH = {"google": GOOGLE, "microsoft": MICROSOFT_365}


def preset_for(address: str, oauth: str) -> Preset | None:
    domain = address.rpartition("@")[2]
    return BY_DOMAIN.get(domain) or BY_OAUTH.get(oauth)
