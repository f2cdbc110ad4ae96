"""What the audit log keeps: every change of settings, rights and people, without passwords and secrets."""

from __future__ import annotations

from auditlog.registry import auditlog

from aspa.channels.email.models import Block
from aspa.core.conversations.models import Label, Reason
from aspa.core.inboxes.models import Brand, Grant, Inbox
from aspa.core.people.models import Agent, Role, Team
from aspa.service.bot.models import Bot, Flow, LanguageModel
from aspa.service.carts.models import CartPolicy
from aspa.service.closing.models import SilencePolicy
from aspa.service.commerce.models import Source
from aspa.service.duty.models import Member, Rota, StandIn
from aspa.service.hours.models import ExceptionDay, Hours
from aspa.service.moderation.models import HouseRules
from aspa.service.privacy.models import Purpose, RedactionPolicy, RetentionRule
from aspa.service.routing.models import Ability, Rules, Skill, Tier
from aspa.service.sla.models import Policy
from aspa.service.timeline.models import Field
from aspa.service.verification.models import Provider
from aspa.service.writing.models import CannedReply
from aspa.web.rest.models import Key
from aspa.web.shell.models import SignInRules

HIDDEN = "aspa.web.settings.audit.hidden"


def register() -> None:
    auditlog.register(Agent, exclude_fields=["password", "last_login"])
    auditlog.register(Team, m2m_fields={"members"})
    auditlog.register(Rota, m2m_fields={"reasons"})
    auditlog.register(Member)
    auditlog.register(StandIn)
    auditlog.register(Brand, mask_fields=["identity_secret"], mask_callable=HIDDEN)
    # A channel's settings may hold the keys of its provider.
    auditlog.register(Inbox, mask_fields=["settings"], mask_callable=HIDDEN)
    auditlog.register(Provider, mask_fields=["client_secret", "private_keys", "subject_key"], mask_callable=HIDDEN)
    auditlog.register(Source, mask_fields=["settings"], mask_callable=HIDDEN)
    auditlog.register(LanguageModel, mask_fields=["key"], mask_callable=HIDDEN)
    auditlog.register(Key, exclude_fields=["digest", "last_used_at"])
    auditlog.register(Skill, m2m_fields={"reasons"})
    auditlog.register(Ability, m2m_fields={"skills"})
    for model in (Role, Grant, Label, Reason, CannedReply, Policy, SignInRules, SilencePolicy, CartPolicy, Rules, Tier, Bot, Flow,
                  HouseRules,
                  Field, Hours, ExceptionDay, Block, Purpose,
                  RedactionPolicy, RetentionRule):  # fmt: skip
        auditlog.register(model)


def hidden(value: str) -> str:
    """That it changed is told, what it was is not."""
    return "•••"
