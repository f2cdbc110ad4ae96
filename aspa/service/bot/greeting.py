"""How the bot introduces itself, before anything is written, where it comes first just now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from aspa.service.bot import holding
from aspa.service.bot.models import Bot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aspa.core.inboxes.models import Inbox
    from aspa.service.routing.availability import Availability

# {language: {"name", "greeting"}}
Greetings = dict[str, dict[str, str]]


def greetings(inboxes: Iterable[Inbox], found: Mapping[int, Availability]) -> dict[int, Greetings]:
    """Of the inboxes whose bot would take care of who writes now. Costs nothing while no chat has one."""
    whens = holding.whens()
    first = {
        inbox.pk: inbox.brand.name
        for inbox in inboxes
        if whens.get(inbox.pk) == Bot.When.ALWAYS or (inbox.pk in whens and not found[inbox.pk].is_offered)
    }
    bots = Bot.objects.filter(pk__in=first) if first else ()
    return {bot.pk: _in_all_languages(bot, first[bot.pk]) for bot in bots}


def words(bot: Bot, brand: str, language: str) -> str:
    """In the bot's own words where the brand hasn't written any."""
    written: str = bot.greetings.get(language, "")
    if written:
        return written
    with override(language):
        own = _("Hello. I’m %(name)s, a bot of %(brand)s. Ask me, or ask for a person at any time.")
    return own % {"name": bot.name, "brand": brand}


def _in_all_languages(bot: Bot, brand: str) -> Greetings:
    return {code: {"name": bot.name, "greeting": words(bot, brand, code)} for code, _name in settings.LANGUAGES}
