"""One article: the answer, whether it helped, what else to read and what readers say of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponsePermanentRedirect
from django.views.decorators.http import require_safe

from aspa.kit.text import preview
from aspa.service.knowledge import comments, lending, published, rendering, views
from aspa.service.knowledge.models import Kind
from aspa.web.helpsite import categories, structure
from aspa.web.helpsite.readers import HelpRequest, for_readers
from aspa.web.helpsite.showing import Gone, address, shown

if TYPE_CHECKING:
    from django.http import HttpResponse

    from aspa.service.knowledge.models import Version

# What programs that read the web say of themselves.
_ROBOT = re.compile(r"bot\b|bot/|crawl|spider|slurp|preview|monitor|curl/|wget/|python-", re.IGNORECASE)
# From so many headings on they are listed beside the text.
WORTH_LISTING = 3


@require_safe
@for_readers
def page(request: HelpRequest, slug: str) -> HttpResponse:
    found = published.article(request.brand, request.reader, request.language, slug)
    if found.version is None:
        if found.moved_to:
            return HttpResponsePermanentRedirect(found.moved_to)
        if found.is_gone:
            raise Gone("Taken off the site.")
        raise Http404("No such article.")
    version = found.version
    others = published.languages(version, request.reader)
    paths = {one.language: one.url() for one in sorted((version, *others), key=lambda one: one.language)}
    if _is_read(request):
        views.note(version.pk)
    response = shown(request, "helpsite/article.html", _values(request, version, others), alternates=paths)
    if "data-embed=" in version.html:
        # Nothing is fetched from there before the reader has said so.
        response._csp_update = {"frame-src": list(rendering.EMBED_ORIGINS)}  # type: ignore[attr-defined]
    return response


def version_at(request: HelpRequest, slug: str) -> Version:
    """The version at this address. Raises Http404 for what the reader may not see."""
    found = published.article(request.brand, request.reader, request.language, slug).version
    if found is None:
        raise Http404("No such article.")
    return found


def trail_of(request: HelpRequest, version: Version) -> list[tuple[str, str]]:
    if version.article.kind == Kind.POST:
        return [(str(Kind.POST.label), address(request, "blog"))]
    return categories.trail_of(request, version.article.category)


def _is_read(request: HelpRequest) -> bool:
    """Whether a reader has opened it: not a colleague, not a robot, and not a browser that fetches it in case."""
    if request.method != "GET" or request.agent is not None or "prefetch" in request.headers.get("Sec-Purpose", ""):
        return False
    return _ROBOT.search(request.headers.get("User-Agent", "")) is None


def _values(request: HelpRequest, version: Version, others: list[Version]) -> dict[str, Any]:
    headings = rendering.headings(version.html)
    trail = [*trail_of(request, version), (version.title, "")]
    newer = next((one for one in others if one.language == version.article.main_language), None)
    words = rendering.plain(version.html)
    can_comment = version.article.kind in comments.KINDS
    return {
        "version": version,
        "html": lending.readable(version),
        "headings": headings if len(headings) >= WORTH_LISTING else (),
        "related": published.related(version, request.reader),
        "selectors": version.article.selectors.all(),
        "newer": newer if version.needs_update else None,
        "can_comment": can_comment,
        "comments": comments.of(version, request.contact) if can_comment else (),
        "described": version.summary or preview(words, 155),
        # One that is cut from the text's beginning would say it twice.
        "lead": "" if " ".join(words.split()).startswith(version.summary.rstrip("….")) else version.summary,
        "has_video": "video-open" in version.html,
        "thanked": request.GET.get("said") == "helped",
        "written": request.GET.get("said") == "comment",
        "trail": trail,
        "data": structure.of(version),
        # Shown where a link to the page is: a file that isn't for everybody would be a gap there.
        "picture": next(iter(structure.pictures(version.html)), None) if version.article.audience == "all" else None,
        "way": structure.crumbs(request, trail),
    }
