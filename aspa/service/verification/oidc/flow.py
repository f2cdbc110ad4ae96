"""The authorization code flow with PKCE: the address to which the customer goes, and what their return is worth.

https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth, RFC 7636 (PKCE), RFC 9207 (issuer in the answer).
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, urlencode

import httpx2
from django.conf import settings
from django.utils.translation import gettext as _

from aspa.kit import outside
from aspa.kit.ids import new_token
from aspa.service.verification.oidc import discovery, id_tokens, our_keys
from aspa.service.verification.oidc.failing import NotAccepted, Unreachable

if TYPE_CHECKING:
    from aspa.service.verification.models import Provider
    from aspa.service.verification.oidc.discovery import Metadata

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclasses.dataclass(frozen=True, slots=True)
class Departure:
    """Where the customer goes, and the three secrets by which their return is known."""

    address: str
    state: str
    nonce: str
    verifier: str


def return_address() -> str:
    """The redirect URI that a provider is told of: one for all."""
    return f"{settings.ASPA_URL}/identify/return/"


def depart(provider: Provider, *, language: str) -> Departure:
    """Raises Unreachable."""
    metadata = discovery.metadata_of(provider.issuer)
    state, nonce, verifier = new_token(), new_token(), new_token()
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    levels = " ".join(acr for acr, _name in provider.levels)
    asked = {
        "client_id": provider.client_id, "response_type": "code", "scope": _scopes(provider),
        "redirect_uri": return_address(), "state": state, "nonce": nonce, "code_challenge": challenge,
        "code_challenge_method": "S256", "ui_locales": language, **({"acr_values": levels} if levels else {}),
        # Somebody else may have signed in there on this browser before.
        "prompt": "login",
    }  # fmt: skip
    if provider.security == provider.Security.KEYS:
        signed = our_keys.request_object(provider, metadata.issuer, asked)
        # RFC 9101 5: what stands beside the signed request must be in it, too; Core 6.1 wants these three.
        asked = {name: asked[name] for name in ("client_id", "response_type", "scope")} | {"request": signed}
    joint = "&" if "?" in metadata.authorization_endpoint else "?"
    return Departure(metadata.authorization_endpoint + joint + urlencode(asked), state, nonce, verifier)


def arrive(provider: Provider, *, code: str, nonce: str, verifier: str, issuer: str) -> dict[str, Any]:
    """The believed claims of the person who came back with this code. Raises NotAccepted or Unreachable."""
    if issuer and issuer != provider.issuer:
        raise NotAccepted("issuer")
    metadata = discovery.metadata_of(provider.issuer)
    said = _redeemed(provider, metadata, code, verifier)
    token = said.get("id_token")
    if not isinstance(token, str):
        raise NotAccepted("token")
    claims = id_tokens.read(token, provider=provider, metadata=metadata, nonce=nonce)
    return claims | _more(provider, metadata, claims, str(said.get("access_token") or ""))


def _scopes(provider: Provider) -> str:
    return " ".join(dict.fromkeys(["openid", *provider.scopes.split()]))


def _redeemed(provider: Provider, metadata: Metadata, code: str, verifier: str) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": return_address(), "code_verifier": verifier,
    }  # fmt: skip
    auth = httpx2.Auth()
    if provider.security == provider.Security.KEYS:
        proof = our_keys.assertion(provider, metadata.token_endpoint)
        form |= {"client_id": provider.client_id, "client_assertion_type": JWT_BEARER, "client_assertion": proof}
    elif "client_secret_basic" in metadata.methods:
        # RFC 6749 2.3.1: both are written as in a form first.
        auth = httpx2.BasicAuth(quote_plus(provider.client_id), quote_plus(provider.client_secret))
    else:
        form |= {"client_id": provider.client_id, "client_secret": provider.client_secret}
    try:
        with outside.client(discovery.SECONDS) as http:
            answer = http.post(discovery.checked(metadata.token_endpoint), data=form, auth=auth)
        said = answer.json()
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as problem:
        raise Unreachable(_("The provider doesn't answer.")) from problem
    if answer.status_code >= 500:
        raise Unreachable(_("The provider doesn't answer."))
    if answer.status_code != 200 or not isinstance(said, dict):
        # invalid_grant: the code was used before, has expired, or belongs to somebody else's request (RFC 6749 5.2).
        raise NotAccepted("code")
    return said


def _more(provider: Provider, metadata: Metadata, claims: dict[str, Any], token: str) -> dict[str, Any]:
    """What is to be kept and isn't in the token: some providers give it at another address alone."""
    missing = [claim for claim in (*provider.claims.values(), provider.subject_claim) if claim not in claims]
    if not missing or not token or not metadata.userinfo_endpoint:
        return {}
    said = discovery.fetch(metadata.userinfo_endpoint, token=token)
    # 5.3.2: an answer about anybody else is not to be used.
    if said.get("sub") != claims["sub"]:
        raise NotAccepted("subject")
    return {claim: said[claim] for claim in missing if claim in said}
