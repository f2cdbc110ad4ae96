"""What the customer has agreed to."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from aspa.core.inboxes.channel import channels
from aspa.core.people.models import Role
from aspa.service.privacy import consents, purposes
from aspa.service.privacy.models import Consent
from aspa.service.timeline import rights
from aspa.service.timeline.held import held
from aspa.web.customers.panel import Section

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent, Contact

# As `Consent.how`.
HOW = {
    "widget": _("on the shop’s page"),
    "customer page": _("on their own page"),
    "agent": _("told us"),
    "shop": _("in the shop"),
    "api": _("told by another system"),
    "import": _("imported"),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Word:
    """What was said, in words of the reader's language. `channel` is empty when it is about all of them."""

    said: Consent
    purpose: str
    channel: str
    how: str


def worded(said: Iterable[Consent], brand_id: int) -> list[Word]:
    names = {purpose.key: purpose.name for purpose in purposes.of_brand(brand_id)}
    called = {channel.key: str(channel.name) for channel in channels()}
    return [
        Word(
            one,
            names.get(one.purpose, one.purpose),
            called.get(one.channel, one.channel),
            str(HOW.get(one.how, one.how)),
        )
        for one in said
    ]


def agreed(agent: Agent, contact: Contact, conversation: Conversation | None) -> dict[str, Any] | None:
    said = consents.standing(contact) if held(contact, [Consent]) else []
    # Beside a conversation it takes no room while nothing was said.
    if contact.erased_at is not None or (conversation is not None and not said):
        return None
    by_purpose: dict[str, list[Word]] = {}
    for word in worded(said, contact.brand_id):
        by_purpose.setdefault(word.said.purpose, []).append(word)
    asked = purposes.of_brand(contact.brand_id)
    known = [
        (purpose.name, purpose.text, by_purpose.pop(purpose.key, []))
        for purpose in asked
        if purpose.is_on or purpose.key in by_purpose
    ]
    # What others asked for, an import say.
    return {
        "purposes": known + [(key, "", words) for key, words in by_purpose.items()],
        "may_edit": rights.may(agent, contact, Role.Permission.PRIVACY),
    }


section = Section(
    key="consents",
    order=90,
    title=_("Consents"),
    template="customers/sections/consents.html",
    context=agreed,
    looked_into=(Consent,),
)
