"""Who the person is. Declared first, so that it goes last: until then others find their rows by the identities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from aspa.core.people.models import Contact
from aspa.kit import clock
from aspa.service.privacy.declaring import DELETE, Basis, By, declare, nothing_personal

if TYPE_CHECKING:
    from django.db.models import QuerySet


def _contacts(contact_ids: list[int]) -> QuerySet[Contact]:
    return Contact.objects.filter(pk__in=contact_ids)


def _bury(contact_ids: list[int], limit: int) -> int:
    """Leave the tombstone: the row that conversations refer to, with nothing of the person in it."""
    # Locked as writers of new rows do, too, who then see that nobody is there any more.
    living = Contact.objects.select_for_update().filter(pk__in=contact_ids, erased_at=None).order_by("pk")
    pks = [contact.pk for contact in living[:limit]]
    return Contact.objects.filter(pk__in=pks).update(
        name="", language="", tier="", custom={}, company=None, erased_at=clock.now()
    )


declare(
    "people.Contact",
    _("Customers"),
    of=_contacts,
    fields={
        "name": _("Name"),
        "language": _("Language"),
        "tier": _("Customer tier"),
        "company__name": _("Company"),
        "custom": _("Further information"),
        "created_at": _("Known since"),
    },
    erased=By(_bury),
    purpose=_("To know who writes to us and what has been agreed"),
    basis=Basis.CONTRACT,
    kept=_("Until the customer is erased; an empty row stays that holds the figures together"),
)
declare(
    "people.Identity",
    _("Addresses and accounts"),
    of="contact",
    fields={
        "kind": _("Kind"),
        "value": _("Value"),
        "verified_at": _("Verified"),
        "verified_how": _("How it was verified"),
        "created_at": _("Known since"),
    },
    erased=DELETE,
    purpose=_("To recognise the customer and to answer"),
    basis=Basis.CONTRACT,
    kept=_("Until the customer is erased"),
)
declare(
    "people.ContactChange",
    _("Notes that something has changed"),
    of="contact",
    fields={},
    erased=DELETE,
    purpose=_("To bring segments up to date"),
    basis=Basis.INTEREST,
    kept=_("Some seconds"),
)
nothing_personal("people.Company", because=_("Companies, not people."))
nothing_personal(
    "people.Agent",
    "people.Team",
    "people.Team_members",
    "people.Role",
    "inboxes.Brand",
    "inboxes.Inbox",
    "inboxes.Grant",
    because=_("Our own people and settings."),
)
