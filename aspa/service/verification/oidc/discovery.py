"""What a provider says of itself, and its keys: fetched when they are needed, remembered for a while.

https://openid.net/specs/openid-connect-discovery-1_0.html
"""

from __future__ import annotations

import dataclasses
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import httpx2
from django.conf import settings
from django.utils.translation import gettext as _
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, import_key

from aspa.kit import outside
from aspa.service.verification.oidc.failing import Unreachable

PATH = "/.well-known/openid-configuration"
REMEMBERED = 3600.0  # seconds
# Unknown keys make us look again, but not for every forged token.
SOONEST = 60.0
SECONDS = 10.0


@dataclasses.dataclass(frozen=True, slots=True)
class Metadata:
    """`methods`: how clients may prove themselves at the token endpoint."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str
    methods: tuple[str, ...]


_lock = threading.Lock()
_metadata: dict[str, tuple[float, Metadata]] = {}
_keys: dict[str, tuple[float, KeySet]] = {}


def metadata_of(issuer: str) -> Metadata:
    """Raises Unreachable."""
    with _lock:
        known = _metadata.get(issuer)
    if known is not None and known[0] > time.monotonic() - REMEMBERED:
        return known[1]
    found = _understood(issuer, fetch(issuer.rstrip("/") + PATH))
    with _lock:
        _metadata[issuer] = (time.monotonic(), found)
    return found


def keys_of(metadata: Metadata, *, anew: bool = False) -> KeySet:
    """The keys with which the provider signs; `anew`: it seems to have others now. Raises Unreachable."""
    with _lock:
        known = _keys.get(metadata.jwks_uri)
    if known is not None and known[0] > time.monotonic() - (SOONEST if anew else REMEMBERED):
        return known[1]
    found = _usable(fetch(metadata.jwks_uri))
    with _lock:
        _keys[metadata.jwks_uri] = (time.monotonic(), found)
    return found


def forget() -> None:
    """Ask anew the next time."""
    with _lock:
        _metadata.clear()
        _keys.clear()


def fetch(address: str, *, token: str = "") -> dict[str, Any]:
    """A JSON object from the provider. Raises Unreachable."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with outside.client(SECONDS) as http:
            answer = http.get(checked(address), headers={"Accept": "application/json", **headers})
        value = answer.json() if answer.status_code == 200 else None
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as problem:
        raise Unreachable(_("The provider doesn't answer at %(address)s.") % {"address": address}) from problem
    if not isinstance(value, dict):
        raise Unreachable(_("The provider doesn't answer at %(address)s.") % {"address": address})
    return value


def checked(address: str) -> str:
    """The address, if what goes there is safe on its way. Raises Unreachable."""
    parts = urlsplit(address)
    ours = parts.hostname in settings.ASPA_PRIVATE_HOSTS or parts.netloc in settings.ASPA_PRIVATE_HOSTS
    if parts.scheme != "https" and not (parts.scheme == "http" and ours):
        raise Unreachable(_("The provider's addresses have to begin with https://."))
    return address


def _understood(issuer: str, said: dict[str, Any]) -> Metadata:
    # 4.3: it must say exactly the name by which it was asked, or another could speak for it.
    if said.get("issuer") != issuer:
        raise Unreachable(_("The provider calls itself something else. Copy its issuer exactly."))
    methods = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    found = Metadata(
        issuer=issuer,
        authorization_endpoint=str(said.get("authorization_endpoint", "")),
        token_endpoint=str(said.get("token_endpoint", "")),
        userinfo_endpoint=str(said.get("userinfo_endpoint") or ""),
        jwks_uri=str(said.get("jwks_uri", "")),
        methods=tuple(str(method) for method in methods),
    )
    for address in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
        checked(address)
    return found


def _usable(said: dict[str, Any]) -> KeySet:
    """Those that sign and that we understand; a provider may publish others beside them."""
    listed = said.get("keys")
    usable = []
    for key in listed if isinstance(listed, list) else ():
        # A symmetric "public" key would let anybody sign.
        if not isinstance(key, dict) or key.get("kty") not in ("RSA", "EC") or key.get("use", "sig") != "sig":
            continue
        try:
            usable.append(import_key(key))
        except (JoseError, ValueError, KeyError):
            continue
    if not usable:
        raise Unreachable(_("The provider publishes no key that we understand."))
    return KeySet(usable)
