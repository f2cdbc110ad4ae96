"""Who may write and order what a brand publishes: lookup is authorisation, as with conversations."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from aspa.core.conversations.access import Permission, reach
from aspa.core.inboxes.models import Brand, Inbox
from aspa.kit.ids import ROW_IDS
from aspa.service.knowledge.models import Article, Category, Revision, Version

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from aspa.core.people.models import Agent

    class AgentRequest(HttpRequest):
        """A request whose user has signed in."""

        user: Agent
else:
    AgentRequest = HttpRequest


class NoBrand(Exception):
    """The agent may write, but there is nothing to write for yet."""


P = ParamSpec("P")
M = TypeVar("M", bound=Model)
View = Callable[Concatenate[AgentRequest, P], HttpResponseBase]


def writer(view: View[P]) -> View[P]:
    """Only agents who may write for some brand come in; others meet a 403, strangers sign in."""

    @functools.wraps(view)
    def guarded(request: AgentRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not reach(request.user).may_anywhere(Permission.CONTENT):
            raise PermissionDenied
        try:
            return view(request, *args, **kwargs)
        except NoBrand:
            return no_brand(request)

    return login_required(guarded)


def no_brand(request: HttpRequest) -> HttpResponse:
    """What stands in the place of every page of the content before there is a brand."""
    return render(request, "content/no_brand.html")


def brands_of(agent: Agent, permission: str = Permission.CONTENT) -> QuerySet[Brand]:
    """The brands for which the agent may do this: those with an inbox in which they hold the permission."""
    ids = reach(agent).inbox_ids(permission)
    everything = Brand.objects.defer("identity_secret")
    if ids is None:
        return everything
    return everything.filter(pk__in=Inbox.objects.filter(pk__in=ids).order_by().values("brand"))


def brand_for(agent: Agent, brand_id: int) -> Brand:
    """Raises Http404, as the others do, when there is none or the agent may not write for it."""
    return _one(brands_of(agent).filter(pk=_row(brand_id)))


def version_for(agent: Agent, version_id: int) -> Version:
    found = Version.objects.select_related("brand", "article__category", "draft__by")
    return _one(found.filter(pk=_row(version_id), brand__in=brands_of(agent)))


def article_for(agent: Agent, article_id: int) -> Article:
    found = Article.objects.select_related("brand", "category")
    return _one(found.filter(pk=_row(article_id), brand__in=brands_of(agent)))


def category_for(agent: Agent, category_id: int) -> Category:
    found = Category.objects.select_related("brand", "parent")
    return _one(found.filter(pk=_row(category_id), brand__in=brands_of(agent)))


def revision_for(version: Version, number: int) -> Revision:
    """One of this version's."""
    return _one(Revision.objects.select_related("by", "version").filter(version=version, number=min(number, 2**31 - 1)))


def _one(found: QuerySet[M]) -> M:
    row = found.first()
    if row is None:
        raise Http404("No such thing here.")
    return row


def _row(number: int) -> int:
    if number not in ROW_IDS:
        raise Http404("No such thing here.")
    return number
