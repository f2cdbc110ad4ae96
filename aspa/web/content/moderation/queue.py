"""What customers published and somebody has to look at, in one list of all kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.views.decorators.http import require_safe

from aspa.core.inboxes.models import Brand
from aspa.core.people.models import Contact
from aspa.kit.ids import row_id
from aspa.service.moderation import kinds, queue, rights
from aspa.service.moderation.models import ShutOut
from aspa.service.moderation.states import Reason, Why
from aspa.web.content.moderation.deciding import UNDO
from aspa.web.content.moderation.doors import moderator

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.http import HttpResponse

    from aspa.web.content.doors import AgentRequest


@require_safe
@moderator
def page(request: AgentRequest) -> HttpResponse:
    """`kind`, `brand` and `author` narrow, `decided` shows what was decided, `key` one thing alone."""
    mine = rights.brands(request.user)
    chosen = row_id(request.GET.get("brand", ""))
    brand_ids = {chosen} & mine if chosen is not None else mine
    kind = request.GET.get("kind", "") if request.GET.get("kind") in _keys() else ""
    author = _author(request, mine)
    found = _found(request, brand_ids, kind, author)
    counted = queue.counts(brand_ids)
    values: dict[str, Any] = {
        "page": found,
        "kinds": [(one.key, one.name, counted.get(one.key, 0)) for one in kinds.kinds()],
        "waiting": sum(counted.values()),
        "most_counted": queue.MOST_COUNTED,
        "kind": kind,
        "is_decided": "decided" in request.GET,
        "is_one": "key" in request.GET,
        "author": author,
        "is_shut_out": author is not None and ShutOut.objects.filter(contact=author).exists(),
        "brands": Brand.objects.filter(pk__in=mine).defer("identity_secret"),
        "chosen": chosen,
        "asked": _asked(request),
        "reasons": Reason.choices,
        "whys": dict(Why.choices),
        "may_undo": UNDO in request.session,
    }
    return render(request, "content/moderation/queue.html", values)


def _found(request: AgentRequest, brand_ids: Collection[int], kind: str, author: Contact | None) -> queue.Page:
    key = row_id(request.GET.get("key", ""))
    if key is not None:
        return queue.one(brand_ids, kind, key)
    listed = queue.decided if "decided" in request.GET else queue.waiting
    return listed(brand_ids, kind=kind, author=author.pk if author else None, after=request.GET.get("after", "")[:60])


def _author(request: AgentRequest, mine: Collection[int]) -> Contact | None:

    pk = row_id(request.GET.get("author", ""))
    return Contact.objects.filter(pk=pk, brand__in=mine).first() if pk is not None else None


def _asked(request: AgentRequest) -> str:
    """The filters as the next address has them."""
    told = request.GET.copy()
    for name in ("after", "key"):
        told.pop(name, None)
    return told.urlencode()


def _keys() -> list[str]:
    return [one.key for one in kinds.kinds()]
