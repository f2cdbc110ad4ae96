"""How a form of the community is taken: by whom, how fast, with which pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from aspa.core.conversations.changing import Refused
from aspa.service.community import pictures
from aspa.service.moderation import floods
from aspa.web.helpsite import guards
from aspa.web.live import bodies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

    from aspa.web.helpsite.readers import HelpRequest

# The HTTP status that fits each refusal; 422 for all others.
STATUS = {"flood": 429, "too_large": 413, "shut_out": 403, "gone": 404}


def guarded(request: HelpRequest, purpose: str) -> None:
    """Raises Refused for a form that a robot fills in, or that comes too fast."""
    if floods.wait(guards.network_of(request), request.contact):
        raise Refused(floods.words(), code="flood")
    if problem := guards.problem(request, purpose):
        raise Refused(problem, code="guard")


def images(request: HelpRequest) -> Sequence[Image]:
    """Raises Refused."""
    if bodies.is_cut(request):
        raise Refused(_("The pictures are too large together. Choose fewer or smaller ones."), code="too_large")
    return pictures.read(upload for upload in request.FILES.getlist("pictures") if upload.size or upload.name)


def status_of(refusal: Refused) -> int:
    return STATUS.get(refusal.code, 422)
