"""What of a person stands in these tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from aspa.core.people.browsers import browsers_of
from aspa.service.privacy.declaring import DELETE, Basis, declare
from aspa.service.privacy.retained import retain
from aspa.service.visits.models import BrowserConsent, Visit

if TYPE_CHECKING:
    from django.db.models import QuerySet


def said_in_browsers(contact_ids: list[int]) -> QuerySet[BrowserConsent]:
    return BrowserConsent.objects.filter(visitor__in=browsers_of(contact_ids))


declare(
    "visits.Visit",
    _("Page visits"),
    of="contact",
    fields={"at": _("Seen"), "url": _("Web address"), "title": _("Page"), "product": _("Product")},
    erased=DELETE,
    purpose=_("To see at once what a question is about, where the customer agreed to it"),
    basis=Basis.CONSENT,
    kept=_("Until the consent is withdrawn or the customer is erased; of who never writes a week"),
    retention="visits",
)
declare(
    "visits.BrowserConsent",
    _("Consents of browsers"),
    of=said_in_browsers,
    fields={"at": _("Given")},
    erased=DELETE,
    purpose=_("To know that page visits may be kept, before the visitor has written"),
    basis=Basis.CONSENT,
    kept=_("A week after the last visit"),
)
retain("visits", _("Page visits"), rows=lambda: Visit.objects.all(), age="at", brand="brand", channel="")
