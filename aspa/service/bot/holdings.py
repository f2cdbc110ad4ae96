"""What of a person stands in these tables."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aspa.service.privacy.declaring import DELETE, Basis, declare, nothing_personal

declare(
    "bot.Talk",
    _("Talks with the bot"),
    of="conversation__contact",
    fields={
        "began_at": _("Began"),
        "language": _("Language"),
        "cause": _("Why it was handed over"),
        "handed_over_at": _("Handed over"),
        "noted": _("What was told to find an order"),
    },
    erased=DELETE,
    purpose=_("To answer at once, and to hand over to a person what a bot can’t answer"),
    basis=Basis.INTEREST,
    kept=_("As long as the conversation"),
)
nothing_personal(
    "bot.Bot", "bot.BotDay", "bot.Flow", "bot.LanguageModel", "bot.ModelDay",
    because=_("A brand's settings and its figures."),
)  # fmt: skip
