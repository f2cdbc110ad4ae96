"""Asking Shopify's Admin API: with a token that was given for good, or one that lasts a day and is asked for.

Apps that were made in a shop's own admin before 2026 have a token for good. Since then a merchant makes an app in the Dev
Dashboard, and it asks for a token with its id and secret (the client credentials grant,
https://shopify.dev/docs/apps/build/authentication-authorization/client-credentials-grant).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from aspa.service.shops import asking
from aspa.service.shops.asking import json_of
from aspa.service.shops.connector import Later, Never, NotUnderstood
from aspa.service.shops.payload import Payload

if TYPE_CHECKING:
    import httpx2

    from aspa.service.commerce.models import Source

VERSION = "2026-10"
# A token is asked for anew so long before it ends, in seconds.
MARGIN = 300.0

# {(shop, id, secret): (token, until when by the monotonic clock)}; each process asks for its own, once a day.
_granted: dict[tuple[str, str, str], tuple[str, float]] = {}


def address(source: Source) -> str:
    shop = source.settings.get("shop", "")
    # A stand-in on our own network is asked as it is.
    return f"{'http' if shop in settings.ASPA_PRIVATE_HOSTS else 'https'}://{shop}"


def ask(source: Source, method: str, path: str, **how: Any) -> httpx2.Response:
    """Ask for something below the API's version. Raises Later or Never."""
    url = f"{address(source)}/admin/api/{VERSION}{path}"
    try:
        return asking.ask(method, url, headers=_headers(source), **how)
    except Never:
        # One that was asked for may have ended early, as when the app's rights were changed.
        if _granted.pop(_who_asks(source), None) is None:
            raise
    return asking.ask(method, url, headers=_headers(source), **how)


def call(source: Source, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    return json_of(ask(source, method, path, json=body))


def graphql(source: Source, query: str, variables: dict[str, Any], *, mutation: str = "") -> Payload:
    """The data that is answered; of a `mutation` what is under its name. Raises Later or Never.

    GraphQL answers with success and tells in the body what went wrong, also that one should wait
    (https://shopify.dev/docs/api/usage/limits).
    """
    answer = call(source, "POST", "/graphql.json", {"query": query, "variables": variables})
    try:
        told = Payload(answer)
        errors = list(told.each("errors"))
        if any(one.within("extensions").text("code") == "THROTTLED" for one in errors):
            raise Later(_("The shop is busy."), after=_until_there_is_room(told))
        data = told.within("data")
        found = data.within(mutation) if mutation else data
        refusals = [one.text("message") for one in [*errors, *found.each("userErrors")]]
    except NotUnderstood as problem:
        raise Later(_("The shop answered with something that isn't data.")) from problem
    if refusals:
        raise Never(_("The shop refuses: %(words)s") % {"words": "; ".join(refusals)[:200]})
    return found


def _until_there_is_room(told: Payload) -> float:
    """In seconds; a question costs points, and so many come back each second."""
    cost = told.within("extensions").within("cost")
    state = cost.within("throttleStatus")
    try:
        lacking = float(cost.text("requestedQueryCost")) - float(state.text("currentlyAvailable"))
        return max(1.0, lacking / float(state.text("restoreRate")))
    except (ValueError, ZeroDivisionError):
        return 2.0


def _headers(source: Source) -> dict[str, str]:
    return {"X-Shopify-Access-Token": source.settings.get("token") or _token(source)}


def _token(source: Source) -> str:
    asks = _who_asks(source)
    token, until = _granted.get(asks, ("", 0.0))
    if time.monotonic() < until:
        return token
    _shop, client, secret = asks
    form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
    answer = json_of(asking.ask("POST", f"{address(source)}/admin/oauth/access_token", data=form))
    try:
        token, lasts = Payload(answer).needed("access_token"), float(Payload(answer).text("expires_in") or 0)
    except (NotUnderstood, ValueError) as problem:
        raise Later(_("The shop answered with something that isn't data.")) from problem
    _granted[asks] = (token, time.monotonic() + max(0.0, lasts - MARGIN))
    return token


def _who_asks(source: Source) -> tuple[str, str, str]:
    mine = source.settings
    return mine.get("shop", ""), mine.get("client_id", ""), mine.get("client_secret", "")
