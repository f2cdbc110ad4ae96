"""The front page: search first, then the shelves and what helps most people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from aspa.service.knowledge import published
from aspa.service.knowledge.models import Kind
from aspa.web.helpsite.readers import HelpRequest, for_readers
from aspa.web.helpsite.showing import kinds_on, shown, whole

if TYPE_CHECKING:
    from django.http import HttpResponse

POSTS = 3
# What stands on no shelf is listed here, so that everything is within two clicks.
LOOSE = 50


@require_safe
@for_readers
def page(request: HelpRequest) -> HttpResponse:
    brand, reader, language = request.brand, request.reader, request.language
    everything = published.articles(brand, reader, language)
    loose = everything.filter(article__category__isnull=True).exclude(article__kind=Kind.POST)
    posts = (
        published.articles(brand, reader, language, kind=Kind.POST)[:POSTS] if Kind.POST in kinds_on(request) else ()
    )
    values = {
        "shelves": published.categories(brand, reader, language),
        "popular": published.popular(brand, reader, language),
        "loose": loose[:LOOSE],
        "posts": posts,
        "data": {"@type": "WebSite", "name": brand.name, "url": whole(request.path), "inLanguage": language},
    }
    return shown(request, "helpsite/home.html", values)
