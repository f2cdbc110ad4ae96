"""What the services around the conversations keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from aspa.service.privacy.declared.conversations import wordless
from aspa.service.privacy.declaring import DELETE, Basis, Blank, declare, nothing_personal

if TYPE_CHECKING:
    from aspa.service.routing.models import Waiting

SERVING = _("To answer in time, by somebody who can help")
FOR_FIGURES = _("As long as the conversation; it holds times and numbers only")

declare(
    "promises.Promise",
    _("Promises to the customer"),
    of="conversation__contact",
    fields={
        "text": _("Text"),
        "made_at": _("When"),
        "due_at": _("Due"),
        "state": _("State"),
    },
    erased=Blank({"text": lambda promise: "…" if promise.text else "", "client_id": ""}),
    purpose=_("To keep what was promised"),
    basis=Basis.CONTRACT,
    kept=_("Until the customer is erased; that something was promised, and whether it was kept, stays for the figures"),
    retention="conversations",
)
declare(
    "duty.Call",
    _("Calls of the person on duty"),
    of="conversation__contact",
    fields={"since": _("When"), "why": _("Why it was taken as urgent"), "state": _("State")},
    erased=Blank({"why": ""}),
    purpose=_("To tell somebody of what is urgent"),
    basis=Basis.INTEREST,
    kept=_("Until the customer is erased; that there was a call stays for the figures"),
    retention="conversations",
)
declare(
    "receipts.Given",
    _("When receipts were given"),
    of="contact",
    fields={"at": _("When")},
    erased=DELETE,
    purpose=_("To send no more than a few receipts a day"),
    basis=Basis.INTEREST,
    kept=_("A day"),
)


def _asked(waiting: Waiting) -> object:
    return wordless(waiting.asked)


declare(
    "routing.Waiting",
    _("Places in the queue"),
    of="conversation__contact",
    fields={"entered_at": _("When")},
    erased=Blank({"asked": _asked}),
    purpose=SERVING,
    basis=Basis.INTEREST,
    kept=FOR_FIGURES,
)
declare(
    "routing.Offer",
    _("Conversations that are offered to an agent"),
    of="conversation__contact",
    fields={"offered_at": _("When")},
    erased=DELETE,
    purpose=SERVING,
    basis=Basis.INTEREST,
    kept=_("Until the agent has answered"),
)
declare(
    "desk.ShownPictures",
    _("Whose pictures are shown at once"),
    of="contact",
    fields={"address": _("Address")},
    erased=DELETE,
    purpose=_("To show the pictures in the customer’s letters"),
    basis=Basis.INTEREST,
    kept=_("Until the customer is erased"),
)
nothing_personal(
    "closing.Wait",
    "closing.ExceptionalEnding",
    "duty.Ring",
    "receipts.FirstReply",
    "routing.Waited",
    "sla.Standing",
    "sla.Countdown",
    because=_("Times of conversations, without anything that was said."),
)
nothing_personal(
    "closing.EndedDay",
    "promises.PromiseDay",
    "sla.Tally",
    "sla.Pace",
    "staffing.Watch",
    "staffing.StaffedDay",
    "staffing.Gap",
    because=_("Figures by the day."),
)
nothing_personal(
    "closing.SilencePolicy",
    "duty.Rota",
    "duty.Rota_reasons",
    "duty.Member",
    "duty.StandIn",
    "hours.Hours",
    "hours.ExceptionDay",
    "routing.Rules",
    "routing.Skill",
    "routing.Skill_reasons",
    "routing.Ability",
    "routing.Ability_skills",
    "routing.Tier",
    "routing.AtWork",
    "sla.Policy",
    "sla.KnownTiers",
    "writing.CannedReply",
    "shell.SignInRules",
    "desk.SavedView",
    "desk.PushSubscription",
    because=_("Our own people and settings."),
)
