"""The brand's blog, newest first, and its feed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aspa.kit.ids import row_id
from aspa.service.knowledge import published
from aspa.service.knowledge.models import Kind
from aspa.service.search.content import Reader
from aspa.web.helpsite.readers import HelpRequest, for_readers
from aspa.web.helpsite.showing import address, require_kind, shown, whole

if TYPE_CHECKING:
    from aspa.service.knowledge.models import Version

ON_A_PAGE = 12
IN_FEED = 20


@require_safe
@for_readers
@require_kind(Kind.POST.value)
def page(request: HelpRequest) -> HttpResponse:
    """`?before=<number of a post>`: those that are older."""
    posts = published.articles(request.brand, request.reader, request.language, kind=Kind.POST).defer(*published.TEXTS)
    before = row_id(request.GET.get("before", ""))
    if before:
        last = posts.filter(pk=before).first()
        if last is None:
            raise Http404("No such post.")
        posts = (
            posts.filter(published_at__lte=last.published_at)
            .exclude(pk=before)
            .exclude(published_at=last.published_at, pk__gt=before)
        )
    found = list(posts[: ON_A_PAGE + 1])
    values = {"posts": found[:ON_A_PAGE], "older": found[ON_A_PAGE - 1].pk if len(found) > ON_A_PAGE else None}
    return shown(request, "helpsite/blog.html", values, index=before is None)


@require_safe
@for_readers
@require_kind(Kind.POST.value)
def feed(request: HelpRequest) -> HttpResponse:
    """What everybody may read: feed readers show it to whom they like."""
    feed = Rss201rev2Feed(
        title=f"{request.brand.name}: {_('Blog')}",
        link=whole(address(request, "blog")),
        description=_("What is new at %(brand)s") % {"brand": request.brand.name},
        language=request.language,
        feed_url=whole(request.path),
    )
    posts: list[Version] = list(published.articles(request.brand, Reader(), request.language, kind=Kind.POST)[:IN_FEED])
    for post in posts:
        feed.add_item(
            title=post.title, link=whole(post.url()), description=post.summary or post.html,
            pubdate=post.published_at, unique_id=whole(post.url()),
        )  # fmt: skip
    return HttpResponse(feed.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")
