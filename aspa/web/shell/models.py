"""How strictly the company's people sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.cache import caches
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from aspa.core.people.models import Agent

REMEMBERED = "shell:two-step-required"
# Another server process notices a change of the rule after this many seconds.
REMEMBER_SECONDS = 30


class SignInRules(models.Model):
    """The one row that says what every agent has to do to sign in."""

    two_step_required = models.BooleanField(
        _("Everybody must use two-step sign-in"),
        default=False,
        help_text=_("Agents who don't have it yet are asked to turn it on before they can do anything else."),
    )

    class Meta:
        verbose_name = _("sign-in rules")
        verbose_name_plural = _("sign-in rules")

    def __str__(self) -> str:
        return str(_("Sign-in rules"))


def sign_in_rules() -> SignInRules:
    """The rules; unsaved defaults when nobody has set any."""
    return SignInRules.objects.first() or SignInRules(pk=1)


def two_step_required() -> bool:
    """Asked on every request, so it is remembered for a moment."""
    known: bool | None = caches["process"].get(REMEMBERED)
    if known is None:
        known = sign_in_rules().two_step_required
        caches["process"].set(REMEMBERED, known, REMEMBER_SECONDS)
    return known


def require_two_step(required: bool) -> None:
    """Set the rule."""
    rules = sign_in_rules()
    rules.two_step_required = required
    rules.save()
    caches["process"].delete(REMEMBERED)


def owes_two_step(agent: Agent) -> bool:
    """Whether the agent must turn on two-step sign-in before going on."""
    from allauth.mfa.utils import is_mfa_enabled

    return two_step_required() and not is_mfa_enabled(agent)
