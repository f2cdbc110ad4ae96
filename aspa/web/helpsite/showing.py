"""Pages of the help site inside their frame: what stands around every page, and the addresses within the site."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from aspa.service.knowledge import switches
from aspa.web.helpsite import humans, looks

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand
    from aspa.web.helpsite.readers import HelpRequest

    View = Callable[..., HttpResponse]

# Kinds with a page of their own in the navigation: (kind, its page's name).
PLACES = (("post", "blog"), ("community", "community"), ("question", "community"), ("review", "reviews"))

# Open Graph wants a language with its territory (https://ogp.me).
TERRITORIES = {"fi": "fi_FI", "sv": "sv_SE", "en": "en_GB"}


@dataclasses.dataclass(frozen=True, slots=True)
class Frame:
    """What the frame around a page draws.

    `places` are (name, path, is here); `languages` are (code, name, path, is there): where the page isn't told in a
    language, the path is the language's front page. `canonical` is a whole address, `alternates` are (code, whole one).
    """

    brand: Brand
    language: str
    territory: str
    home: str
    look: str
    places: tuple[tuple[str, str, bool], ...]
    languages: tuple[tuple[str, str, str, bool], ...]
    canonical: str
    alternates: tuple[tuple[str, str], ...]
    is_indexed: bool
    shop: str


def shown(
    request: HelpRequest,
    template: str,
    values: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
    canonical: str = "",
    alternates: Mapping[str, str] | None = None,
    index: bool = True,
    fresh: bool = False,
) -> HttpResponse:
    """The page. `alternates` are its paths in the languages that it is told in, this one among them; without them the same
    place is there in every language. `index=False`: search engines leave it out. `fresh`: no cache keeps it.
    """
    paths = alternates if alternates is not None else _same_place(request)
    frame = Frame(
        brand=request.brand,
        language=request.language,
        territory=TERRITORIES.get(request.language, request.language),
        home=address(request, "home"),
        look=looks.address(request.brand),
        places=_places(request),
        languages=tuple(
            (code, name, paths.get(code) or address(request, "home", language=code), code in paths)
            for code, name in settings.LANGUAGES
        ),
        canonical=whole(canonical or request.path),
        alternates=tuple((code, whole(path)) for code, path in paths.items()) if len(paths) > 1 else (),
        is_indexed=index and status == 200,
        shop=f"{'https' if settings.SECURE else 'http'}://{request.brand.domains[0]}" if request.brand.domains else "",
    )
    around = {"frame": frame, "humans": SimpleLazyObject(lambda: humans.of(request.brand, request.language))}
    response = render(request, template, {**around, **(values or {})}, status=status)
    if fresh:
        response["Cache-Control"] = "no-store"
    return response


class Gone(Http404):
    """What was there for everybody has been taken off the site: search engines needn't come back."""


def nothing_here(request: HelpRequest, *, status: int = 404) -> HttpResponse:
    """The page of addresses where nothing is, or (410) is any more: it offers to search, with the words of the address."""
    words = request.path.rstrip("/").rpartition("/")[2].replace("-", " ")[:80]
    return shown(request, "helpsite/nothing_here.html", {"words": words}, status=status, alternates={}, index=False)


def refused(request: HelpRequest) -> HttpResponse:
    """A form that doesn't come from a page of ours."""
    return shown(request, "helpsite/refused.html", status=403, alternates={}, index=False)


def address(request: HelpRequest, name: str, *, language: str = "", **parts: Any) -> str:
    """The path of a page of this help site, in the reader's language unless another is given."""
    language = language or request.language
    return reverse(f"helpsite:{name}", kwargs={"brand": request.brand.slug, "language": language, **parts})


def whole(path: str) -> str:
    return f"{settings.ASPA_URL}{path}"


def kind_is_on(brand: Brand, kind: str) -> bool:
    return switches.is_on(brand.pk, kind)


def require_kind(*kinds: str) -> Callable[[View], View]:
    """Below `for_readers`: the view is there only while the brand has one of these kinds switched on."""

    def guarded(view: View) -> View:
        @wraps(view)
        def opened(request: HelpRequest, **parts: Any) -> HttpResponse:
            if not kinds_on(request) & set(kinds):
                raise Http404("Not switched on.")
            return view(request, **parts)

        return opened

    return guarded


def kinds_on(request: HelpRequest) -> frozenset[str]:
    """The kinds that the brand has switched on, asked once for a request."""
    known: frozenset[str] | None = getattr(request, "_kinds_on", None)
    if known is None:
        known = request._kinds_on = switches.on(request.brand.pk)  # type: ignore[attr-defined]
    return known


def _same_place(request: HelpRequest) -> dict[str, str]:
    match = request.resolver_match
    if match is None:
        return {}
    parts = {**match.kwargs}
    return {
        code: reverse(f"helpsite:{match.url_name}", kwargs={**parts, "language": code})
        for code, _name in settings.LANGUAGES
    }


def _places(request: HelpRequest) -> tuple[tuple[str, str, bool], ...]:
    names = {"blog": _("Blog"), "community": _("Community"), "reviews": _("Reviews")}
    on, found = kinds_on(request), {}
    for kind, name in PLACES:
        if kind in on and name not in found:
            path = address(request, name)
            found[name] = (names[name], path, request.path.startswith(path))
    return tuple(found.values())
