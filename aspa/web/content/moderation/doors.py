"""Who comes in: agents who may decide what the customers of some brand publish, and only to those brands."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404

from aspa.core.conversations.access import reach
from aspa.core.inboxes.models import Brand
from aspa.core.people.models import Contact
from aspa.kit.ids import ROW_IDS
from aspa.service.moderation import rights
from aspa.web.content.doors import AgentRequest, no_brand

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponseBase

P = ParamSpec("P")


def moderator(
    view: Callable[Concatenate[AgentRequest, P], HttpResponseBase],
) -> Callable[Concatenate[AgentRequest, P], HttpResponseBase]:
    """Others meet a 403, strangers sign in."""

    @functools.wraps(view)
    def guarded(request: AgentRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not rights.brands(request.user):
            if reach(request.user).may(rights.PERMISSION):
                return no_brand(request)
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return login_required(guarded)


def brand_for(request: AgentRequest, brand_id: int) -> Brand:
    """Raises Http404 for others' brands."""
    mine = rights.brands(request.user)
    found = Brand.objects.filter(pk=brand_id).defer("identity_secret").first() if brand_id in mine else None
    if found is None:
        raise Http404("No such brand.")
    return found


def author_for(request: AgentRequest, contact_id: int) -> Contact:
    """Raises Http404 for others' customers."""
    known = Contact.objects.filter(pk=contact_id, brand__in=rights.brands(request.user))
    found = known.first() if contact_id in ROW_IDS else None
    if found is None:
        raise Http404("No such customer.")
    return found
