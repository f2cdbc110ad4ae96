"""What search engines are told of a page (schema.org)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from aspa.service.knowledge import rendering
from aspa.service.knowledge.models import Kind
from aspa.web.helpsite.showing import address, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.service.knowledge.models import Version
    from aspa.web.helpsite.readers import HelpRequest

Data = dict[str, Any]


def crumbs(request: HelpRequest, trail: Sequence[tuple[str, str]]) -> Data:
    """BreadcrumbList. `trail` are (name, path) below the front page; the last may have no path."""
    steps = [(_("Help"), address(request, "home")), *trail]
    items = [
        {"@type": "ListItem", "position": number, "name": name, **({"item": whole(path)} if path else {})}
        for number, (name, path) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def of(version: Version) -> Data:
    """FAQPage of a question with its answer, else Article or BlogPosting."""
    if version.article.kind == Kind.FAQ:
        answer = {"@type": "Answer", "text": rendering.plain(version.html)}
        question = {"@type": "Question", "name": version.title, "acceptedAnswer": answer}
        return {"@type": "FAQPage", "inLanguage": version.language, "mainEntity": [question]}
    brand: Data = {"@type": "Organization", "name": version.brand.name, "url": settings.ASPA_URL}
    return {
        "@type": "BlogPosting" if version.article.kind == Kind.POST else "Article",
        "headline": version.title,
        "description": version.summary,
        "inLanguage": version.language,
        "datePublished": _moment(version.published_at),
        "dateModified": _moment(version.changed_at or version.published_at),
        "mainEntityOfPage": whole(version.url()),
        "author": brand,
        "publisher": brand,
    }


def _moment(at: Any) -> str:
    return at.isoformat() if at else ""
