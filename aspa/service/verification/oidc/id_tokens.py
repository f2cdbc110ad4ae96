"""Whether an id_token is to be believed, as OpenID Connect Core 3.1.3.7 has it: every "must" is one line of `_check`."""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING, Any

from joserfc import jwe, jws
from joserfc.errors import InvalidKeyIdError, JoseError

from aspa.kit import clock
from aspa.service.verification.oidc import discovery, our_keys
from aspa.service.verification.oidc.failing import NotAccepted

if TYPE_CHECKING:
    from aspa.service.verification.models import Provider
    from aspa.service.verification.oidc.discovery import Metadata

# Never "none", and never a shared secret: whoever knows that could write tokens.
SIGNED_BY = ["RS256", "PS256", "ES256", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512"]
ENCRYPTED_BY = ["RSA-OAEP", "RSA-OAEP-256", "A128GCM", "A256GCM", "A128CBC-HS256", "A256CBC-HS512"]
# Clocks differ by so many seconds; and a token that is older than this is somebody's leftover.
LEEWAY, OLDEST = 30, 600


def read(token: str, *, provider: Provider, metadata: Metadata, nonce: str) -> dict[str, Any]:
    """The claims. Raises NotAccepted, or Unreachable where the keys can't be fetched."""
    claims = _claims(_verified(_opened(token, provider), metadata))
    _check(claims, provider=provider, nonce=nonce)
    return claims


def _opened(token: str, provider: Provider) -> str:
    """The signed token, taken out of the encrypted one where we have asked for that."""
    encrypted = token.count(".") == 4
    if encrypted != (provider.security == provider.Security.KEYS):
        # With keys of ours in use an open answer is not from whom it says.
        raise NotAccepted("encryption")
    if not encrypted:
        return token
    key = our_keys.decrypting(provider)
    assert key is not None
    try:
        plaintext = jwe.decrypt_compact(token, key, algorithms=ENCRYPTED_BY).plaintext
    except (JoseError, ValueError) as problem:
        raise NotAccepted("encryption") from problem
    return (plaintext or b"").decode("utf-8", "replace")


def _verified(token: str, metadata: Metadata) -> bytes:
    for anew in (False, True):
        try:
            found = jws.deserialize_compact(token, discovery.keys_of(metadata, anew=anew), algorithms=SIGNED_BY)
        except InvalidKeyIdError as problem:
            # It may sign with a key that is newer than what we remember.
            if anew:
                raise NotAccepted("key") from problem
        except (JoseError, ValueError) as problem:
            raise NotAccepted("key") from problem
        else:
            return found.payload
    raise NotAccepted("key")


def _claims(payload: bytes) -> dict[str, Any]:
    try:
        claims = json.loads(payload)
    except ValueError as problem:
        raise NotAccepted("token") from problem
    if not isinstance(claims, dict):
        raise NotAccepted("token")
    return claims


def _check(claims: dict[str, Any], *, provider: Provider, nonce: str) -> None:
    now, audience = clock.now().timestamp(), claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if claims.get("iss") != provider.issuer:
        raise NotAccepted("issuer")
    if provider.client_id not in audiences:
        raise NotAccepted("audience")
    if claims.get("azp", provider.client_id) != provider.client_id or (len(audiences) > 1 and "azp" not in claims):
        raise NotAccepted("audience")
    if _moment(claims, "exp") <= now - LEEWAY:
        raise NotAccepted("expired")
    if not now - OLDEST <= _moment(claims, "iat") <= now + LEEWAY:
        raise NotAccepted("expired")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise NotAccepted("nonce")
    if not isinstance(claims.get("sub"), str) or not 0 < len(claims["sub"]) <= 255:
        raise NotAccepted("subject")


def _moment(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotAccepted("token")
    return float(value)
