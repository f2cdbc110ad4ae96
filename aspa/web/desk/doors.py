"""Who comes in, and how the desk answers: the decorators and answers that all views share."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from aspa.core.conversations import access
from aspa.core.conversations.changing import Refused
from aspa.core.people.models import Agent, Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from aspa.core.conversations.models import Conversation

P = ParamSpec("P")


class AgentRequest(HttpRequest):
    """A request whose agent is signed in."""

    user: Agent


@dataclass(frozen=True, slots=True)
class Done:
    """What a verb tells the agent. `undo` takes it back: {"url", "values"}; `go` is a page to open next."""

    text: str = ""
    undo: dict[str, Any] | None = None
    go: str = ""
    changed: list[int] = field(default_factory=list)


def for_agents(
    view: Callable[Concatenate[AgentRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Only a signed-in agent passes. A page part asks the browser to load anew, a page goes to sign in."""

    @never_cache
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            response = view(cast(AgentRequest, request), *args, **kwargs)
            response["Vary"] = "HX-Request, Cookie"
            return response
        if is_part(request):
            return HttpResponse(status=401, headers={"HX-Refresh": "true"})
        return redirect_to_login(request.get_full_path())

    return guarded


def is_part(request: HttpRequest) -> bool:
    """Whether a script asks for a part of a page."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def verb(
    may: str = Role.Permission.REPLY,
) -> Callable[[Callable[..., Done]], Callable[..., HttpResponse]]:
    """A POST that changes one conversation: looked up for the agent, one verb called, the outcome told."""

    def decorate(change: Callable[..., Done]) -> Callable[..., HttpResponse]:
        @require_POST
        @for_agents
        @functools.wraps(change)
        def view(request: AgentRequest, conversation_id: int, **kwargs: Any) -> HttpResponse:
            conversation = access.conversation_for(request.user, conversation_id, may=may)
            try:
                return told(change(request, conversation, **kwargs), conversation)
            except Refused as refusal:
                return refused(refusal)

        return view

    return decorate


def told(done: Done, conversation: Conversation | None = None) -> HttpResponse:
    """204 with what the page should do: show a toast, refresh what changed, perhaps go somewhere."""
    changed = [*done.changed, *([conversation.pk] if conversation else [])]
    triggers: dict[str, Any] = {"desk:changed": {"conversations": changed}}
    if done.text:
        triggers["toast"] = {"text": str(done.text), "undo": done.undo}
    if done.go:
        triggers["desk:go"] = {"url": done.go}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(triggers)})


def refused(refusal: Refused, *, ask: str = "") -> HttpResponse:
    """409: nothing was changed, and why, in the dialog that `ask` gives or in a toast."""
    toast: dict[str, Any] = {"toast": {"text": str(refusal), "failed": True}}
    trigger = {"desk:ask": {"url": ask}} if ask else toast
    return JsonResponse(
        {"error": {"code": refusal.code, "text": str(refusal)}},
        status=409,
        headers={"HX-Trigger": json.dumps(trigger)},
    )
