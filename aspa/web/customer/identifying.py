"""Strong identification as the customer walks it: the link's page, away to the provider, and back with its answer."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aspa.kit import clock
from aspa.kit.rates import Buckets
from aspa.service.verification import identifying
from aspa.service.verification.models import Fact, Identification
from aspa.service.verification.oidc.failing import NotAccepted, Unreachable
from aspa.web.live.visitor.limits import network

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

State = Identification.State

# Known by it is the browser that set out, so that nobody's answer is brought back by somebody else.
COOKIE = "aspa_identify"
_networks = Buckets(1 / 2, 60)


def _quietly(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Nothing of these pages is kept, and no page that is opened from them learns their address."""

    @never_cache
    @require_safe
    @wraps(view)
    def quiet(request: HttpRequest, **parts: str) -> HttpResponse:
        if _networks.take(network(request.META.get("REMOTE_ADDR", ""))):
            response = render(request, "customer/busy.html", status=429)
        else:
            response = view(request, **parts)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return quiet


@_quietly
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Opening it changes nothing: mail scanners open links, too."""
    asked = identifying.opened(token)
    if asked is None:
        return render(request, "customer/gone.html", status=404)
    return _shown(request, asked, problem=request.GET.get("said", ""))


@_quietly
def go(request: HttpRequest, token: str) -> HttpResponse:
    """To the provider."""
    asked = identifying.opened(token)
    if asked is None:
        return render(request, "customer/gone.html", status=404)
    try:
        address, browser = identifying.set_out(asked, language=_language(asked))
    except NotAccepted as problem:
        return _shown(request, asked, problem=problem.code, status=409)
    except Unreachable:
        return _shown(request, asked, problem="unreachable", status=503)
    away = HttpResponseRedirect(address)
    away.set_cookie(
        COOKIE, f"{token}.{browser}", max_age=identifying.AWAY, path="/identify/", httponly=True, secure=settings.SECURE,
        samesite="Lax",
    )  # fmt: skip
    return away


@_quietly
def come_back(request: HttpRequest) -> HttpResponse:
    """The provider's answer; then a page whose address has nothing of it any more."""
    given = {name: request.GET.get(name, "")[:4000] for name in ("state", "code", "error")}
    token, _dot, browser = request.COOKIES.get(COOKIE, "").partition(".")
    asked, said = identifying.come_back(**given, issuer=request.GET.get("iss", ""), browser=browser)
    if asked is None and given["error"] == "access_denied" and not given["state"]:
        # Some providers forget the state when somebody turns back. It changes nothing, so the cookie is enough.
        asked, said = identifying.opened(token), "refused"
    if asked is None:
        return render(request, "customer/identify_lost.html", {"problem": _problem(said)}, status=400)
    home = redirect("identify", token=identifying.token(asked))
    if said != "done":
        home["Location"] += f"?said={said}"
    home.delete_cookie(COOKIE, path="/identify/", samesite="Lax")
    return home


def _shown(request: HttpRequest, asked: Identification, *, problem: str = "", status: int = 200) -> HttpResponse:
    brand = asked.conversation.brand
    with translation.override(_language(asked)), timezone.override(brand.timezone):
        is_open = asked.state == State.ASKED and asked.expires_at > clock.now() and asked.provider is not None
        values = {
            "asked": asked,
            "brand": brand,
            "is_open": is_open,
            "is_done": asked.state in (State.DONE, State.OTHER_PERSON),
            "problem": _problem(problem) if problem and is_open else "",
            "kept": [Fact.Key(key).label for key in asked.provider.claims if key in Fact.Key.values]
            if asked.provider
            else [],
            "token": identifying.token(asked),
        }
        return render(request, "customer/identify.html", values, status=status)


def _language(asked: Identification) -> str:
    return asked.conversation.brand.spoken(asked.conversation.language or asked.contact.language)


def _problem(code: str) -> str:
    said = {
        "refused": _("You stopped the identification. Nothing was recorded, and you can try again."),
        "state": _("This answer has been used already, or it isn't for us. Open the link that you got from us again."),
        "browser": _("This answer belongs to another browser. Open the link that you got from us again."),
        "away_too_long": _("It took so long that the answer is no longer taken. Try again."),
        "expired": _("The answer had expired. Nothing was recorded, and you can try again."),
        "level": _("This way of identifying isn't enough here. Try again and choose another one."),
        "unreachable": _("The identification service doesn't answer just now. Try again in a moment."),
        "used": _("This link has been used already."),
    }
    return said.get(code, _("The answer couldn't be confirmed, so nothing was recorded. You can try again."))
