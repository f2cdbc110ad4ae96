"""Writing: replies, notes, drafts and what helps to write them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from aspa.core.conversations import access, delivery, drafts, replies
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Message
from aspa.core.people.models import Role
from aspa.service.writing.canned import fitting
from aspa.service.writing.variables import fill
from aspa.web.desk import rendering
from aspa.web.desk.doors import Done, for_agents, refused, verb

if TYPE_CHECKING:
    from collections.abc import Callable

    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent
    from aspa.web.desk.doors import AgentRequest

KINDS = (Message.Kind.REPLY, Message.Kind.NOTE)


@require_POST
@for_agents
def reply(request: AgentRequest, conversation_id: int) -> HttpResponse:
    return _write(request, conversation_id, replies.reply, request.POST.get("text", ""))


@require_POST
@for_agents
def note(request: AgentRequest, conversation_id: int) -> HttpResponse:
    text = with_mentions(request.POST.get("text", ""), list(access.agents_of(_inbox_of(request, conversation_id))))
    return _write(request, conversation_id, replies.note, text)


def _write(request: AgentRequest, conversation_id: int, write: Callable[..., Message], text: str) -> HttpResponse:
    """201 {"id", "html"}; the same again for a repeated `client_id`; 409 when refused."""
    found = access.conversation_for(request.user, conversation_id, may=Role.Permission.REPLY)
    try:
        written = write(
            found,
            by=request.user,
            body=text,
            client_id=request.POST.get("client_id") or None,
            attachments=request.POST.getlist("attachments"),
        )
    except Refused as refusal:
        return refused(refusal)
    found = access.conversation_for(request.user, written.conversation_id)
    prepared = rendering.prepare([written], found)
    html = render_to_string("desk/message.html", {"messages_page": prepared, "conversation": found}, request)
    return JsonResponse({"id": written.pk, "html": html}, status=201)


def _inbox_of(request: AgentRequest, conversation_id: int) -> list[int]:
    return [access.conversation_for(request.user, conversation_id).inbox_id]


def with_mentions(text: str, agents: list[Agent]) -> str:
    """`@Ben Berg` becomes `@[Ben Berg](3)`, which notes understand. The longest name wins."""
    for agent in sorted(agents, key=lambda one: -len(one.name)):
        text = text.replace(f"@{agent.name}", f"@[{agent.name}]({agent.pk})")
    return text


@verb()
def retry(request: AgentRequest, conversation: Conversation, message_id: int) -> Done:
    delivery.retry(access.message_for(request.user, message_id, may=Role.Permission.REPLY))
    return Done()


@require_POST
@for_agents
def draft(request: AgentRequest, conversation_id: int) -> HttpResponse:
    """Keep what is written so far; 204."""
    found = access.conversation_for(request.user, conversation_id, may=Role.Permission.REPLY)
    kind = request.POST.get("kind")
    if kind not in KINDS:
        return HttpResponse(status=400)
    files = _files(request.POST.get("attachments", "[]"))
    drafts.save(found, agent=request.user, kind=kind, body=request.POST.get("text", "")[:50_000], attachments=files)
    return HttpResponse(status=204)


def _files(text: str) -> list[Any]:
    """Uploaded files as the composer knows them: [{"id", "name", "url", "type", …}, …]."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return given[:20] if isinstance(given, list) else []


@for_agents
def canned(request: AgentRequest, conversation_id: int) -> HttpResponse:
    """Canned replies that fit here and match `q`, filled in."""
    found = access.conversation_for(request.user, conversation_id)
    fit = list(fitting(found, agent=request.user, words=request.GET.get("q", "")[:60]))
    for one in fit:
        one.filled = fill(one.body, conversation=found, agent=request.user)  # type: ignore[attr-defined]
    return render(request, "desk/canned.html", {"replies": fit})


@for_agents
def colleagues(request: AgentRequest, conversation_id: int) -> HttpResponse:
    """Agents who can be mentioned here, matching `q`."""
    agents = access.agents_of(_inbox_of(request, conversation_id)).exclude(pk=request.user.pk)
    query = request.GET.get("q", "")[:60]
    return render(request, "desk/colleagues.html", {"agents": agents.filter(name__icontains=query)[:8]})
