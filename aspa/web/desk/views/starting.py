"""Writing to somebody first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from aspa.core.conversations import starting
from aspa.core.conversations.changing import Refused
from aspa.kit.ids import new_token, row_id
from aspa.web.desk.answering import starting_inboxes
from aspa.web.desk.doors import Done, for_agents, refused, told

if TYPE_CHECKING:
    from aspa.web.desk.doors import AgentRequest


@require_http_methods(["GET", "POST"])
@for_agents
def new(request: AgentRequest) -> HttpResponse:
    """A dialog for a new letter; posted, it is sent and its conversation opens. `to` in the address fills the field."""
    inboxes = starting_inboxes(request.user)
    if request.method == "GET":
        context = {"inboxes": inboxes, "to": request.GET.get("to", "")[:254], "client_id": new_token(12)}
        return render(request, "desk/new.html", context)
    via = get_object_or_404(inboxes, pk=row_id(request.POST.get("via", "")))
    try:
        begun = starting.start(
            by=request.user,
            via=via,
            to=request.POST.get("to", ""),
            name=request.POST.get("name", ""),
            subject=request.POST.get("subject", ""),
            body=request.POST.get("text", ""),
            client_id=request.POST.get("client_id") or None,
        )
    except Refused as refusal:
        return refused(refusal)
    return told(Done(_("The letter is on its way."), go=reverse("desk:conversation", args=[begun.pk])), begun)
