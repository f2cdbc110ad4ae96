"""Mail that could not be understood or stored: an admin sees why, can look at it, and lets it be tried once more."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aspa.channels.email.arriving import taking
from aspa.channels.email.models import Arrival
from aspa.core.conversations import access
from aspa.core.conversations.access import Permission
from aspa.core.people.models import Agent
from aspa.web.settings.doors import AgentRequest, needs
from aspa.web.settings.paging import newest_first

PAGE = 50
# Of a raw mail, to show whom it is from; its header rarely is longer.
HEAD_BYTES = 16 * 1024


@needs(Permission.SETTINGS, in_some_inbox=True)
def page(request: AgentRequest) -> HttpResponse:
    shown, pages = newest_first(request, _waiting(request.user), PAGE)
    mails = [(arrival, *_head(arrival)) for arrival in shown]
    return render(request, "settings_pages/mail_queue.html", {"mails": mails, **pages})


@require_POST
@needs(Permission.SETTINGS, in_some_inbox=True)
def again(request: AgentRequest, arrival_id: int) -> HttpResponse:
    taking.again(get_object_or_404(_waiting(request.user), pk=arrival_id))
    messages.success(request, _("It is tried again. If it fails once more, it comes back here."))
    return redirect("settings:mail_queue")


@require_POST
@needs(Permission.SETTINGS, in_some_inbox=True)
def dismiss(request: AgentRequest, arrival_id: int) -> HttpResponse:
    taking.dismiss(get_object_or_404(_waiting(request.user), pk=arrival_id))
    messages.success(request, _("It is put aside."))
    return redirect("settings:mail_queue")


@needs(Permission.SETTINGS, in_some_inbox=True)
def download(request: AgentRequest, arrival_id: int) -> FileResponse:
    """The raw mail, never shown in place: it may be anything."""
    arrival = get_object_or_404(_waiting(request.user), pk=arrival_id)
    try:
        file = arrival.raw.open("rb")
    except (FileNotFoundError, ValueError):
        raise Http404("The file is gone.") from None
    response = FileResponse(
        file, as_attachment=True, filename=f"mail-{arrival.pk}.eml", content_type="application/octet-stream"
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _waiting(agent: Agent) -> QuerySet[Arrival]:
    """The failed mail of the inboxes that the agent may set up."""
    inboxes = access.inboxes(agent, Permission.SETTINGS)
    failed = Arrival.objects.filter(state=Arrival.State.FAILED, inbox__in=inboxes.values("pk"))
    return failed.select_related("inbox__brand").defer("inbox__settings", "inbox__brand__identity_secret")


def _head(arrival: Arrival) -> tuple[str, str]:
    """Sender and subject as far as they can be read; empty where not."""
    try:
        with arrival.raw.open("rb") as file:
            mail = message_from_bytes(file.read(HEAD_BYTES), policy=default)
        return str(mail["From"] or "")[:120], str(mail["Subject"] or "")[:120]
    except Exception:
        # It waits here because something in it is beyond us; the standard library may fail at it, too.
        return "", ""
