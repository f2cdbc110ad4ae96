"""What an admin has set up for one mail inbox, as a value."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Inbox

Security = Literal["tls", "starttls", "none"]


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """Read with `of(inbox)`. The names are those of the form's fields and of the keys in `Inbox.settings`."""

    # Our address, and others whose mail ends here too; lower-case.
    address: str = ""
    aliases: tuple[str, ...] = ()
    # How mail comes in: fetched by IMAP, sent to our own SMTP/LMTP receiver, posted by a mail service, or not at all.
    incoming: Literal["imap", "smtp", "service", "none"] = "imap"
    imap_host: str = ""
    imap_port: int = 993
    imap_security: Security = "tls"
    imap_user: str = ""
    imap_password: str = ""
    imap_folders: tuple[str, ...] = ("INBOX",)
    # What becomes of a fetched mail in the mailbox.
    imap_after: Literal["keep", "seen", "delete"] = "seen"
    # XOAUTH2 for IMAP and SMTP instead of passwords; empty: none.
    oauth: Literal["", "google", "microsoft"] = ""
    oauth_client_id: str = ""
    oauth_client_secret: str = ""
    oauth_tenant: str = "common"
    oauth_refresh_token: str = ""
    # How mail goes out.
    outgoing: Literal["smtp", "service"] = "smtp"
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: Security = "starttls"
    smtp_user: str = ""
    smtp_password: str = ""
    # A mail service of django-anymail, for sending and for its inbound webhook: its name ("postmark", …), its options
    # (upper-case names as in its documentation) and the secret that its webhook must give.
    service: str = ""
    service_options: dict[str, str] = dataclasses.field(default_factory=dict)
    webhook_secret: str = ""
    # Replies come to address+token@…: only where the mail server takes such addresses.
    plus_addresses: bool = False
    # A copy of what we send is put into this IMAP folder; empty: none.
    sent_folder: str = ""
    # Below every letter, after the signature: the company's name, address, links.
    footer: str = ""
    # Names (authserv-id, RFC 8601) of the receiving mail servers whose findings about senders are believed.
    trusted_servers: tuple[str, ...] = ()


def of(inbox: Inbox) -> Settings:
    """The inbox's settings; unknown keys of an older or newer version are left out."""
    known = {field.name: field for field in dataclasses.fields(Settings)}
    given: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in inbox.settings.items() if key in known
    }
    return Settings(**given)
