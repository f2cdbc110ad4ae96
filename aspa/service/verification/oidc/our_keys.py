"""Our own keys towards a provider that wants no shared secret: one signs what we ask, by the other it encrypts its answer.

The Finnish Trust Network's profile asks for them (Traficom's recommendation 213/2023 S): private_key_jwt, signed
requests, encrypted tokens, and keys that are given to the broker beforehand.
"""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from aspa.kit.ids import new_token

if TYPE_CHECKING:
    from aspa.service.verification.models import Provider

BITS = 3072
SIGNS = "PS256"
# The profile's longest life of a signed request.
LIVES = 600


def make() -> dict[str, Any]:
    """A JWK Set with private keys, the signing one first."""
    return {"keys": [_made("sig", SIGNS), _made("enc", "RSA-OAEP-256")]}


def public(provider: Provider) -> dict[str, Any]:
    """What the provider is given: the same without the private parts."""
    return {"keys": [_public(key) for key in (provider.private_keys or {"keys": []})["keys"]]}


def signing(provider: Provider) -> RSAKey:
    return RSAKey.import_key(provider.private_keys["keys"][0])


def decrypting(provider: Provider) -> RSAKey | None:
    return RSAKey.import_key(provider.private_keys["keys"][1]) if provider.private_keys else None


def assertion(provider: Provider, audience: str) -> str:
    """By which we prove ourselves at the token endpoint (RFC 7523 3)."""
    return _signed(provider, {"sub": provider.client_id, "aud": audience})


def request_object(provider: Provider, audience: str, asked: dict[str, str]) -> str:
    """What we ask, signed (RFC 9101)."""
    return _signed(provider, {**asked, "aud": audience})


def _signed(provider: Provider, claims: dict[str, Any]) -> str:
    key, now = signing(provider), int(time.time())
    around = {"iss": provider.client_id, "iat": now, "nbf": now, "exp": now + LIVES, "jti": new_token(16)}
    return jwt.encode({"alg": SIGNS, "kid": key.kid}, {**claims, **around}, key, algorithms=[SIGNS])


def _made(use: str, algorithm: str) -> dict[str, Any]:
    key = RSAKey.generate_key(BITS, {"use": use, "alg": algorithm, "kid": f"aspa-{use}-{secrets.token_hex(4)}"})
    return dict(key.as_dict(private=True))


def _public(key: dict[str, Any]) -> dict[str, Any]:
    return {name: key[name] for name in ("kty", "use", "alg", "kid", "n", "e")}
