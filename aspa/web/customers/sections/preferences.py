"""How the customer wants to be served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from aspa.core.inboxes.channel import channels
from aspa.service.timeline import profile
from aspa.service.timeline.models import Preference
from aspa.web.customers.panel import Section

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent, Contact


def preferences(agent: Agent, contact: Contact, conversation: Conversation | None) -> dict[str, Any] | None:
    found = profile.preference_of(contact)
    if found is None or not (found.channel or found.address or found.wishes):
        return None
    names = {channel.key: channel.name for channel in channels()}
    return {"preference": found, "channel": names.get(found.channel, found.channel)}


section = Section(
    key="preferences",
    order=62,
    title=_("Preferences"),
    template="customers/sections/preferences.html",
    context=preferences,
    models=(Preference,),
)
