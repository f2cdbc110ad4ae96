"""What segments hold of a person."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aspa.service.privacy.declaring import DELETE, Basis, declare, nothing_personal

nothing_personal("segments.Segment", because=_("The conditions of a group of customers."))
nothing_personal("segments.Edition", because=_("The conditions of a group of customers."))
nothing_personal("segments.SegmentDay", because=_("Only how many they were."))
declare(
    "segments.Membership",
    _("Customer segments"),
    of="contact",
    fields={"edition__segment__name": _("Segment"), "since": _("Since")},
    erased=DELETE,
    purpose=_("To serve customers with the same needs alike"),
    basis=Basis.INTEREST,
    kept=_("As long as the conditions of the segment hold, or until the customer is erased"),
)
