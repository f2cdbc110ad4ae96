"""What search engines are told of a page (schema.org)."""

from __future__ import annotations

import dataclasses
import html
import re
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
MOST_PICTURES = 10
_PICTURE = re.compile(r'<img src="([^"]*)" alt="([^"]*)" width="(\d+)" height="(\d+)"[^>]*>')


def crumbs(request: HelpRequest, trail: Sequence[tuple[str, str]]) -> Data:
    """BreadcrumbList. `trail` are (name, path) below the front page; the last may have no path."""
    steps = [(_("Help"), address(request, "home")), *trail]
    items = [
        {"@type": "ListItem", "position": number, "name": name, **({"item": whole(path)} if path else {})}
        for number, (name, path) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


@dataclasses.dataclass(frozen=True, slots=True)
class Picture:
    """`url` is whole; pixels."""

    url: str
    width: str
    height: str
    alt: str


def pictures(rendered: str) -> list[Picture]:
    """Those of our own in an article's html."""
    return [
        Picture(whole(url), width, height, html.unescape(alt))
        for url, alt, width, height in _PICTURE.findall(rendered)[:MOST_PICTURES]
    ]


def of(version: Version) -> Data:
    """FAQPage of a question with its answer, else Article or BlogPosting; with its pictures and videos."""
    if version.article.kind == Kind.FAQ:
        answer = {"@type": "Answer", "text": rendering.plain(version.html)}
        question = {"@type": "Question", "name": version.title, "acceptedAnswer": answer}
        return {"@type": "FAQPage", "inLanguage": version.language, "mainEntity": [question], **_shown(version)}
    brand: Data = {"@type": "Organization", "name": version.brand.name, "url": settings.ASPA_URL}
    if version.brand.logo:
        brand["logo"] = whole(version.brand.logo.url)
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
        **_shown(version),
    }


def _shown(version: Version) -> Data:
    """Of what everybody may open: others' files have addresses that pass."""
    if version.article.audience != "all":
        return {}
    found = pictures(version.html)
    videos = [_video(version, one, found) for one in rendering.videos(version.html)]
    return {**({"image": [one.url for one in found]} if found else {}), **({"video": videos} if videos else {})}


def _video(version: Version, video: rendering.Video, found: list[Picture]) -> Data:
    """https://developers.google.com/search/docs/appearance/structured-data/video"""
    told: Data = {
        "@type": "VideoObject",
        "name": video.name or version.title,
        "description": version.summary or version.title,
        "uploadDate": _moment(version.published_at),
        "inLanguage": version.language,
    }
    told["contentUrl" if video.is_ours else "embedUrl"] = whole(video.address) if video.is_ours else video.address
    still = video.still or next((one.url for one in found), "")
    if not still and version.brand.logo:
        still = whole(version.brand.logo.url)
    if still:
        told["thumbnailUrl"] = still
    return told


def _moment(at: Any) -> str:
    return at.isoformat() if at else ""
