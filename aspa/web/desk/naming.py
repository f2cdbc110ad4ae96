"""What to call customers who haven't told their name: by the address they wrote from, where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aspa.core.inboxes.channel import channel_for
from aspa.core.people.models import Identity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aspa.core.inboxes.models import Inbox
    from aspa.core.people.models import Contact


def name_by_address(met: Iterable[tuple[Contact, Inbox]]) -> None:
    """Let the nameless among them be known by their address. Asks nothing while all have names, or came by a chat."""
    nameless = [contact for contact, inbox in met if not contact.name and _reaches(inbox)]
    if not nameless:
        return
    told = Identity.objects.filter(contact__in=nameless, kind__in=(Identity.Kind.EMAIL, Identity.Kind.PHONE))
    # The proven one last, so that it wins.
    known = sorted(told, key=lambda identity: (identity.is_verified, -identity.pk))
    addresses = {identity.contact_id: identity.value for identity in known}
    for contact in nameless:
        contact.known_as = addresses.get(contact.pk, "")


def _reaches(inbox: Inbox) -> bool:
    return bool(channel_for(inbox).capabilities.reaches)
