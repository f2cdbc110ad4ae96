"""Who reads the help site, and the door through which every page of it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation

from aspa.core.conversations import access
from aspa.core.inboxes.models import Brand, Inbox
from aspa.core.people.models import Agent, Contact, Role
from aspa.kit.ids import new_token, token_hash
from aspa.service.search.content import Reader
from aspa.service.segments import segments
from aspa.web.helpsite import answering, showing, signed_in

# Set by a vote, so that one person counts once; it says nothing else of anybody.
VOTER_COOKIE = "aspa_voter"
VOTER_LIVES = 180 * 24 * 3600

if TYPE_CHECKING:
    View = Callable[..., HttpResponse]


class HelpRequest(HttpRequest):
    """A request as the views of the help site get it."""

    brand: Brand
    language: str
    reader: Reader
    contact: Contact | None
    # Who is signed in at the desk and may read an inbox of this brand.
    agent: Agent | None
    # Made when somebody votes for the first time; their browser keeps it.
    new_voter: str


def for_readers(view: View) -> View:
    """`view(request: HelpRequest, …)`, in the language of the address and the brand's own time.

    404 for brands that aren't there; what the view says isn't there becomes the site's own page, which searches.
    Forms are taken from our own pages alone. That is asked of the browser (Origin) and not by a token in the page: so a
    page is the same for everybody and can be kept.
    """

    @wraps(view)
    def opened(request: HttpRequest, brand: str, language: str, **parts: Any) -> HttpResponse:
        found = Brand.objects.filter(slug=brand).defer("identity_secret").first()
        if found is None:
            raise Http404("No such brand.")
        coming = _coming(request, found, language)
        with translation.override(language), timezone.override(found.timezone):
            if request.method == "POST" and not is_from_here(request):
                return answering.finished(coming, showing.refused(coming))
            try:
                response = view(coming, **parts)
            except showing.Gone:
                response = showing.nothing_here(coming, status=410)
            except Http404:
                response = showing.nothing_here(coming)
            if coming.new_voter:
                response.set_cookie(
                    VOTER_COOKIE, coming.new_voter, max_age=VOTER_LIVES, path=f"/help/{found.slug}/", httponly=True,
                    secure=settings.SECURE, samesite="Lax",
                )  # fmt: skip
            return answering.finished(coming, response)

    # Its forms are guarded as the docstring says.
    opened.csrf_exempt = True  # type: ignore[attr-defined]
    return opened


def for_signed_in(view: View) -> View:
    """Like `for_readers`; strangers are sent to sign in, and come back."""

    @for_readers
    @wraps(view)
    def opened(request: HelpRequest, **parts: Any) -> HttpResponse:
        if request.contact is None:
            where = request.get_full_path() if request.method in ("GET", "HEAD") else request.path
            return redirect(f"{showing.address(request, 'sign-in')}?{urlencode({'next': where})}")
        return view(request, **parts)

    return opened


def voter_of(request: HelpRequest) -> str:
    """64 hex digits that stay the same for one person: of the contact, else of a cookie that is set now and not before."""
    if request.contact is not None:
        return token_hash(f"contact {request.contact.pk}")
    known = request.COOKIES.get(VOTER_COOKIE, "") or request.new_voter
    if not known:
        known = request.new_voter = new_token()
    return token_hash(known)


def agent_of(request: HttpRequest, brand: Brand) -> Agent | None:
    """The agent at the desk in this browser, if they may read any of the brand's inboxes."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    agent: Any = request.user
    if not (agent.is_authenticated and agent.is_active):
        return None
    ids = access.reach(agent).inbox_ids(Role.Permission.READ)
    may = ids is None or Inbox.objects.filter(brand=brand, pk__in=ids).exists()
    return cast(Agent, agent) if may else None


def is_from_here(request: HttpRequest) -> bool:
    """Whether one of our own pages sends the form, as far as the browser tells. What tells nothing is no browser, and
    has nobody's cookies."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin == f"{request.scheme}://{request.get_host()}"


def _coming(request: HttpRequest, brand: Brand, language: str) -> HelpRequest:
    coming = cast(HelpRequest, request)
    coming.brand, coming.language, coming.new_voter = brand, language, ""
    coming.contact, coming.agent = signed_in.contact_of(request, brand), agent_of(request, brand)
    coming.reader = _reader(brand, coming.contact, coming.agent)
    return coming


def _reader(brand: Brand, contact: Contact | None, agent: Agent | None) -> Reader:
    theirs = segments.of(contact).filter(brand=brand).values_list("pk", flat=True) if contact else ()
    return Reader(contact_id=contact.pk if contact else None, segments=frozenset(theirs), is_agent=agent is not None)
