"""Strong identification against a real OpenID Connect provider: what is done, refused, late, replayed or somebody else's."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import time_machine
from django.test import Client

from aspa.core.conversations import own_page
from aspa.core.conversations.models import Conversation, Event
from aspa.core.people.models import Contact, Identity
from aspa.kit import clock
from aspa.service.verification import identifying
from aspa.service.verification.models import Fact, Identification, Provider
from aspa.service.verification.oidc import discovery
from tests.cast import Cast, says

pytestmark = pytest.mark.django_db

STRONG, WEAK = "http://ftn.ficora.fi/2017/loa2", "urn:password"
SECONDS = 300
PEOPLE = {
    "dee": {"name": "Dee Doris Dahl", "birthdate": "1985-12-31", "code": "131052-308T", "acr": STRONG},
    "sam": {"name": "Sam Salo", "acr": STRONG},
    "weak": {"name": "Wea Kari", "acr": WEAK},
}


@pytest.fixture(scope="module")
def broker() -> Iterator[str]:
    """The provider in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    people = [f"--user-claims={json.dumps({'sub': sub, **said})}" for sub, said in PEOPLE.items()]
    command = [sys.executable, "-m", "oidc_provider_mock", f"--port={port}", f"--token-max-age={SECONDS}", *people]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        issuer = f"http://127.0.0.1:{port}"
        _wait_for(issuer, process)
        yield issuer
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(issuer: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if httpx.get(issuer + discovery.PATH).is_success:
                return
        except httpx.TransportError:
            assert process.poll() is None, "the provider has ended"
            time.sleep(0.1)
    raise AssertionError("the provider doesn't come up")


@pytest.fixture
def provider(cast: Cast, broker: str, settings: object) -> Provider:
    settings.ASPA_PRIVATE_HOSTS = ["127.0.0.1"]  # type: ignore[attr-defined]
    discovery.forget()
    return Provider.objects.create(
        brand=cast.brand, name="Testipankki", issuer=broker, client_id="villa", client_secret="s",
        levels=[[STRONG, "Korotettu taso"]],
        claims={"name": "name", "birthdate": "birthdate", "identity_code": "code"},
    )  # fmt: skip


@pytest.fixture
def asked(cast: Cast, provider: Provider, conversation: Conversation) -> Identification:
    return identifying.ask(conversation, provider, by=cast.ben)


def path(asked: Identification) -> str:
    return urlsplit(identifying.address(asked)).path


def set_out(customer: Client, asked: Identification) -> str:
    answer = customer.get(path(asked) + "go/")
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def at_provider(address: str, **form: str) -> str:
    """What the customer does there; the path by which they come back to us."""
    answer = httpx.post(address, data=form)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def identify(customer: Client, asked: Identification, who: str) -> str:
    """Where the customer stands at the end."""
    return str(customer.get(at_provider(set_out(customer, asked), sub=who))["Location"])


def nothing_known(contact: Contact) -> bool:
    strong = Identity.objects.filter(contact=contact, kind=Identity.Kind.STRONG)
    return not (strong.exists() or Fact.objects.filter(contact=contact).exists())


def test_the_customer_identifies_and_is_known_with_level_and_time(
    cast: Cast, conversation: Conversation, asked: Identification
) -> None:
    customer = Client()
    own = customer.get(urlsplit(own_page.address(conversation)).path).content.decode()
    assert identifying.address(asked) in own
    page = customer.get(path(asked))
    assert b"Testipankki" in page.content
    assert page["Referrer-Policy"] == "no-referrer"
    assert Identification.objects.get().attempts == 0, "opening the page changes nothing"

    away = set_out(customer, asked)
    sent = {name: values[0] for name, values in parse_qs(urlsplit(away).query).items()}
    assert sent["code_challenge_method"] == "S256"
    assert sent["acr_values"] == STRONG
    assert len(sent["nonce"]) > 30 < len(sent["state"])
    landed = customer.get(at_provider(away, sub="dee"))
    assert landed["Location"] == path(asked)
    assert "Thank you" in customer.get(landed["Location"]).content.decode()

    done = Identification.objects.get(contact=conversation.contact_id)
    assert (done.level, done.acr, done.state) == ("Korotettu taso", STRONG, "done")
    strong = Identity.objects.get(contact=conversation.contact, kind=Identity.Kind.STRONG)
    assert strong.is_verified
    assert re.fullmatch("[0-9a-f]{64}", strong.value), "who they are there is kept as a hash"
    facts = dict(Fact.objects.filter(contact=conversation.contact).values_list("key", "value"))
    assert facts == {"name": "Dee Doris Dahl", "birthdate": "1985-12-31", "identity_code": "131052-308T"}
    told = Event.objects.get(conversation=conversation, kind=Event.Kind.IDENTIFIED)
    assert told.data == {"level": "Korotettu taso", "how": "strong"}
    assert customer.get(path(asked) + "go/").status_code == 409, "the link is used"


def test_a_refusal_changes_nothing_and_may_be_tried_again(asked: Identification) -> None:
    customer = Client()
    said = customer.get(at_provider(set_out(customer, asked), action="deny"))["Location"]
    assert said.endswith("?said=refused")
    assert "You stopped" in customer.get(said).content.decode()
    assert nothing_known(asked.contact)
    assert identify(customer, asked, "dee") == path(asked)


def test_an_answer_is_taken_once_and_only_from_the_browser_that_set_out(
    asked: Identification, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    customer, stranger = Client(), Client()
    back = at_provider(set_out(customer, asked), sub="dee")
    assert stranger.get(back).status_code == 400
    assert nothing_known(asked.contact)
    assert customer.get(back)["Location"] == path(asked)
    for again in (customer, stranger):
        assert again.get(back).status_code == 400, "replayed"
    assert Identity.objects.filter(kind=Identity.Kind.STRONG).count() == 1
    for secret in ("Dahl", "131052", "1985-12-31"):
        assert secret not in caplog.text


def test_a_code_for_one_question_is_worth_nothing_for_another(
    cast: Cast, provider: Provider, asked: Identification
) -> None:
    """Sam's own code, brought back with the state of Dee's question: the nonce is Sam's."""
    dee, sam = Client(), Client()
    theirs = identifying.ask(says(cast.inbox, "Hei", who="sam").conversation, provider, by=cast.ben)
    code = parse_qs(urlsplit(at_provider(set_out(sam, theirs), sub="sam")).query)["code"][0]
    state = parse_qs(urlsplit(set_out(dee, asked)).query)["state"][0]
    said = dee.get("/identify/return/", {"state": state, "code": code})["Location"]
    assert said.endswith("said=nonce")
    assert nothing_known(asked.contact)
    for made_up in ({"state": "x" * 43, "code": code}, {"code": code}, {"state": state, "code": code}, {}):
        assert dee.get("/identify/return/", made_up).status_code == 400


def test_a_late_answer_isnt_taken(asked: Identification) -> None:
    customer = Client()
    back = at_provider(set_out(customer, asked), sub="dee")
    with time_machine.travel(clock.now() + dt.timedelta(seconds=SECONDS + 60), tick=False):
        assert customer.get(back)["Location"].endswith("said=expired")
    back = at_provider(set_out(customer, asked), sub="dee")
    with time_machine.travel(clock.now() + identifying.AWAY + dt.timedelta(seconds=1), tick=False):
        assert customer.get(back)["Location"].endswith("said=away_too_long")
    with time_machine.travel(clock.now() + identifying.LIVES + dt.timedelta(seconds=1), tick=False):
        assert customer.get(path(asked) + "go/").status_code == 409
    assert nothing_known(asked.contact)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"client_id": "other"}, "code"),
        ({"levels": [["urn:higher", "Korkea"]]}, "level"),
        ({"subject_claim": "missing"}, "subject"),
        ({"issuer": "http://127.0.0.1:1"}, "unreachable"),
        ({"is_active": False}, "used"),
    ],
)
def test_what_was_not_asked_for_isnt_taken(
    asked: Identification, provider: Provider, changed: dict[str, object], said: str
) -> None:
    """The provider is set up anew while the customer is there."""
    customer = Client()
    back = at_provider(set_out(customer, asked), sub="dee")
    Provider.objects.filter(pk=provider.pk).update(**changed)
    discovery.forget()
    assert customer.get(back)["Location"].endswith(f"said={said}")
    assert nothing_known(asked.contact)


