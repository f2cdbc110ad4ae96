"""What of a person stands in these tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from aspa.core.people.models import Identity
from aspa.service.privacy.declaring import DELETE, Basis, declare, nothing_personal
from aspa.service.verification.models import SignIn

if TYPE_CHECKING:
    from django.db.models import QuerySet


def _sign_ins(contact_ids: list[int]) -> QuerySet[SignIn]:
    """By the addresses that they have proved, each among its own brand's."""
    proved = Identity.objects.filter(contact__in=contact_ids, kind=Identity.Kind.EMAIL, verified_at__isnull=False)
    found = SignIn.objects.none()
    for brand, email in proved.values_list("brand", "value"):
        found = found | SignIn.objects.filter(brand=brand, email=email)
    return found


declare(
    "verification.Challenge",
    _("Addresses to be proved"),
    of="contact",
    fields={"value": _("Address"), "at": _("Asked"), "outcome": _("What came of it"), "finished_at": _("When")},
    erased=DELETE,
    purpose=_("To know that an address is the customer's own"),
    basis=Basis.INTEREST,
    kept=_("Until the customer is erased"),
)
declare(
    "verification.Identification",
    _("Strong identifications"),
    of="contact",
    fields={
        "at": _("Asked"), "finished_at": _("When"), "level": _("Level"), "provider__name": _("By"),
        "state": _("What came of it"),
    },
    erased=DELETE,
    purpose=_("To know who the customer is where the matter needs it"),
    basis=Basis.INTEREST,
    kept=_("Until the customer is erased"),
)  # fmt: skip
declare(
    "verification.Fact",
    _("Identification data"),
    of="contact",
    fields={"key": _("What"), "value": _("Value"), "at": _("When")},
    erased=DELETE,
    purpose=_("To know who the customer is where the matter needs it"),
    basis=Basis.LAW,
    kept=_("Until the customer is erased"),
)
declare(
    "verification.Look",
    _("Looks at identification data"),
    of="contact",
    fields={"at": _("When"), "what": _("What was done"), "keys": _("What")},
    erased=DELETE,
    purpose=_("To show who has seen identification data"),
    basis=Basis.LAW,
    kept=_("Until the customer is erased"),
)
declare(
    "verification.SignIn",
    _("Sign-ins on the help pages"),
    of=_sign_ins,
    fields={"email": _("Address"), "at": _("Asked")},
    erased=DELETE,
    purpose=_("To let the customer sign in"),
    basis=Basis.CONTRACT,
    kept=_("An hour"),
)
nothing_personal("verification.Provider", because=_("Where customers identify themselves, not who."))
