"""Each thing that can be wrong with an id_token keeps it out, and the log and the customer are told which."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from joserfc import jwe, jws
from joserfc.jwk import ECKey, KeySet, RSAKey

from aspa.kit import clock
from aspa.service.verification.models import Provider
from aspa.service.verification.oidc import discovery, id_tokens, our_keys
from aspa.service.verification.oidc.failing import NotAccepted

ISSUER, CLIENT, NONCE = "https://tunnistus.example", "villa", "nonce-1"
METADATA = discovery.Metadata(ISSUER, f"{ISSUER}/auth", f"{ISSUER}/token", "", f"{ISSUER}/jwks", ())


@pytest.fixture(scope="module")
def theirs() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})


@pytest.fixture(autouse=True)
def published(monkeypatch: pytest.MonkeyPatch, theirs: RSAKey) -> list[bool]:
    """The keys that the provider publishes, and how often they were asked for anew."""
    asked: list[bool] = []

    def keys_of(metadata: discovery.Metadata, *, anew: bool = False) -> KeySet:
        asked.append(anew)
        return KeySet([RSAKey.import_key(theirs.as_dict(private=False))])

    monkeypatch.setattr(discovery, "keys_of", keys_of)
    return asked


def provider(**more: Any) -> Provider:
    return Provider(issuer=ISSUER, client_id=CLIENT, **more)


def claims(**changed: Any) -> dict[str, Any]:
    now = int(clock.now().timestamp())
    said = {"iss": ISSUER, "aud": CLIENT, "sub": "dee", "nonce": NONCE, "iat": now, "exp": now + 300, **changed}
    return {name: value for name, value in said.items() if value is not None}


def signed(said: dict[str, Any], key: Any, *, alg: str = "RS256", kid: str | None = "one") -> str:
    header = {"alg": alg, **({"kid": kid} if kid else {})}
    return jws.serialize_compact(header, json.dumps(said), key, algorithms=[alg])


def read(token: str, asked: Provider | None = None) -> dict[str, Any]:
    return id_tokens.read(token, provider=asked or provider(), metadata=METADATA, nonce=NONCE)


def test_a_good_one_is_believed(theirs: RSAKey) -> None:
    assert read(signed(claims(), theirs))["sub"] == "dee"
    assert read(signed(claims(aud=[CLIENT, "other"], azp=CLIENT), theirs))["sub"] == "dee"
    assert read(signed(claims(), theirs, alg="PS256", kid=None))["sub"] == "dee"


NOW = int(clock.now().timestamp())


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"iss": "https://other.example"}, "issuer"),
        ({"iss": ISSUER + "/"}, "issuer"),
        ({"aud": "other"}, "audience"),
        ({"aud": None}, "audience"),
        ({"aud": [CLIENT, "other"]}, "audience"),
        ({"azp": "other"}, "audience"),
        ({"exp": NOW - 60}, "expired"),
        ({"iat": NOW - 3600}, "expired"),
        ({"iat": NOW + 3600}, "expired"),
        ({"exp": None}, "token"),
        ({"exp": "tomorrow"}, "token"),
        ({"exp": True}, "token"),
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"sub": ""}, "subject"),
        ({"sub": 7}, "subject"),
        ({"sub": "x" * 256}, "subject"),
    ],
)
def test_what_is_wrong_with_it_keeps_it_out(theirs: RSAKey, changed: dict[str, Any], why: str) -> None:
    with pytest.raises(NotAccepted) as refused:
        read(signed(claims(**changed), theirs))
    assert refused.value.code == why


def test_only_the_providers_keys_sign(theirs: RSAKey, published: list[bool]) -> None:
    stranger = RSAKey.generate_key(2048, {"kid": "one"})
    curve = ECKey.generate_key("P-256", {"kid": "one"})
    for token in (signed(claims(), stranger), signed(claims(), curve, alg="ES256"), unsigned(), by_public_key(theirs)):
        with pytest.raises(NotAccepted) as refused:
            read(token)
        assert refused.value.code == "key"
    assert not any(published)
    with pytest.raises(NotAccepted):
        read(signed(claims(), RSAKey.generate_key(2048, {"kid": "new"}), kid="new"))
    assert published[-1], "a key that isn't known may be newer than what we remember"


@pytest.mark.parametrize("token", ["", "a.b.c", "a.b.c.d.e", "....", "eyJ.eyJ.x", "ä.ö.å"])
def test_rubbish_is_no_token(token: str) -> None:
    with pytest.raises(NotAccepted):
        read(token)


def test_with_keys_of_ours_only_what_is_encrypted_to_us_is_read(theirs: RSAKey) -> None:
    ours = provider(security=Provider.Security.KEYS, private_keys=our_keys.make())
    mine = RSAKey.import_key(our_keys.public(ours)["keys"][1])
    inner = signed(claims(), theirs)
    assert read(encrypted(inner, mine), ours)["sub"] == "dee"
    to_another = encrypted(inner, RSAKey.generate_key(2048, {"kid": mine.kid}))
    for token, asked in ((inner, ours), (encrypted(inner, mine), provider()), (to_another, ours)):
        with pytest.raises(NotAccepted) as refused:
            read(token, asked)
        assert refused.value.code == "encryption"
    assert "d" not in our_keys.public(ours)["keys"][0]


def encrypted(token: str, key: RSAKey) -> str:
    header = {"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": key.kid, "cty": "JWT"}
    return jwe.encrypt_compact(header, token, key, algorithms=["RSA-OAEP-256", "A256GCM"])


def unsigned() -> str:
    return f"{part({'alg': 'none', 'kid': 'one'})}.{part(claims())}."


def by_public_key(key: RSAKey) -> str:
    """Signed by whoever knows the public key, taken for a shared secret."""
    body = f"{part({'alg': 'HS256', 'kid': 'one'})}.{part(claims())}"
    secret = key.as_pem(private=False)
    return f"{body}.{base64.urlsafe_b64encode(hmac.digest(secret, body.encode(), hashlib.sha256)).decode().rstrip('=')}"


def part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
