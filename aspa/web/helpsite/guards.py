"""What keeps floods and robots from the public forms: a stamp, a trap, and limits by network and by person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from aspa.kit.rates import Buckets
from aspa.web.contact import stamps
from aspa.web.live.visitor.limits import network

if TYPE_CHECKING:
    from aspa.web.helpsite.readers import HelpRequest

# As an office behind one address may write; then one in a minute.
_networks = Buckets(1 / 60, 12)
_people = Buckets(1 / 60, 6)


def new_stamp(purpose: str) -> str:
    return stamps.new(f"help-{purpose}").text


def stamp_id(request: HelpRequest, purpose: str) -> str:
    """The same for a form that is sent twice. Raises stamps.BadStamp."""
    return stamps.read(request.POST.get("stamp", ""), f"help-{purpose}").id


def problem(request: HelpRequest, purpose: str) -> str:
    """Why the form isn't taken as it came, in words for its reader; "" when it is."""
    try:
        stamp_id(request, purpose)
    except stamps.BadStamp:
        return _("The page had been open for long, or was sent very fast. Check it and send it again.")
    if request.POST.get("trap"):
        return _("A field that people don’t see was filled in. Empty it and send the form again.")
    return too_fast(request)


def too_fast(request: HelpRequest) -> str:
    """Words to wait by, or "": a flood is slowed down, others don't notice."""
    key = network_of(request)
    person = str(request.contact.pk) if request.contact else ""
    if _networks.take(key) or (person and _people.take(person)):
        return _slowed()
    return ""


def status_of(problem: str) -> int:
    """429 for what came too fast, 422 for what is to be put right."""
    return 429 if problem == _slowed() else 422


def network_of(request: HelpRequest) -> str:
    return network(request.META.get("REMOTE_ADDR", ""))


def _slowed() -> str:
    return _("That was a lot at once. Wait a few minutes and send it again.")
