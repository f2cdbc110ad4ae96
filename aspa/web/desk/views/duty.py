"""The duty at the desk: what is urgent, whose turn it is, shifts that change hands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aspa.core.conversations import access
from aspa.core.conversations.changing import Refused
from aspa.core.people.models import Agent, Role
from aspa.kit import clock
from aspa.kit.ids import row_id
from aspa.service.duty import accepting, handing_over, rotas
from aspa.service.duty.models import Call, Line, StandIn
from aspa.web.desk import on_duty
from aspa.web.desk.doors import for_agents
from aspa.web.desk.views.lifecycle import snooze_time

if TYPE_CHECKING:
    from aspa.service.duty.models import Rota
    from aspa.web.desk.doors import AgentRequest

MOST = 50
TURNS = 6


@for_agents
def page(request: AgentRequest) -> HttpResponse:
    return _page(request)


@for_agents
def call(request: AgentRequest, call_id: int) -> HttpResponse:
    """Where the alert's link leads: what it is about, and the button that takes it."""
    found = accepting.call_for(request.user, call_id)
    return render(request, "desk/duty_call.html", {"call": found, "conversation": found.conversation})


@require_POST
@for_agents
def accept(request: AgentRequest, call_id: int) -> HttpResponse:
    found = accepting.call_for(request.user, call_id)
    try:
        accepting.accept(found, by=request.user)
    except Refused as refusal:
        found.refresh_from_db(fields=["state", "settled_at", "accepted_by"])
        context = {"call": found, "conversation": found.conversation, "refused": refusal}
        return render(request, "desk/duty_call.html", context, status=409)
    return redirect("desk:conversation", found.conversation_id)


@require_POST
@for_agents
def offer(request: AgentRequest) -> HttpResponse:
    """Ask a colleague to take a shift of one's own: `turn` as the page offers it, or its `start` and `end` changed."""
    rota = get_object_or_404(rotas.rotas(), pk=row_id(request.POST.get("rota", "")))
    line = request.POST.get("line", "")
    if line not in map(str, Line.values):
        raise Http404("No such line.")
    colleague = get_object_or_404(Agent, pk=row_id(request.POST.get("agent", "")), is_active=True)
    try:
        start, end = (snooze_time(request.POST.get(name, "")) for name in ("start", "end"))
        shift = handing_over.offer(rota, line=int(line), by=request.user, to=colleague, start=start, end=end)
    except Refused as refusal:
        return _page(request, refusal)
    on_duty.ask_to_take_shift.enqueue(shift_id=shift.pk)
    messages.success(
        request, _("%(agent)s is asked. The shift is yours until the answer is yes.") % {"agent": colleague}
    )
    return redirect("desk:duty")


@require_POST
@for_agents
def answer(request: AgentRequest, shift_id: int) -> HttpResponse:
    """Say yes or no to a colleague's shift."""
    shift = get_object_or_404(StandIn, pk=shift_id, agent=request.user, offered_by__isnull=False)
    says_yes = request.POST.get("answer") == "yes"
    try:
        handing_over.accept(shift) if says_yes else handing_over.decline(shift)
    except Refused as refusal:
        return _page(request, refusal)
    rotas.remember()
    on_duty.tell_answer.enqueue(shift_id=shift.pk)
    messages.success(request, _("The shift is yours. Thank you.") if says_yes else _("You said no to the shift."))
    return redirect("desk:duty")


@require_POST
@for_agents
def withdraw(request: AgentRequest, shift_id: int) -> HttpResponse:
    shift = get_object_or_404(StandIn, pk=shift_id, offered_by=request.user)
    try:
        handing_over.withdraw(shift)
    except Refused as refusal:
        return _page(request, refusal)
    return redirect("desk:duty")


def _page(request: AgentRequest, refused: Refused | None = None) -> HttpResponse:
    agent = request.user
    context = {
        "calls": _calls(agent),
        "asked": handing_over.offered_to(agent),
        "asking": handing_over.offered_by(agent),
        "rotas": [_of(agent, rota) for rota in rotas.rotas() if agent.pk in rotas.people(rota)],
        "refused": refused,
    }
    return render(request, "desk/duty.html", context, status=409 if refused else 200)


def _calls(agent: Agent) -> list[Call]:
    """What nobody has taken yet where the agent answers, the oldest first."""
    live = Call.objects.filter(state=Call.State.CALLED, settled_at=None).order_by("since")
    ids = access.reach(agent).inbox_ids(Role.Permission.REPLY)
    if ids is not None:
        live = live.filter(conversation__inbox__in=ids)
    return list(
        live.select_related("conversation__inbox__brand", "conversation__brand", "conversation__contact")[:MOST]
    )


def _of(agent: Agent, rota: Rota) -> dict[str, Any]:
    """A rota as its member sees it: who is on duty now, and the agent's own turns, each with its line."""
    now, known = clock.now(), rotas.people(rota)
    return {
        "rota": rota,
        "now": [
            (line.label, known[agent_id], rotas.roster_of(rota, line).ends_at(now))
            for line in Line
            if (agent_id := rotas.on_duty(rota, line, now)) is not None
        ],
        "turns": sorted(
            ((turn, line) for line in Line for turn in handing_over.turns_of(agent, rota, line)[:TURNS]),
            key=lambda one: one[0].start,
        ),
        "colleagues": [one for one in handing_over.colleagues(rota) if one.pk != agent.pk],
    }
