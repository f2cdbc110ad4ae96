"""What of a person stands in these tables."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aspa.service.privacy.declaring import DELETE, Basis, Blank, declare, nothing_personal

PURPOSE = _("To keep what customers publish safe and friendly, and to be able to say why something was hidden")
# Before the items, since the words of others' reports stand under them.
declare(
    "moderation.Item",
    _("What was published, and what was decided about it"),
    of="contact",
    fields={
        "kind": _("What"), "at": _("When"), "state": _("State"), "reason": _("Reason"), "words": _("What we said to it"),
    },
    erased=DELETE,
    purpose=PURPOSE,
    basis=Basis.INTEREST,
    kept=_("As long as what was published"),
)  # fmt: skip
declare(
    "moderation.Report",
    _("Reports of what others wrote"),
    of="contact",
    fields={"at": _("When"), "reason": _("Reason"), "words": _("Text")},
    erased=DELETE,
    purpose=PURPOSE,
    basis=Basis.INTEREST,
    kept=_("Until it was decided, at most as long as what was reported"),
)
declare(
    "moderation.Decision",
    _("Decisions about what was published"),
    of="item__contact",
    fields={"at": _("When"), "action": _("What"), "reason": _("Reason"), "words": _("What we said to it")},
    erased=Blank({"words": "", "before": {}}),
    purpose=PURPOSE,
    basis=Basis.LAW,
    kept=_("As long as what was published"),
)
declare(
    "moderation.ShutOut",
    _("Who may no longer publish"),
    of="contact",
    fields={"at": _("When")},
    erased=DELETE,
    purpose=PURPOSE,
    basis=Basis.INTEREST,
    kept=_("Until it is taken back, or the customer is erased"),
)
nothing_personal("moderation.HouseRules", because=_("What a brand looks at before others see it."))
