"""What admins set. A bot that is switched off hands over what it has at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from aspa.service.bot import handing_over, holding, ready_made
from aspa.service.bot.models import Bot, Talk
from aspa.service.routing import changes

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Inbox


def bot_of(inbox: Inbox) -> Bot:
    """As it is set, or as a chat without one begins."""
    return Bot.objects.filter(pk=inbox.pk).first() or Bot(inbox=inbox)


def save(bot: Bot) -> None:
    """The brand's bots know the ready-made flows from the first one on."""
    with transaction.atomic():
        bot.save()
        ready_made.add_to(bot.inbox.brand)
    holding.forget()
    changes.settings_changed()
    if bot.when == Bot.When.OFF:
        for pk in Talk.objects.filter(inbox=bot.pk, state=Talk.State.BOT).values_list("pk", flat=True):
            handing_over.hand_over(pk, cause="off")
