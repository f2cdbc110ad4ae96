"""What an admin can have looked at: whether the servers let us in, and what the DNS says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.conf import settings as django_settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aspa.channels.email import connecting, lines
from aspa.channels.email.arriving import imap
from aspa.channels.email.arriving.troubles import words
from aspa.channels.email.models import Line
from aspa.channels.email.sending import dns, smtp
from aspa.channels.email.sending.handing import LineDown
from aspa.channels.email.sending.services import SERVICES
from aspa.channels.email.settings import Settings, of
from aspa.core.inboxes.channel import Check, Finding, Handout, Health

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Inbox

CHECKS = (
    Check(
        "lines",
        gettext_lazy("How it goes"),
        gettext_lazy("What happened when mail was last fetched and sent."),
        by_itself=True,
        in_health=True,
    ),
    Check(
        "connection",
        gettext_lazy("The connection"),
        gettext_lazy("Signs in to the mail servers, as when mail is fetched and sent. Nothing is fetched or sent."),
    ),
    Check(
        "dns",
        gettext_lazy("The domain"),
        gettext_lazy("What the DNS says: whether mail arrives, and whether letters are believed to be yours."),
        by_itself=True,
    ),
)
MOST_FOLDERS = 30


def check(inbox: Inbox, key: str) -> list[Finding]:
    settings = of(inbox)
    if key == "lines":
        return list(_lines(inbox))
    if key == "dns":
        return dns.findings(settings) if settings.address else []
    if key == "connection":
        return [*_incoming(inbox, settings), *_outgoing(inbox, settings)]
    raise LookupError(key)


def health(inbox: Inbox) -> Health:
    """What keeps mail from coming or going, each with its reason."""
    settings = of(inbox)
    told = [f"{line.get_direction_display()}: {line.error}" for line in lines.failing(inbox)]
    if settings.incoming == "smtp" and not _listens_at():
        told.append(_receiver_is_off())
    return Health(ok=not told, text=" ".join(told))


def handouts(inbox: Inbox) -> list[Handout]:
    """What the mail server or service in front of us is told."""
    settings = of(inbox)
    given = []
    if settings.incoming == "smtp":
        given.append(_receiver())
    if settings.oauth:
        given.append(_connecting(inbox, settings))
    if settings.incoming == "service":
        about = _("Have the service post the mail that comes in to this address. Whoever knows it can send you mail.")
        given.append(Handout(_("For incoming mail"), _webhook(inbox, settings, "inbound"), about))
    if settings.outgoing == "service" and settings.webhook_secret:
        about = _("Have the service tell this address what became of letters: delivered, or bounced and why.")
        given.append(Handout(_("For what became of letters"), _webhook(inbox, settings, "events"), about))
    return given


def _receiver() -> Handout:
    about = _("Name this machine as the MX of the domain, or have your mail server hand the address' mail over to it.")
    where = _listens_at()
    return Handout(_("Where mail is taken"), where or "–", about if where else _receiver_is_off())


def _listens_at() -> str:
    return str(django_settings.ASPA_SMTP_LISTEN or django_settings.ASPA_LMTP_LISTEN)


def _receiver_is_off() -> str:
    return _("Aspa's own receiver is off: set ASPA_SMTP_LISTEN or ASPA_LMTP_LISTEN and start Aspa again.")


def _connecting(inbox: Inbox, settings: Settings) -> Handout:
    name = {"google": "Google", "microsoft": "Microsoft"}[settings.oauth]
    about = (
        _("Aspa has access. Sign in again if it was withdrawn.")
        if settings.oauth_refresh_token
        else _("Name this in the application that you registered, save its ID and secret here, and sign in.")
    )
    return Handout(
        _("Redirect address"),
        connecting.redirect_address(),
        about,
        connecting.connect_address(inbox),
        _("Sign in at %(name)s") % {"name": name},
    )


def _webhook(inbox: Inbox, settings: Settings, name: str) -> str:
    return django_settings.ASPA_URL + reverse(f"email:{name}", args=[inbox.public_id, settings.webhook_secret])


def _lines(inbox: Inbox) -> Iterator[Finding]:
    known = Line.objects.filter(inbox=inbox).order_by("direction")
    for line in known:
        worked = (
            date_format(timezone.localtime(line.worked_at), "SHORT_DATETIME_FORMAT") if line.worked_at else _("never")
        )
        name = str(line.get_direction_display())
        if line.failed_at is None:
            yield Finding("ok", name, _("Last worked %(when)s.") % {"when": worked})
            continue
        since = date_format(timezone.localtime(line.failed_at), "SHORT_DATETIME_FORMAT")
        yield Finding(
            "error",
            name,
            line.error,
            _("It has failed since %(since)s (%(count)s times); it last worked %(when)s. It is tried again by itself.")
            % {"since": since, "count": line.failures, "when": worked},
        )
    if not known:
        yield Finding("ok", _("Nothing yet"), _("No mail has come or gone."))


def _incoming(inbox: Inbox, settings: Settings) -> Iterator[Finding]:
    subject = str(Line.Direction.IN.label)
    if settings.incoming != "imap":
        return
    try:
        box = imap.connect(inbox.pk, settings)
    except Exception as problem:
        yield Finding(
            "error", subject, words(problem, settings), _("Correct it in the inbox's settings, save and try again.")
        )
        return
    with box:
        folders = [folder.name for folder in box.folder.list()]
    missing = [name for name in (*settings.imap_folders, settings.sent_folder) if name and name not in folders]
    if missing:
        yield Finding(
            "error",
            subject,
            _("Signed in, but there is no folder %(names)s.") % {"names": ", ".join(missing)},
            _("The mailbox has these:"),
            "\n".join(folders[:MOST_FOLDERS]),
        )
    else:
        yield Finding("ok", subject, _("Signed in to %(host)s.") % {"host": settings.imap_host})


def _outgoing(inbox: Inbox, settings: Settings) -> Iterator[Finding]:
    subject = str(Line.Direction.OUT.label)
    if settings.outgoing == "service":
        service = SERVICES.get(settings.service)
        name = service.name if service else "–"
        yield Finding("ok", subject, _("By %(service)s. Its key is tried with the next letter.") % {"service": name})
        return
    try:
        with smtp.connection(settings, inbox.pk):
            yield Finding("ok", subject, _("Signed in to %(host)s.") % {"host": settings.smtp_host})
    except LineDown as down:
        yield Finding("error", subject, str(down), _("Correct it in the inbox's settings, save and try again."))
