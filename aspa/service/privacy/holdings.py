"""What this app itself holds of a person."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aspa.service.privacy import emptied
from aspa.service.privacy.declaring import DELETE, Basis, Blank, Keep, declare, nothing_personal
from aspa.service.privacy.retained import retain

declare(
    "privacy.Consent",
    _("Consents"),
    of="contact",
    fields={
        "purpose": _("Purpose"),
        "channel": _("Channel"),
        "is_given": _("Given"),
        "at": _("When"),
        "how": _("How"),
        "text_version": _("Version of the text"),
        "reason": _("Why it was written down"),
    },
    erased=DELETE,
    purpose=_("To know what the customer has agreed to, and to show it"),
    basis=Basis.LAW,
    kept=_("Until the customer is erased"),
)
declare(
    "privacy.Copy",
    _("Copies of what is known of a customer"),
    of="contact",
    fields={"asked_at": _("When"), "made_at": _("Made")},
    files=("file",),
    erased=Blank({}),
    purpose=_("To give customers a copy of their data"),
    basis=Basis.LAW,
    kept=_("Seven days; that there was one stays known"),
)
declare(
    "privacy.CopyTaken",
    _("Downloads of copies"),
    of="copy__contact",
    fields={"at": _("When")},
    erased=Keep(_("It says when one of our people downloaded a copy, and nothing of the customer.")),
    purpose=_("To know who has seen a copy"),
    basis=Basis.LAW,
    kept=_("As long as the number of the erased customer"),
)
declare(
    "privacy.Erasure",
    _("Erasures"),
    of="contact",
    fields={"asked_at": _("When"), "done_at": _("Done")},
    erased=Keep(_("It says that the customer was erased: their number, the day, and how many rows.")),
    purpose=_("To show that it was done, and to do it again when a backup is put back"),
    basis=Basis.LAW,
    kept=_("As long as the number of the erased customer"),
)
nothing_personal(
    "privacy.Purpose",
    "privacy.RetentionRule",
    "privacy.Removal",
    "privacy.RedactionPolicy",
    because=_("Our own people and settings."),
)
retain(
    "customers",
    _("Customers of whom nothing is left"),
    rows=emptied.contacts,
    age="created_at",
    brand="brand",
    remove=emptied.remove,
    least_days=30,
    is_walked=True,
)
