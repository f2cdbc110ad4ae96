"""What an article is, for whom and about what; its neighbours and its old addresses."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from aspa.core.conversations.changing import Refused
from aspa.core.inboxes.models import LANGUAGES
from aspa.kit.ids import row_id
from aspa.service.knowledge import arranging, switches
from aspa.service.knowledge.models import Article, Category, Kind, Redirect, Selector, Version
from aspa.service.search.content import segment_audience
from aspa.service.segments.models import Segment
from aspa.web.content.doors import AgentRequest, article_for, category_for, version_for, writer
from aspa.web.content.words import AUDIENCES

MOST_FOUND = 8


def details_of(request: AgentRequest, version: Version) -> dict[str, Any]:
    """What the panel of details shows."""
    article = version.article
    on = switches.on(article.brand_id)
    about = {kind: [one.value for one in article.selectors.all() if one.kind == kind] for kind in Selector.Kind.values}
    return {
        "kinds": [one for one in Kind.choices if one[0] in on or one[0] == article.kind],
        "categories": Category.objects.filter(brand=article.brand_id),
        "audiences": audiences(article),
        "about": [(kind, label, ", ".join(about[kind])) for kind, label in Selector.Kind.choices],
        "related": titled(article, Q(article__in=article.related.values("pk"))),
        "redirects": Redirect.objects.filter(article=article),
    }


@require_POST
@writer
def save(request: AgentRequest, version_id: int) -> HttpResponse:
    version = version_for(request.user, version_id)
    article, posted = version.article, request.POST
    kind, audience = posted.get("kind", ""), posted.get("audience", "")
    category = _category(request, article)
    arranging.describe(
        article,
        kind=kind if kind in Kind.values else article.kind,
        audience=audience if audience in dict(audiences(article)) else article.audience,
        category=category,
        selectors=[
            (kind, value.strip())
            for kind in Selector.Kind.values
            for value in posted.get(f"about_{kind}", "").split(",")
            if value.strip()
        ],
        related=[pk for pk in map(row_id, posted.getlist("related")) if pk is not None],
    )
    messages.success(request, _("The details are saved."))
    return redirect("content:version", version.pk)


@require_safe
@writer
def find_related(request: AgentRequest, version_id: int) -> HttpResponse:
    """Articles to choose from, by words of their titles."""
    version = version_for(request.user, version_id)
    words = request.GET.get("words", "").split()[:5]
    asked = Q()
    for word in words:
        asked &= Q(title__icontains=word)
    found = titled(version.article, asked) if words else []
    return render(request, "content/related.html", {"related": found, "chosen": False})


@require_POST
@writer
def add_redirect(request: AgentRequest, version_id: int) -> HttpResponse:
    version = version_for(request.user, version_id)
    language = request.POST.get("language", "")
    try:
        arranging.add_redirect(
            version.article, language if language in LANGUAGES else version.language, request.POST.get("slug", "")
        )
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("content:version", version.pk)


@require_POST
@writer
def remove_redirect(request: AgentRequest, article_id: int, redirect_id: int) -> HttpResponse:
    article = article_for(request.user, article_id)
    for one in Redirect.objects.filter(article=article, pk=redirect_id):
        one.delete()
    main = article.versions.order_by("pk").first()
    return redirect("content:version", main.pk) if main else redirect("content:articles")


def audiences(article: Article) -> list[tuple[str, str]]:
    """Who an article of this brand may be for; a segment that is gone stays named while it is chosen."""
    segments = Segment.objects.filter(brand=article.brand_id)
    found = [(value, str(name)) for value, name in AUDIENCES]
    found += [(segment_audience(one.pk), _("Segment: %(name)s") % {"name": one.name}) for one in segments]
    if article.audience not in dict(found):
        found.append((article.audience, _("A segment that is gone: nobody")))
    return found


def titled(article: Article, asked: Q) -> list[Version]:
    """Other articles of the brand, each in its main language."""
    found = Version.objects.filter(asked, brand=article.brand_id, language=F("article__main_language"))
    return list(found.exclude(article=article.pk).exclude(title="").order_by("title")[:MOST_FOUND])


def _category(request: AgentRequest, article: Article) -> Category | None:
    pk = row_id(request.POST.get("category", ""))
    found = category_for(request.user, pk) if pk is not None else None
    return found if found and found.brand_id == article.brand_id else None
