"""Signing in on the help site: by a code sent to one's e-mail, or by the shop's signed word."""

from __future__ import annotations

import logging
from urllib.parse import urlencode, urlsplit

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from aspa.channels.webchat import visitors
from aspa.core.conversations.changing import Refused
from aspa.core.inboxes.channel import Sender
from aspa.kit.ids import is_client_id
from aspa.kit.rates import Buckets
from aspa.service.verification import signing_in
from aspa.service.verification.codes import Answer
from aspa.service.verification.models import SignIn
from aspa.web.helpsite import guards, signed_in
from aspa.web.helpsite.readers import HelpRequest, for_readers
from aspa.web.helpsite.showing import address, shown
from aspa.web.live.visitor.inboxes import is_of_brand

logger = logging.getLogger(__name__)

# Besides the five tries of a code: a program that tries others' codes is slow.
_tries = Buckets(1 / 20, 15)
# Codes that one network asks for to one address: so few that a stranger can't use up all that an address gets in an hour
# (`signing_in.MOST`) and shut its owner out.
_strangers = Buckets(1 / 1800, 4)
# Who has signed in with the address in this browser before gets codes whatever strangers ask for.
_owners = Buckets(1 / 600, 6)


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def page(request: HelpRequest) -> HttpResponse:
    """Asks for the address."""
    to = _next(request)
    if request.contact is not None:
        return redirect(to)
    if request.method != "POST":
        return _asked(request, to)
    email = request.POST.get("email", "")[:254]
    problem = guards.problem(request, "sign-in")
    if not problem:
        try:
            asked = _ask(request, email.strip().lower())
        except Refused as refusal:
            problem = str(refusal)
        else:
            return redirect(_code_page(request, asked.public_id, to))
    return _asked(request, to, email=email, problem=problem, status=guards.status_of(problem))


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def code(request: HelpRequest) -> HttpResponse:
    """Takes the code; spaces in it are as it was written in the letter."""
    public_id, to = request.GET.get("of", ""), _next(request)
    if not is_client_id(public_id):
        raise Http404("No such sign-in.")
    if request.method != "POST":
        return _code(request, public_id, to)
    if _tries.take(guards.network_of(request)):
        return _code(
            request, public_id, to, problem=_("That was a lot at once. Wait a moment and try again."), status=429
        )
    told = "".join(request.POST.get("code", "").split())[:12]
    asked = signing_in.asked_for(request.brand, public_id)
    answer, contact = signing_in.enter(request.brand, public_id, told)
    if contact is None:
        return _code(request, public_id, to, problem=_said(answer), status=422)
    response = redirect(to)
    signed_in.remember(response, request.brand, contact, lives=signed_in.BY_CODE)
    if asked is not None:
        signed_in.remember_address(response, request.brand, asked.email)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def from_shop(request: HelpRequest) -> HttpResponse:
    """`?identity=`: the same signed word (JWT) that the shop's pages give to the chat. The address is left at once, so
    that it isn't kept or passed on.

    Who follows a link that wasn't on a page of the shop's is asked first: with a word about themselves anybody could
    send others here, who would then write under a stranger's name.
    """
    to = _next(request)
    brand = request.brand
    told = request.POST if request.method == "POST" else request.GET
    identity = told.get("identity", "")[:4000]
    try:
        sender = visitors.signed_customer(brand, identity)
    except visitors.IdentityRefused as error:
        logger.warning("A signed identity for the help site of %s was refused: %s", brand.slug, error)
        problem = _("The shop's sign-in couldn't be confirmed. You can sign in with your e-mail instead.")
        return _asked(request, to, problem=problem, status=403)
    if request.contact is not None and signing_in.is_known_as(request.contact, sender):
        return _without_traces(redirect(to))
    if request.method != "POST" and not _is_from_shop(request):
        return _is_it_you(request, sender, identity, to)
    response = redirect(to)
    contact = signing_in.contact_of(brand, sender, language=request.language)
    signed_in.remember(response, brand, contact, lives=signed_in.BY_SHOP)
    return _without_traces(response)


@require_POST
@for_readers
def sign_out(request: HelpRequest) -> HttpResponse:
    response = redirect(address(request, "home"))
    signed_in.forget(response, request.brand)
    return response


def _asked(request: HelpRequest, to: str, *, email: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    values = {"to": to, "email": email, "problem": problem}
    return shown(request, "helpsite/sign_in.html", values, status=status, index=False, fresh=True)


def _ask(request: HelpRequest, email: str) -> SignIn:
    """Raises Refused."""
    is_owner = signed_in.has_used(request, request.brand, email)
    key = f"{request.brand.pk} {email}"
    too_many = _owners.take(key) if is_owner else _strangers.take(f"{guards.network_of(request)} {key}")
    if too_many:
        raise Refused(_("Several codes have just been sent there. Try again in an hour."), code="enough")
    return signing_in.ask(request.brand, email, language=request.language, is_owner=is_owner)


def _is_it_you(request: HelpRequest, sender: Sender, identity: str, to: str) -> HttpResponse:
    email = sender.claims[0].value if sender.claims else ""
    values = {
        "name": sender.name or email,
        "identity": identity,
        "to": to,
        "otherwise": f"{address(request, 'sign-in')}?{urlencode({'next': to})}",
    }
    response = shown(request, "helpsite/sign_in_shop.html", values, alternates={}, index=False, fresh=True)
    # With "no-referrer" a browser wouldn't say either that the answer comes from this page.
    response["Referrer-Policy"] = "same-origin"
    return response


def _without_traces(response: HttpResponse) -> HttpResponse:
    response["Referrer-Policy"] = "no-referrer"
    return response


def _is_from_shop(request: HelpRequest) -> bool:
    """Whether the browser says that the link was on one of the shop's pages. Our own pages aren't among them, even where
    they share the shop's address: customers write links on them."""
    try:
        page = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return False
    if not page.netloc or page.netloc == request.get_host():
        return False
    return is_of_brand(request.brand, f"{page.scheme}://{page.netloc}")


def _code(request: HelpRequest, public_id: str, to: str, *, problem: str = "", status: int = 200) -> HttpResponse:
    asked = signing_in.asked_for(request.brand, public_id)
    values = {
        "asked_for": asked,
        "again": f"{address(request, 'sign-in')}?{urlencode({'next': to})}",
        "problem": problem,
    }
    return shown(request, "helpsite/sign_in_code.html", values, status=status, index=False, fresh=True)


def _code_page(request: HelpRequest, public_id: str, to: str) -> str:
    return f"{address(request, 'sign-in-code')}?{urlencode({'of': public_id, 'next': to})}"


def _next(request: HelpRequest) -> str:
    """Where to go on: a page of this brand's help site, and nowhere else."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_ours = wanted.startswith(f"/help/{request.brand.slug}/") and url_has_allowed_host_and_scheme(wanted, None)
    return wanted if is_ours else address(request, "home")


def _said(answer: Answer) -> str:
    said = {
        Answer.WRONG: _("That isn't the code we sent. Check it and try again."),
        Answer.EXPIRED: _("That code is no longer valid. Ask for a new one."),
        Answer.SPENT: _("There were too many wrong codes. Ask for a new one."),
    }
    return said.get(answer, _("No code is being waited for just now."))
