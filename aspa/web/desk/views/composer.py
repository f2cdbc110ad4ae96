"""Writing: replies, notes, drafts and what helps to write them."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aspa.core.conversations import access, delivery, drafts, holding, replies
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Message
from aspa.core.inboxes.channel import channel_for
from aspa.core.people.models import Role
from aspa.kit import clock
from aspa.kit.ids import new_token
from aspa.service.promises import promising
from aspa.service.writing.canned import fitting
from aspa.service.writing.variables import fill
from aspa.web.desk import rendering
from aspa.web.desk.answering import drafts_told, held_for, held_rows, moment_for, way_for
from aspa.web.desk.doors import Done, for_agents, refused, verb
from aspa.web.desk.views.promises import confirmed

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent
    from aspa.web.desk.doors import AgentRequest

KINDS = (Message.Kind.REPLY, Message.Kind.NOTE)
LONGEST_DRAFT = 100_000
MOST_ADDRESSES = 50


@require_POST
@for_agents
def reply(request: AgentRequest, conversation_id: int) -> HttpResponse:
    """201 {"id", "html"} when it has gone, 202 {"held", "html"} when it waits: to be taken back, or for its time.

    `via` is an inbox's id, `cc` and `bcc` addresses, `subject` one that isn't the thread's own, `until` a time to send
    it at; `promise_text` and `promise_due` are the promises in it that the agent has confirmed. The same
    `client_id` again gives the same answer; 409 when refused.
    """
    found = access.conversation_for(request.user, conversation_id, may=Role.Permission.REPLY)
    client_id = request.POST.get("client_id") or None
    try:
        via = way_for(found, request.user, request.POST.get("via", ""))
        until = moment_for(found, request.POST.get("until", ""))
        promised = promising.checked(confirmed(request))
        written: dict[str, Any] = {
            "by": request.user,
            "body": request.POST.get("text", ""),
            "attachments": request.POST.getlist("attachments"),
            "via": via,
            "copies": replies.Copies(_addresses(request, "cc"), _addresses(request, "bcc")),
            "subject": request.POST.get("subject", ""),
        }
        seconds = channel_for(via).capabilities.undo_seconds
        if until is None and not seconds:
            sent = replies.reply(found, client_id=client_id, **written)
            if promised:
                promising.make(sent, promised)
            return _written(request, sent)
        until = until or clock.now() + dt.timedelta(seconds=seconds)
        client_id = client_id or new_token()
        if promised:
            # Before the reply, which a worker may send the next moment.
            promising.hold(found, promised, by=request.user, client_id=client_id)
        held = holding.hold(found, client_id=client_id, until=until, **written)
    except Refused as refusal:
        return refused(refusal)
    row = [row for row in held_rows(found, request.user) if row.pk == held.pk]
    html = render_to_string("desk/held.html", {"held_rows": row, "conversation": found}, request)
    return JsonResponse({"held": held.pk, "html": html}, status=202)


def _addresses(request: AgentRequest, name: str) -> tuple[str, ...]:
    given = (address.strip() for address in request.POST.getlist(name)[:MOST_ADDRESSES])
    return tuple(dict.fromkeys(address for address in given if address))


@require_POST
@for_agents
def note(request: AgentRequest, conversation_id: int) -> HttpResponse:
    """201 {"id", "html"}; the same again for a repeated `client_id`; 409 when refused."""
    found = access.conversation_for(request.user, conversation_id, may=Role.Permission.REPLY)
    text = with_mentions(request.POST.get("text", ""), list(access.agents_of([found.inbox_id])))
    try:
        written = replies.note(
            found,
            by=request.user,
            body=text,
            client_id=request.POST.get("client_id") or None,
            attachments=request.POST.getlist("attachments"),
        )
    except Refused as refusal:
        return refused(refusal)
    return _written(request, written)


def _written(request: AgentRequest, written: Message) -> JsonResponse:
    found = access.conversation_for(request.user, written.conversation_id)
    prepared = rendering.prepare([written], found)
    html = render_to_string("desk/message.html", {"messages_page": prepared, "conversation": found}, request)
    return JsonResponse({"id": written.pk, "html": html}, status=201)


@for_agents
def held(request: AgentRequest, conversation_id: int) -> HttpResponse:
    """The replies that wait here."""
    found = access.conversation_for(request.user, conversation_id)
    return render(request, "desk/held.html", {"conversation": found, "held_rows": held_rows(found, request.user)})


@require_POST
@for_agents
def take_back(request: AgentRequest, conversation_id: int, held_id: int) -> HttpResponse:
    """200 {"draft"}: the text is its writer's draft again. 409 when it has gone."""
    found = access.conversation_for(request.user, conversation_id, may=Role.Permission.REPLY)
    try:
        holding.take_back(held_for(found, held_id), by=request.user)
    except Refused as refusal:
        return refused(refusal)
    return JsonResponse({"draft": drafts_told(found, request.user).get(Message.Kind.REPLY)})


@verb()
def send_now(request: AgentRequest, conversation: Conversation, held_id: int) -> Done:
    holding.send_now(held_for(conversation, held_id), by=request.user)
    return Done(_("Sent."))


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
    body, options = request.POST.get("text", "")[:LONGEST_DRAFT], _options(request.POST.get("options", "{}"))
    drafts.save(found, agent=request.user, kind=kind, body=body, attachments=files, options=options)
    return HttpResponse(status=204)


def _files(text: str) -> list[Any]:
    """Uploaded files as the composer knows them: [{"id", "name", "url", "type", …}, …]."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return given[:20] if isinstance(given, list) else []


def _options(text: str) -> dict[str, Any]:
    """What else the composer was set to, as in `Draft.options`."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(given, dict):
        return {}
    options: dict[str, Any] = {}
    if isinstance(given.get("via"), int):
        options["via"] = given["via"]
    for name in ("cc", "bcc"):
        if isinstance(given.get(name), list):
            options[name] = [str(address)[:254] for address in given[name][:MOST_ADDRESSES]]
    if isinstance(given.get("subject"), str) and given["subject"]:
        options["subject"] = replies.one_line(given["subject"])
    return options


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
