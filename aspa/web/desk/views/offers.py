"""Conversations that are offered to an agent, and why one came to whom it came."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aspa.core.conversations import access, activities
from aspa.core.people.models import Agent
from aspa.kit import clock
from aspa.service.routing import offering
from aspa.web.desk.doors import Done, for_agents, verb
from aspa.web.desk.naming import name_by_address

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation, Message
    from aspa.web.desk.doors import AgentRequest

# A shorter wait isn't worth a word.
A_WHILE = dt.timedelta(minutes=1)
# Activities that say whose a conversation has become.
GIVEN = ("routed", "moved_on", "assigned", "taken", "transferred", "released")
# Why it wasn't somebody else, by the code that routing keeps.
OTHERWISE = {
    "skill": gettext_lazy("doesn't have the skill"),
    "language": gettext_lazy("doesn't speak the language"),
    "team": gettext_lazy("is in another team"),
    "full": gettext_lazy("had no room"),
    "offered": gettext_lazy("was being asked about another one"),
    "asked": gettext_lazy("had been asked already"),
    "busy": gettext_lazy("was busy"),
    "later": gettext_lazy("comes later"),
}


@for_agents
def offer(request: AgentRequest) -> HttpResponse:
    """What the agent is asked to take, as a card; empty when nothing is."""
    found = offering.of(request.user)
    context: dict[str, Any] = {}
    if found is not None:
        name_by_address([(found.conversation.contact, found.conversation.inbox)])
        since = found.conversation.waiting_since
        context = {
            "offer": found,
            "conversation": found.conversation,
            "left": max(0, round((found.expires_at - clock.now()).total_seconds())),
            "waited": since if since and clock.now() - since >= A_WHILE else None,
            "why": offering.words(found),
        }
    return render(request, "desk/offer.html", context)


@verb()
def accept(request: AgentRequest, conversation: Conversation) -> Done:
    offering.accept(conversation.pk, agent=request.user)
    return Done(_("It's yours now."), go=reverse("desk:conversation", args=[conversation.pk]))


@verb()
def decline(request: AgentRequest, conversation: Conversation) -> Done:
    offering.decline(conversation.pk, agent=request.user)
    return Done(_("Somebody else is asked."))


@for_agents
def why(request: AgentRequest, conversation_id: int) -> HttpResponse:
    """The line that says whose it became, and why it wasn't the others."""
    line = activities.newest(access.conversation_for(request.user, conversation_id), GIVEN)
    if line is None:
        return render(request, "desk/why.html", {})
    sentence = activities.sentence(line, for_contact=False)
    return render(request, "desk/why.html", {"line": line, "sentence": sentence, "others": _others(line)})


def _others(line: Message) -> list[tuple[str, str]]:
    """(name, why not) of those who were considered too."""
    codes = {one["agent"]: one["why"] for one in line.data.get("why", {}).get("others", ()) if one["why"] in OTHERWISE}
    names = Agent.objects.filter(pk__in=codes).values_list("pk", "name") if codes else []
    return [(name, str(OTHERWISE[codes[pk]])) for pk, name in names]
