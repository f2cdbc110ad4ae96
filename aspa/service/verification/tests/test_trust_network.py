"""A broker of the Finnish Trust Network: it wants signed requests and our signature for a secret, and encrypts its answer.

The broker here is written with another library than ours, so that a mistake of one isn't repeated by the other.
"""

from __future__ import annotations

import json
import time
import warnings
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from aspa.kit import outside
from aspa.service.verification.models import Provider
from aspa.service.verification.oidc import discovery, flow, our_keys
from aspa.service.verification.oidc.failing import NotAccepted

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from authlib.jose import JsonWebEncryption, JsonWebKey, JsonWebSignature, JsonWebToken

ISSUER = "https://broker.example/ftn"
HETU = "urn:oid:1.2.246.21"


class Broker:
    """Answers as the profile has it; `asked` is what the customer brought, verified."""

    def __init__(self, provider: Provider) -> None:
        self.ours = JsonWebKey.import_key_set(our_keys.public(provider))
        self.key = JsonWebKey.generate_key("RSA", 2048, {"kid": "broker", "use": "sig"}, is_private=True)
        self.client_id = provider.client_id
        self.asked: dict[str, Any] = {}
        self.encrypts = True

    def receive(self, address: str) -> str:
        """The customer comes by this address; the code they go back with."""
        brought = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.asked = self._verified(brought["request"])
        assert self.asked["aud"] == ISSUER
        assert self.asked["iss"] == self.asked["client_id"] == brought["client_id"] == self.client_id
        assert "nonce" not in brought, "what matters stands in what is signed"
        return "code-1"

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith(discovery.PATH):
            places = {"authorization_endpoint": "auth", "token_endpoint": "token", "jwks_uri": "jwks"}
            said = {name: f"{ISSUER}/{path}" for name, path in places.items()}
            return httpx2.Response(200, json={"issuer": ISSUER, **said})
        if request.url.path.endswith("/jwks"):
            return httpx2.Response(200, json={"keys": [self.key.as_dict(is_private=False)]})
        return self._redeem({name: values[0] for name, values in parse_qs(request.content.decode()).items()})

    def _redeem(self, form: dict[str, str]) -> httpx2.Response:
        proof = self._verified(form["client_assertion"])
        fits = (
            form["client_assertion_type"] == flow.JWT_BEARER
            and (proof["iss"], proof["sub"], proof["aud"]) == (self.client_id, self.client_id, f"{ISSUER}/token")
            and proof["jti"]
            and "client_secret" not in form
            and form["code"] == "code-1"
            and _challenge(form["code_verifier"]) == self.asked["code_challenge"]
        )
        if not fits:
            return httpx2.Response(400, json={"error": "invalid_grant"})
        now = int(time.time())
        claims = {
            "iss": ISSUER, "aud": self.client_id, "sub": f"transient-{now}", "nonce": self.asked["nonce"], "iat": now,
            "exp": now + 60, "acr": "http://ftn.ficora.fi/2017/loa2", HETU: "131052-308T", "name": "Dee Dahl",
        }  # fmt: skip
        token = JsonWebSignature(["PS256"]).serialize_compact(
            {"alg": "PS256", "kid": "broker"}, json.dumps(claims).encode(), self.key
        )
        if self.encrypts:
            theirs = self.ours.keys[1]
            header = {"alg": "RSA-OAEP-256", "enc": "A128GCM", "kid": theirs.as_dict()["kid"], "cty": "JWT"}
            token = JsonWebEncryption().serialize_compact(header, token, theirs)
        return httpx2.Response(200, json={"id_token": token.decode(), "access_token": "a", "token_type": "Bearer"})

    def _verified(self, token: str) -> dict[str, Any]:
        claims = JsonWebToken(["PS256"]).decode(token, self.ours)
        claims.validate()
        return dict(claims)


def _challenge(verifier: str) -> str:
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    return str(create_s256_code_challenge(verifier))


@pytest.fixture
def provider() -> Provider:
    return Provider(
        issuer=ISSUER, client_id="villa", security=Provider.Security.KEYS, private_keys=our_keys.make(),
        subject_claim=HETU, levels=[["http://ftn.ficora.fi/2017/loa2", "Korotettu taso"]], scopes="openid profile",
    )  # fmt: skip


@pytest.fixture
def broker(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Broker:
    made = Broker(provider)
    transport = httpx2.MockTransport(made.answer)
    monkeypatch.setattr(outside, "client", lambda seconds=20.0: httpx2.Client(transport=transport))
    discovery.forget()
    return made


def test_signed_requests_and_encrypted_answers(provider: Provider, broker: Broker) -> None:
    departure = flow.depart(provider, language="fi")
    code = broker.receive(departure.address)
    assert broker.asked["ui_locales"] == "fi"
    claims = flow.arrive(provider, code=code, nonce=departure.nonce, verifier=departure.verifier, issuer=ISSUER)
    assert claims[HETU] == "131052-308T"


@pytest.mark.parametrize(("wrong", "why"), [("nonce", "nonce"), ("verifier", "code"), ("issuer", "issuer")])
def test_anything_else_is_refused(provider: Provider, broker: Broker, wrong: str, why: str) -> None:
    departure = flow.depart(provider, language="fi")
    code = broker.receive(departure.address)
    given = {"nonce": departure.nonce, "verifier": departure.verifier, "issuer": ISSUER, wrong: "another" * 8}
    with pytest.raises(NotAccepted) as refused:
        flow.arrive(provider, code=code, **given)
    assert refused.value.code == why


def test_an_answer_that_isnt_encrypted_is_refused(provider: Provider, broker: Broker) -> None:
    broker.encrypts = False
    departure = flow.depart(provider, language="fi")
    code = broker.receive(departure.address)
    with pytest.raises(NotAccepted) as refused:
        flow.arrive(provider, code=code, nonce=departure.nonce, verifier=departure.verifier, issuer="")
    assert refused.value.code == "encryption"
