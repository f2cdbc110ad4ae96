"""One conversation: its page and the parts that refresh by themselves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from aspa.core.conversations import access, around, lists, reading
from aspa.core.conversations.models import Conversation
from aspa.core.people.models import Role
from aspa.kit.ids import row_id
from aspa.service.closing import waiting
from aspa.service.promises import watching
from aspa.web.desk import countdowns, marks, rendering
from aspa.web.desk.answering import answering, drafts_told, held_rows
from aspa.web.desk.doors import for_agents, is_part
from aspa.web.desk.naming import name_by_address
from aspa.web.desk.rows import past
from aspa.web.desk.views.lists import desk_context
from aspa.web.live import pages

if TYPE_CHECKING:
    from aspa.web.desk.doors import AgentRequest

LINKED = 6


@for_agents
def show(request: AgentRequest, conversation_id: int) -> HttpResponse:
    """The whole page, or for a script the conversation with the customer beside it."""
    around = {} if is_part(request) else desk_context(request)
    found = access.conversation_for(request.user, conversation_id)
    name_by_address([(found.contact, found.inbox)])
    context = {**around, **_talk(request, found), **_head(request, found), **_side(request, found)}
    return render(request, "desk/desk.html" if around else "desk/open.html", context)


@for_agents
def head(request: AgentRequest, conversation_id: int) -> HttpResponse:
    found = access.conversation_for(request.user, conversation_id)
    name_by_address([(found.contact, found.inbox)])
    return render(request, "desk/head.html", _head(request, found))


@for_agents
def side(request: AgentRequest, conversation_id: int) -> HttpResponse:
    found = access.conversation_for(request.user, conversation_id)
    name_by_address([(found.contact, found.inbox)])
    return render(request, "desk/side.html", _side(request, found))


@for_agents
def ways(request: AgentRequest, conversation_id: int) -> HttpResponse:
    """By which ways it can be answered now: the customer may have written by another one since the page was made."""
    found = access.conversation_for(request.user, conversation_id, may=Role.Permission.REPLY)
    context = {**_messages(found)}
    context["answering"] = answering(found, request.user, context["messages_page"])
    return render(request, "desk/via.html", context)


@for_agents
def messages(request: AgentRequest, conversation_id: int) -> HttpResponse:
    """Messages `before` an id (scrolling up) or `after` one (catching up)."""
    found = access.conversation_for(request.user, conversation_id)
    given = {name: row_id(request.GET.get(name, "")) for name in ("before", "after")}
    marks = {name: number for name, number in given.items() if number is not None}
    return render(request, "desk/messages.html", _messages(found, **marks))


@for_agents
def message(request: AgentRequest, conversation_id: int, message_id: int) -> HttpResponse:
    """One message as the page shows it; nothing (204) when it isn't there, or no longer: it may have been split off."""
    found = access.conversation_for(request.user, conversation_id)
    one = reading.one_for_agents(found, message_id)
    if not one:
        return HttpResponse(status=204)
    prepared = rendering.prepare(one, found)
    return render(request, "desk/message.html", {"messages_page": prepared, "conversation": found})


@require_POST
@for_agents
def read(request: AgentRequest, conversation_id: int) -> HttpResponse:
    """The agent has seen the messages up to one."""
    found = access.conversation_for(request.user, conversation_id)
    up_to = row_id(request.POST.get("up_to", ""))
    if up_to is None:
        return HttpResponse(status=400)
    reading.agent_reads(found, agent=request.user, up_to=min(up_to, found.last_message_id))
    return HttpResponse(status=204)


def _messages(found: Conversation, **marks: int) -> dict[str, Any]:
    page, more = reading.for_agents(found, **marks)
    return {"conversation": found, "messages_page": rendering.prepare(page, found, days=True), "more": more}


def _talk(request: AgentRequest, found: Conversation) -> dict[str, Any]:
    context = _messages(found)
    if access.reach(request.user).may(Role.Permission.REPLY, found.inbox_id):
        context["drafts"] = json.dumps(drafts_told(found, request.user))
        context["answering"] = answering(found, request.user, context["messages_page"])
    return {**context, "held_rows": held_rows(found, request.user)}


def _head(request: AgentRequest, found: Conversation) -> dict[str, Any]:
    may = access.reach(request.user).may
    following, running = marks.of_head(found, agent=request.user)
    is_waiting = found.status == Conversation.Status.WAITING
    return {
        "conversation": found,
        "closes_at": waiting.closing_times([found.pk]).get(found.pk) if is_waiting else None,
        "labels": around.labels_of(found),
        "following": following,
        "countdowns": [countdowns.shown(due) for due in running],
        "may_reply": may(Role.Permission.REPLY, found.inbox_id),
        "may_moderate": may(Role.Permission.MODERATE, found.inbox_id),
        "view": request.GET.get("view", ""),
    }


def _side(request: AgentRequest, found: Conversation) -> dict[str, Any]:
    page_now = pages.page_of(found.contact_id)
    page = page_now or found.context.get("page") or {}
    return {
        "conversation": found,
        # The address comes from the visitor's browser: anything but a web page could be a trap.
        "page_visited": page if str(page.get("url", "")).startswith(("https://", "http://")) else None,
        "is_on_page_now": page_now is not None,
        "answers": found.context.get("answers") or {},
        "language_name": dict(settings.LANGUAGES).get(found.language, ""),
        **_promises(request, found),
        "may_reply": access.reach(request.user).may(Role.Permission.REPLY, found.inbox_id),
        "contact": found.contact,
        "company": found.contact.company if found.contact.company_id else None,
        "identities": around.identities_of(found.contact),
        "linked": past(lists.some(request.user, around.linked_ids(found))[:LINKED]),
    }


def _promises(request: AgentRequest, found: Conversation) -> dict[str, Any]:
    promises = watching.of(found)
    may_keep = bool(promises) and access.reach(request.user).may(Role.Permission.REPLY, found.inbox_id)
    keepers = access.agents_of([found.inbox_id], Role.Permission.REPLY)[:100] if may_keep else []
    return {"promises": promises, "may_keep": may_keep, "keepers": keepers}
