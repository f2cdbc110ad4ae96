"""What is kept of a person beside the conversations."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aspa.service.privacy.declaring import DELETE, Basis, declare, nothing_personal

UNTIL_ERASED = _("Until the customer is erased")

nothing_personal("timeline.Field", because=_("The names of what a brand wants to know."))
declare(
    "timeline.Preference",
    _("Preferences"),
    of="contact",
    fields={"channel": _("Preferred channel"), "address": _("Form of address"), "wishes": _("Wishes")},
    erased=DELETE,
    purpose=_("To serve the customer as they wish"),
    basis=Basis.INTEREST,
    kept=UNTIL_ERASED,
)
declare(
    "timeline.Note",
    _("Notes on the customer"),
    of="contact",
    fields={"written_at": _("When"), "text": _("Text"), "changed_at": _("Changed")},
    erased=DELETE,
    purpose=_("So that the next agent knows what has been agreed with the customer"),
    basis=Basis.INTEREST,
    kept=UNTIL_ERASED,
)
declare(
    "timeline.Change",
    _("Changes of what is known of the customer"),
    of="contact",
    fields={"at": _("When"), "changes": _("What changed")},
    erased=DELETE,
    purpose=_("To know who has changed what is known of the customer"),
    basis=Basis.INTEREST,
    kept=UNTIL_ERASED,
)
declare(
    "timeline.Moment",
    _("Moments of the timeline"),
    of="contact",
    fields={"at": _("When"), "kind": _("Kind")},
    erased=DELETE,
    purpose=_("To find what happened with the customer, and when"),
    basis=Basis.INTEREST,
    kept=UNTIL_ERASED,
)
