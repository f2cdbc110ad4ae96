"""The cast of every test: owner Ada, teammate Ben, outsider Cy, customer Dee. The fixtures are at hand everywhere.

Ada owns Aspa. Ben answers in the shop's chat and nowhere else. Cy answers in another brand's chat, so whatever
belongs to the shop must be as if it didn't exist for him. Dee is a customer of the shop; she has written nothing
until `says` (or the fixture `conversation`) lets her.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools

import pytest
from django.contrib.auth.hashers import make_password

from aspa.core.conversations import intake
from aspa.core.conversations.models import Conversation
from aspa.core.inboxes.channel import Claim, Inbound, Sender
from aspa.core.inboxes.models import Brand, Grant, Inbox
from aspa.core.people.models import Agent, Contact, Identity, Role, Team
from aspa.kit import clock
from aspa.kit.bus import bus
from aspa.kit.ids import token_hash
from aspa.service.routing.present import PREFIX

PASSWORD = "kahvi-ja-pulla-24"
ANSWERING = [Role.Permission.READ, Role.Permission.REPLY, Role.Permission.MODERATE]

_numbers = itertools.count(1)


@dataclasses.dataclass(frozen=True, slots=True)
class Cast:
    ada: Agent
    ben: Agent
    cy: Agent
    dee: Contact
    brand: Brand
    other_brand: Brand
    inbox: Inbox
    other_inbox: Inbox
    team: Team
    answering: Role


def gather() -> Cast:
    """Put the cast into the database: in few statements and past the audit log, since most tests begin with it."""
    brand, other_brand = Brand.objects.bulk_create(
        [
            Brand(name="Villa", slug="villa", domains=["shop.example"]),
            Brand(name="Metsä", slug="metsa", domains=["metsa.example"]),
        ]
    )
    (team,) = Team.objects.bulk_create([Team(name="Asiakaspalvelu")])
    inbox, other_inbox = Inbox.objects.bulk_create(
        [
            Inbox(brand=brand, name="Chat", channel="webchat", team=team),
            Inbox(brand=other_brand, name="Chat", channel="webchat"),
        ]
    )
    (answering,) = Role.objects.bulk_create(
        [Role(name="Asiakaspalvelija", permissions=[str(one) for one in ANSWERING])]
    )
    known = {"password": hashed(), "language": "en"}
    ada, ben, cy = Agent.objects.bulk_create(
        [
            Agent(email="ada@aspa.example", name="Ada Aalto", is_owner=True, **known),
            Agent(email="ben@aspa.example", name="Ben Berg", **known),
            Agent(email="cy@aspa.example", name="Cy Carlsson", **known),
        ]
    )
    Team.members.through.objects.bulk_create([Team.members.through(team=team, agent=one) for one in (ada, ben)])
    Grant.objects.bulk_create(
        [Grant(agent=ben, role=answering, inbox=inbox), Grant(agent=cy, role=answering, inbox=other_inbox)]
    )
    now = clock.now()
    (dee,) = Contact.objects.bulk_create([Contact(brand=brand, name="Dee Dahl", language="fi", created_at=now)])
    token = {"kind": "visitor", "value": visitor("dee").value, "verified_how": "token", "verified_at": now}
    Identity.objects.bulk_create([Identity(brand=brand, contact=dee, created_at=now, **token)])
    return Cast(ada, ben, cy, dee, brand, other_brand, inbox, other_inbox, team, answering)


@functools.cache
def hashed() -> str:
    """The password as it is stored. Hashing is slow on purpose, so it is done once."""
    return make_password(PASSWORD)


def visitor(name: str = "dee") -> Claim:
    """The browser of a visitor, recognised by its token, which is the name."""
    return Claim(Identity.Kind.VISITOR, token_hash(name), verified_how="token")


def inbound(
    inbox: Inbox, text: str, *, who: str = "dee", key: str = "", sender: Sender | None = None, **more: object
) -> Inbound:
    """A message as a chat hands it over; `key` is what makes it the same one when it comes again."""
    return Inbound(
        inbox_id=inbox.pk,
        external_id=f"{who}:{key or next(_numbers)}",
        sender=sender or Sender(visitor(who), name=who.title(), language="en"),
        text=text,
        visitor=token_hash(who),
        **more,  # type: ignore[arg-type]
    )


def says(
    inbox: Inbox, text: str, *, who: str = "dee", key: str = "", sender: Sender | None = None, **more: object
) -> intake.Received:
    """Let a customer write in the chat, through the one door."""
    (answer,) = intake.receive([inbound(inbox, text, who=who, key=key, sender=sender, **more)])
    assert isinstance(answer, intake.Received), answer
    return answer


@pytest.fixture
def cast(db: None) -> Cast:
    # The agents of the test before have the same numbers as these, and may have been at their desks.
    for key in bus.find(PREFIX):
        bus.drop(key)
    return gather()


@pytest.fixture
def ada(cast: Cast) -> Agent:
    return cast.ada


@pytest.fixture
def ben(cast: Cast) -> Agent:
    return cast.ben


@pytest.fixture
def cy(cast: Cast) -> Agent:
    return cast.cy


@pytest.fixture
def dee(cast: Cast) -> Contact:
    return cast.dee


@pytest.fixture
def brand(cast: Cast) -> Brand:
    return cast.brand


@pytest.fixture
def inbox(cast: Cast) -> Inbox:
    """The shop's chat, where Ben answers."""
    return cast.inbox


@pytest.fixture
def other_inbox(cast: Cast) -> Inbox:
    """The other brand's chat, where Cy answers."""
    return cast.other_inbox


@pytest.fixture
def conversation(inbox: Inbox) -> Conversation:
    """Dee has asked something."""
    return says(inbox, "Where is my parcel?").conversation