def test_a_weak_way_isnt_enough(asked: Identification) -> None:
    assert identify(Client(), asked, "weak").endswith("said=level")
    assert nothing_known(asked.contact)


def test_somebody_else_than_before_changes_nothing(
    cast: Cast, provider: Provider, conversation: Conversation, asked: Identification
) -> None:
    identify(Client(), asked, "dee")
    again = identifying.ask(conversation, provider, by=cast.ben)
    identify(Client(), again, "sam")
    again.refresh_from_db()
    assert again.state == Identification.State.OTHER_PERSON
    assert Fact.objects.get(contact=conversation.contact, key="name").value == "Dee Doris Dahl"
    assert Identity.objects.filter(contact=conversation.contact, kind=Identity.Kind.STRONG).count() == 1


def test_a_second_record_of_one_person_is_a_duplicate_never_a_merge(
    cast: Cast, provider: Provider, conversation: Conversation, asked: Identification
) -> None:
    identify(Client(), asked, "dee")
    other = says(cast.inbox, "Hei", who="sam").conversation
    theirs = identifying.ask(other, provider, by=cast.ben)
    identify(Client(), theirs, "dee")
    theirs.refresh_from_db()
    assert (theirs.state, theirs.is_elsewhere) == ("done", True)
    assert {one.contact_id for one in Conversation.objects.all()} == {conversation.contact_id, other.contact_id}


def test_links_that_arent_ours_open_nothing(cast: Cast, provider: Provider, asked: Identification) -> None:
    customer = Client()
    token = identifying.token(asked)
    for wrong in ("1-x", f"{asked.pk + 1}-{token.partition('-')[2]}", token + "x", "-", "²-x"):
        assert customer.get(f"/identify/{wrong}/").status_code == 404
    renewed = identifying.ask(asked.conversation, provider, by=cast.ben)
    assert customer.get(path(asked) + "go/").status_code == 409, "a newer question makes the older link void"
    assert customer.get(path(renewed) + "go/").status_code == 302
