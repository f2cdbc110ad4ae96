"""The cast of every test: owner Ada, teammate Ben, outsider Cy, customer Dee.

Ada owns Aspa. Ben answers in the shop's chat and nowhere else. Cy answers in another brand's chat, so whatever
belongs to the shop must be as if it didn't exist for him. Dee is a customer of the shop.
"""

from __future__ import annotations

import dataclasses

from aspa.core.inboxes.models import Brand, Grant, Inbox
from aspa.core.people.models import Agent, Contact, Role, Team
from aspa.kit import clock

PASSWORD = "kahvi-ja-pulla-24"
ANSWERING = [Role.Permission.READ, Role.Permission.REPLY, Role.Permission.MODERATE]


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
    """Put the cast into the database."""
    brand = Brand.objects.create(name="Villa", slug="villa", domains=["shop.example"])
    other_brand = Brand.objects.create(name="Metsä", slug="metsa", domains=["metsa.example"])
    team = Team.objects.create(name="Asiakaspalvelu")
    inbox = Inbox.objects.create(brand=brand, name="Chat", channel="webchat", team=team)
    other_inbox = Inbox.objects.create(brand=other_brand, name="Chat", channel="webchat")
    answering = Role.objects.create(name="Asiakaspalvelija", permissions=[str(one) for one in ANSWERING])
    ada = Agent.objects.create_user("ada@aspa.example", PASSWORD, name="Ada Aalto", is_owner=True, language="en")
    ben = Agent.objects.create_user("ben@aspa.example", PASSWORD, name="Ben Berg", language="en")
    cy = Agent.objects.create_user("cy@aspa.example", PASSWORD, name="Cy Carlsson", language="en")
    team.members.add(ada, ben)
    Grant.objects.create(agent=ben, role=answering, inbox=inbox)
    Grant.objects.create(agent=cy, role=answering, inbox=other_inbox)
    dee = Contact.objects.create(brand=brand, name="Dee Dahl", language="fi", created_at=clock.now())
    return Cast(ada, ben, cy, dee, brand, other_brand, inbox, other_inbox, team, answering)
