"""Signing in on the help site: by a code, by the shop's word, and by nothing else."""

from __future__ import annotations

import datetime as dt
import re

import jwt
import pytest
import time_machine
from django.core import mail
from django.test import Client

from aspa.core.inboxes.models import Brand
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
    monkeypatch.setattr(sign_in, "_strangers", Buckets(1 / 1800, 4))
    monkeypatch.setattr(sign_in, "_owners", Buckets(1 / 600, 6))


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
    for _ in range(2):
        asks(client)
    assert is_refused(client)
    assert client.post(SIGN_IN, {"email": "nonsense", "stamp": guards.new_stamp("sign-in")}).status_code == 422
    assert not knows(client)


def is_refused(client: Client) -> bool:
    told = {"email": f" {ADDRESS.upper()}", "stamp": guards.new_stamp("sign-in")}
    return client.post(SIGN_IN, told).status_code == 422


def test_strangers_dont_use_up_the_codes_of_an_address(cast: Cast, client: Client) -> None:
    client.post(asks(client), {"code": sent_code()})
    client.cookies.pop(signed_in.COOKIE)
    stranger = Client(REMOTE_ADDR="192.0.2.1")
    for _ in range(4):
        asks(stranger)
    assert is_refused(stranger)
    # Whoever sits elsewhere isn't kept out by that.
    asks(Client(REMOTE_ADDR="192.0.2.2"))
    # Many together can: but for the browser in which the address has been proved before.
    for last in range(10, 19):
        asks(Client(REMOTE_ADDR=f"192.0.2.{last}"))
    assert is_refused(Client(REMOTE_ADDR="192.0.2.3"))
    forged = Client(REMOTE_ADDR="192.0.2.4")
    forged.cookies[signed_in.ADDRESS_COOKIE] = client.cookies[signed_in.ADDRESS_COOKIE].value[:-2] + "xx"
    assert is_refused(forged)
    client.post(asks(client), {"code": sent_code()})
    assert knows(client)
    client.cookies.pop(signed_in.COOKIE)
    # It speaks for that address alone.
    told = {"email": "ben@post.example", "stamp": guards.new_stamp("sign-in")}
    SignIn.objects.update(email="ben@post.example")
    assert client.post(SIGN_IN, told).status_code == 422


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/desk/", "/help/metsa/fi/"])
def test_nobody_is_led_away(cast: Cast, client: Client, to: str) -> None:
    page = asks(client, to=to)
    answer = client.post(page, {"code": sent_code()})
    assert answer["Location"] == HOME


SHOP = "https://shop.example/"
HERE = "http://testserver"


def word_of(cast: Cast, **claims: object) -> str:
    """The shop's signed word that somebody is its customer Dee."""
    soon = int((clock.now() + dt.timedelta(hours=1)).timestamp())
    dee = {"sub": "c-7", "name": "Dee", "email": "dee@shop.example", "aud": "villa", "exp": soon}
    return jwt.encode({**dee, **claims}, cast.brand.identity_secret, algorithm="HS256")


def test_the_shops_word_signs_in(cast: Cast, client: Client) -> None:
    told = {"identity": word_of(cast), "next": f"{HOME}blog/"}
    answer = client.get(f"{SIGN_IN}shop/", told, headers={"referer": SHOP})
    assert (answer.status_code, answer["Location"]) == (302, f"{HOME}blog/")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert knows(client)
    assert Identity.objects.get(kind="shop", value="c-7").contact.name == "Dee"
    assert not Identity.objects.get(value="dee@shop.example").is_verified
    # Who is signed in as the same goes on, wherever they come from.
    assert client.get(f"{SIGN_IN}shop/", told).status_code == 302
    # Another brand's, an old one, and one by nobody are refused.
    past = int((clock.now() - dt.timedelta(hours=1)).timestamp())
    other = jwt.encode({"sub": "c-7", "aud": "metsa", "exp": past + 7200}, cast.other_brand.identity_secret)
    for bad in (other, word_of(cast, exp=past), f"{word_of(cast)[:-4]}xxxx", "", "nonsense"):
        stranger = Client()
        refused = stranger.get(f"{SIGN_IN}shop/", {"identity": bad}, headers={"referer": SHOP})
        assert refused.status_code == 403
        assert not knows(stranger)


@pytest.mark.parametrize("page", ["", "https://evil.example/", "https://shop.example.evil.example/", "http://[", HERE])
def test_who_comes_from_elsewhere_says_that_it_is_them(cast: Cast, client: Client, page: str) -> None:
    """Anybody could send a customer here with a word about themselves, and read what the customer then writes."""
    told = {"identity": word_of(cast, name="<b>Eve</b>"), "next": f"{HOME}blog/"}
    asked = client.get(f"{SIGN_IN}shop/", told, headers={"referer": page} if page else {})
    assert asked.status_code == 200
    assert "&lt;b&gt;Eve&lt;/b&gt;" in asked.content.decode()
    assert not knows(client)
    assert not Identity.objects.filter(kind="shop").exists()
    assert client.post(f"{SIGN_IN}shop/", told, headers={"origin": "https://evil.example"}).status_code == 403
    assert not knows(client)
    answer = client.post(f"{SIGN_IN}shop/", told, headers={"origin": HERE})
    assert (answer.status_code, answer["Location"]) == (302, f"{HOME}blog/")
    assert knows(client)


def test_links_on_our_own_pages_arent_the_shops(cast: Cast, client: Client) -> None:
    """A shop that has its help site under its own address: customers write on that."""
    Brand.objects.filter(pk=cast.brand.pk).update(domains=["testserver"])
    page = {"referer": f"{HERE}{HOME}community/q/1/"}
    assert client.get(f"{SIGN_IN}shop/", {"identity": word_of(cast)}, headers=page).status_code == 200
    assert not knows(client)


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
