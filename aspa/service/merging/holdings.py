"""What of a person stands in these tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aspa.service.merging.models import Difference, Merge
from aspa.service.privacy.declaring import DELETE, Basis, declare

if TYPE_CHECKING:
    from django.db.models import QuerySet


def merges(contact_ids: list[int]) -> QuerySet[Merge]:
    return Merge.objects.filter(Q(source__in=contact_ids) | Q(target__in=contact_ids))


def differences(contact_ids: list[int]) -> QuerySet[Difference]:
    return Difference.objects.filter(Q(first__in=contact_ids) | Q(second__in=contact_ids))


declare(
    "merging.Merge",
    _("Merged records"),
    of=merges,
    fields={"at": _("When"), "proof": _("On what proof"), "reason": _("Reason"), "undone_at": _("Taken back")},
    erased=DELETE,
    purpose=_("To take a mistaken merge apart again"),
    basis=Basis.INTEREST,
    kept=_("Until the customer is erased"),
)
declare(
    "merging.Difference",
    _("Records that are two people"),
    of=differences,
    fields={"at": _("When")},
    erased=DELETE,
    purpose=_("Not to ask again whether two customers are one"),
    basis=Basis.INTEREST,
    kept=_("Until the customer is erased"),
)
