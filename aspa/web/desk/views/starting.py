"""Writing to somebody first."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from aspa.core.conversations import starting
from aspa.core.conversations.changing import Refused
from aspa.core.inboxes.channel import channel_for
from aspa.kit import clock
from aspa.kit.ids import new_token, row_id
from aspa.web.desk.answering import starting_inboxes
from aspa.web.desk.doors import Done, for_agents, refused, told

if TYPE_CHECKING:
    from aspa.web.desk.doors import AgentRequest


@require_http_methods(["GET", "POST"])
@for_agents
def new(request: AgentRequest) -> HttpResponse:
    """A dialog for a new letter; posted, its conversation opens, where it can be taken back for some seconds.

    `to` in the address fills the field. `attachments` are ids of files that the agent uploaded. 409 when refused.
    """
    inboxes = starting_inboxes(request.user)
    if request.method == "GET":
        context = {"inboxes": inboxes, "to": request.GET.get("to", "")[:254], "client_id": new_token(12)}
        return render(request, "desk/new.html", context)
    via = get_object_or_404(inboxes, pk=row_id(request.POST.get("via", "")))
    seconds = channel_for(via).capabilities.undo_seconds
    try:
        begun = starting.start(
            by=request.user,
            via=via,
            to=request.POST.get("to", ""),
            name=request.POST.get("name", ""),
            subject=request.POST.get("subject", ""),
            body=request.POST.get("text", ""),
            client_id=request.POST.get("client_id") or new_token(),
            attachments=request.POST.getlist("attachments"),
            until=clock.now() + dt.timedelta(seconds=seconds) if seconds else None,
        )
    except Refused as refusal:
        return refused(refusal)
    text = "" if seconds else _("The letter is on its way.")
    return told(Done(text, go=reverse("desk:conversation", args=[begun.pk])), begun)
