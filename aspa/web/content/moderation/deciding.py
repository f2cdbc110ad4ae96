"""Publish, hide and remove, many at once; and take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseBadRequest, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from aspa.core.conversations.changing import Refused
from aspa.kit.ids import row_id
from aspa.service.moderation import deciding, rights
from aspa.service.moderation.models import Decision, Item
from aspa.service.moderation.states import Action, Reason
from aspa.web.content.moderation.doors import author_for, moderator

if TYPE_CHECKING:
    from django.http import HttpResponse

    from aspa.web.content.doors import AgentRequest

# Of the session: the decisions that were made last.
UNDO = "moderation_undo"


@require_POST
@moderator
def decide(request: AgentRequest) -> HttpResponse:
    """`items` are those that were looked at (`Item.seen`), `action` one of `Action`, `reason` one of `Reason`.

    `words` go to the authors.
    """
    action, reason = request.POST.get("action", ""), request.POST.get("reason", "")
    if action not in Action.values or (reason and reason not in Reason.values):
        return HttpResponseBadRequest()
    seen = set(request.POST.getlist("items")[: deciding.MOST_AT_ONCE])
    pks = [pk for one in seen if (pk := row_id(one.partition("@")[0])) is not None]
    # Those of other brands aren't there for this agent.
    mine = Item.objects.filter(pk__in=pks, brand__in=rights.brands(request.user))
    items = [item for item in mine if item.seen in seen]
    try:
        decisions = deciding.decide(
            items, by=request.user, action=Action(action), reason=reason, words=request.POST.get("words", "")
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _back(request)
    if not decisions:
        messages.error(request, _("Nothing was decided: choose something, or look at what was written anew."))
        return _back(request)
    request.session[UNDO] = [decision.pk for decision in decisions]
    messages.success(request, _said(Action(action), len(decisions)))
    return _back(request)


@require_POST
@moderator
def undo(request: AgentRequest) -> HttpResponse:
    """What this agent decided last."""
    made = request.session.pop(UNDO, [])
    mine = Decision.objects.filter(pk__in=made, agent=request.user, item__brand__in=rights.brands(request.user))
    if mine:
        deciding.undo(mine, by=request.user)
        messages.success(request, _("Everything is as it was."))
    return _back(request)


@require_POST
@moderator
def author(request: AgentRequest, contact_id: int) -> HttpResponse:
    """Shut somebody out of publishing, or let them in again (`in`)."""
    contact = author_for(request, contact_id)
    if "in" in request.POST:
        deciding.let_in(contact, by=request.user)
        messages.success(request, _("They may publish again."))
    else:
        deciding.shut_out(contact, by=request.user)
        messages.success(request, _("They can't publish anything any more. What is there stays as it is."))
    return redirect(f"{reverse('content:moderation')}?author={contact.pk}")


def _said(action: Action, count: int) -> str:
    said = {
        Action.PUBLISH: ngettext("%(count)s is shown now.", "%(count)s are shown now.", count),
        Action.HIDE: ngettext("%(count)s is hidden now.", "%(count)s are hidden now.", count),
        Action.REMOVE: ngettext("%(count)s is removed.", "%(count)s are removed.", count),
    }
    return said[action] % {"count": count}


def _back(request: AgentRequest) -> HttpResponse:
    """To the same list, from its beginning."""
    asked = QueryDict(request.POST.get("asked", "")[:300]).urlencode()
    return redirect(f"{reverse('content:moderation')}{f'?{asked}' if asked else ''}")
