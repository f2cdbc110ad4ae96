"""Signing in on the help site: by a code, by the shop's word, and by nothing else."""

from __future__ import annotations

import datetime as dt
import re

import jwt
import pytest
import time_machine
from django.core import mail
from django.test import Client

from aspa.core.people.models import Contact, Identity
from aspa.kit import clock
from aspa.kit.rates import Buckets
from aspa.kit.tasks import run_pending
from aspa.service.verification.models import SignIn
from aspa.web.contact import stamps
from aspa.web.helpsite import guards, sign_in, signed_in
from tests.cast import Cast

pytestmark = pytest.mark.django_db

ADDRESS = "dee@post.example"
HOME = "/help/villa/fi/"
SIGN_IN = f"{HOME}sign-in/"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "QUICKEST", 0)
    monkeypatch.setattr(guards, "_networks", Buckets(1, 100))
    monkeypatch.setattr(sign_in, "_tries", Buckets(1, 100))


def asks(client: Client, email: str = ADDRESS, to: str = "") -> str:
    """Asks for a code; gives the address of the page that takes it."""
    told = {"email": email, "next": to, "stamp": guards.new_stamp("sign-in")}
    answer = client.post(SIGN_IN, told)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def sent_code() -> str:
    run_pending()
    return "".join(re.findall(r"(\d{3}) (\d{3})", mail.outbox[-1].body)[0])


def knows(client: Client) -> bool:
    return "sign-out" in client.get(HOME).content.decode()


def test_a_code_signs_in_and_out(cast: Cast, client: Client) -> None:
    page = asks(client, to=f"{HOME}search/?q=x")
    code = sent_code()
    assert mail.outbox[-1].to == [ADDRESS]
    assert code not in "".join(SignIn.objects.values_list("code_hash", flat=True))
    answer = client.post(page, {"code": f"{code[:3]} {code[3:]}"})
    assert (answer.status_code, answer["Location"]) == (302, f"{HOME}search/?q=x")
    cookie = answer.cookies[signed_in.COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/help/villa/")
    assert knows(client)
    proved = Identity.objects.get(kind="email", value=ADDRESS)
    assert proved.is_verified
    assert "aspa_session" not in client.cookies
    assert client.get("/desk/").status_code == 302
    # Used once, it opens nothing to others.
    assert Client().post(page, {"code": code}).status_code == 422
    client.post(f"{HOME}sign-out/")
    client.cookies.pop(signed_in.COOKIE, None)
    assert not knows(client)
    # The same person comes again.
    client.post(asks(client), {"code": sent_code()})
    assert Contact.objects.filter(identities__value=ADDRESS).count() == 1


def test_who_only_claims_the_address_is_somebody_else(cast: Cast, client: Client) -> None:
    """Dee's chat says the address is hers; whoever has the letter box doesn't become Dee by that."""
    Identity.objects.create(brand=cast.brand, contact=cast.dee, kind="email", value=ADDRESS, created_at=clock.now())
    client.post(asks(client), {"code": sent_code()})
    assert Identity.objects.get(value=ADDRESS, verified_at__isnull=False).contact != cast.dee


def test_codes_are_few_short_lived_and_sent_seldom(cast: Cast, client: Client) -> None:
    page = asks(client)
    code = sent_code()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert [client.post(page, {"code": wrong}).status_code for _ in range(5)] == [422] * 5
    assert client.post(page, {"code": code}).status_code == 422
    late = asks(client)
    code = sent_code()
    with time_machine.travel(clock.now() + dt.timedelta(minutes=11)):
        assert client.post(late, {"code": code}).status_code == 422
    for _ in range(4):
        asks(client)
    refused = client.post(SIGN_IN, {"email": ADDRESS, "stamp": guards.new_stamp("sign-in")})
    assert refused.status_code == 422
    assert client.post(SIGN_IN, {"email": "nonsense", "stamp": guards.new_stamp("sign-in")}).status_code == 422
    assert not knows(client)


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/desk/", "/help/metsa/fi/"])
def test_nobody_is_led_away(cast: Cast, client: Client, to: str) -> None:
    page = asks(client, to=to)
    answer = client.post(page, {"code": sent_code()})
    assert answer["Location"] == HOME


def test_the_shops_word_signs_in(cast: Cast, client: Client) -> None:
    soon = int((clock.now() + dt.timedelta(hours=1)).timestamp())
    claims = {"sub": "c-7", "name": "Dee", "email": "dee@shop.example", "aud": "villa", "exp": soon}
    word = jwt.encode(claims, cast.brand.identity_secret, algorithm="HS256")
    answer = client.get(f"{SIGN_IN}shop/", {"identity": word, "next": f"{HOME}blog/"})
    assert (answer.status_code, answer["Location"]) == (302, f"{HOME}blog/")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert knows(client)
    assert Identity.objects.get(kind="shop", value="c-7").contact.name == "Dee"
    assert not Identity.objects.get(value="dee@shop.example").is_verified
    # Another brand's, an old one, and one by nobody are refused.
    other = jwt.encode({**claims, "aud": "metsa"}, cast.other_brand.identity_secret, algorithm="HS256")
    old = jwt.encode({**claims, "exp": soon - 7200}, cast.brand.identity_secret, algorithm="HS256")
    for bad in (other, old, jwt.encode(claims, "x" * 40, algorithm="HS256"), "", "nonsense"):
        stranger = Client()
        assert stranger.get(f"{SIGN_IN}shop/", {"identity": bad}).status_code == 403
        assert not knows(stranger)


def test_a_cookie_is_good_for_one_brand_and_a_living_contact(cast: Cast, client: Client) -> None:
    client.post(asks(client), {"code": sent_code()})
    cookie = client.cookies[signed_in.COOKIE].value
    elsewhere = Client()
    elsewhere.cookies[signed_in.COOKIE] = cookie
    assert "sign-out" not in elsewhere.get("/help/metsa/fi/").content.decode()
    forged = Client()
    forged.cookies[signed_in.COOKIE] = cookie[:-2] + "xx"
    assert not knows(forged)
    Contact.objects.filter(identities__value=ADDRESS).update(erased_at=clock.now())
    assert not knows(client)
