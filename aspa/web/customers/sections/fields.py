"""What the brand wants to know of its customers: on the page all of it, beside a conversation what an admin chose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from aspa.core.people.models import Role
from aspa.service.timeline import fields, rights
from aspa.web.customers.panel import Section

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent, Contact


def known(agent: Agent, contact: Contact, conversation: Conversation | None) -> dict[str, Any] | None:
    shown = [field for field in fields.of_brand(contact.brand_id) if field.in_panel or conversation is None]
    if not shown:
        return None
    return {
        "fields": [(field, fields.shown(field, contact.custom)) for field in shown],
        "may_edit": contact.erased_at is None and rights.may(agent, contact, Role.Permission.REPLY),
    }


section = Section(
    key="fields",
    order=60,
    title=_("What is known"),
    template="customers/sections/fields.html",
    context=known,
)
