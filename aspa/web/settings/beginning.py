"""What a new installation lacks before its first customer, in the order in which it is done."""

from __future__ import annotations

import dataclasses

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aspa.core.conversations.models import Conversation
from aspa.core.inboxes.models import Brand, Inbox
from aspa.core.people.models import Agent
from aspa.service.knowledge.models import Article
from aspa.web.settings.doors import AgentRequest, settings_needed


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """`page` is the name of the address where it is done."""

    name: Promise
    about: Promise
    page: str
    is_done: bool


@settings_needed
def beginning(request: AgentRequest) -> HttpResponse:
    """For a list of the desk that is empty; nothing (204) once customers have come."""
    left = steps()
    return render(request, "settings_pages/beginning.html", {"steps": left}) if left else HttpResponse(status=204)


def steps() -> list[Step]:
    """All of them, done or not, until the first customer has written; then none."""
    if Conversation.objects.exists():
        return []
    has_brand, has_inbox = Brand.objects.exists(), Inbox.objects.exists()
    return [
        Step(
            _("Create your brand"), _("The name, the colour and the shop’s address."), "settings:brand_new", has_brand
        ),
        Step(_("Open a channel"), _("A chat, mail or a contact form."), "settings:inboxes", has_inbox),
        Step(_("Put it on your pages"), _("Copy the inbox’s line, and write to yourself."), "settings:inboxes", False),
        Step(
            _("Invite a colleague"),
            _("They choose their own password."),
            "settings:agent_new",
            Agent.objects.all()[1:2].exists(),
        ),
        Step(
            _("Write the first answer"),
            _("An article that the help site and the chat offer."),
            "content:new",
            Article.objects.exists(),
        ),
    ]
