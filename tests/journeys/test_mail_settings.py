"""The error queue and the blocklist over HTTP; whoever may not, meets a closed door and changes nothing."""

from __future__ import annotations

import pytest
from django.test import Client

from aspa.channels.email.arriving import keeping, taking
from aspa.channels.email.arriving.tests.conftest import mail, mailbox
from aspa.channels.email.models import Arrival, Block
from aspa.core.conversations.models import Conversation
from aspa.core.inboxes.models import Grant, Inbox
from aspa.core.people.models import Agent, Role
from aspa.kit import clock
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def as_agent(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


@pytest.fixture
def support(cast: Cast) -> Inbox:
    return mailbox(cast.brand, "support@shop.example")


@pytest.fixture
def failed(support: Inbox) -> Arrival:
    """A mail without a sender."""
    keeping.keep([keeping.Coming(support.pk, "x:1", mail("Hello <script>", From="", Subject="<b>Odd</b>").as_bytes())])
    taking.take()
    arrival = Arrival.objects.get()
    assert arrival.state == Arrival.State.FAILED
    return arrival


def test_an_admin_sees_why_and_gets_the_raw_mail(cast: Cast, failed: Arrival) -> None:
    client = as_agent(cast.ada)
    page = client.get("/settings/mail/").content.decode()
    assert "&lt;b&gt;Odd&lt;/b&gt;" in page
    assert failed.detail.replace("'", "&#x27;") in page
    raw = client.get(f"/settings/mail/{failed.pk}/raw")
    assert b"Hello <script>" in b"".join(raw.streaming_content)  # type: ignore[attr-defined]
    assert raw["Content-Type"] == "application/octet-stream"
    assert raw["Content-Disposition"].startswith("attachment")


def test_a_mail_is_tried_again_and_put_aside(cast: Cast, failed: Arrival) -> None:
    client = as_agent(cast.ada)
    assert client.post(f"/settings/mail/{failed.pk}/again").status_code == 302
    failed.refresh_from_db()
    assert failed.state == Arrival.State.NEW
    taking.take()
    failed.refresh_from_db()
    assert failed.state == Arrival.State.FAILED
    assert client.post(f"/settings/mail/{failed.pk}/dismiss").status_code == 302
    failed.refresh_from_db()
    assert failed.state == Arrival.State.IGNORED
    assert client.get(f"/settings/mail/{failed.pk}/raw").status_code == 404


def test_outsiders_and_admins_of_other_inboxes_reach_no_mail(cast: Cast, failed: Arrival) -> None:
    manager = Role.objects.create(name="Manager", permissions=[Role.Permission.READ, Role.Permission.SETTINGS])
    doors = [f"/settings/mail/{failed.pk}/again", f"/settings/mail/{failed.pk}/dismiss"]
    for status in (403, 404):
        client = as_agent(cast.cy)
        assert client.get(f"/settings/mail/{failed.pk}/raw").status_code == status
        assert [client.post(door).status_code for door in doors] == [status] * 2
        # The second time he sets up an inbox of the other brand.
        Grant.objects.get_or_create(agent=cast.cy, role=manager, inbox=cast.other_inbox)
    assert "Odd" not in as_agent(Agent.objects.get(pk=cast.cy.pk)).get("/settings/mail/").content.decode()
    failed.refresh_from_db()
    assert failed.state == Arrival.State.FAILED


def test_the_queue_is_read_page_by_page(cast: Cast, support: Inbox) -> None:
    Arrival.objects.bulk_create(
        Arrival(inbox=support, source=f"x:{n}", size=1, state="failed", detail=f"No. {n}.", received_at=clock.now())
        for n in range(60)
    )
    client = as_agent(cast.ada)
    first = client.get("/settings/mail/").content.decode()
    assert ("No. 59." in first, "No. 5." in first) == (True, False)
    older = client.get(f"/settings/mail/?before={Arrival.objects.get(source='x:10').pk}").content.decode()
    assert ("No. 59." in older, "No. 5." in older) == (False, True)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Spammer@Mail.example ", "spammer@mail.example"),
        ("@mail.example", "mail.example"),
        ("no such thing", ""),
        ("a@", ""),
    ],
)
def test_addresses_and_domains_are_blocked(cast: Cast, said: str, kept: str) -> None:
    answer = as_agent(cast.ada).post("/settings/blocks/", {"brand": cast.brand.pk, "value": said})
    assert answer.status_code == (302 if kept else 422)
    assert [(one.value, one.agent) for one in Block.objects.all()] == ([(kept, cast.ada)] if kept else [])


def test_a_block_is_shown_and_removed_by_admins_alone(cast: Cast, conversation: Conversation) -> None:
    block = Block.objects.create(
        brand=cast.brand, value="mail.example", conversation=conversation, created_at=clock.now()
    )
    assert as_agent(cast.cy).post(f"/settings/blocks/{block.pk}/remove").status_code == 403
    client = as_agent(cast.ada)
    assert conversation.reference in client.get("/settings/blocks/").content.decode()
    again = client.post("/settings/blocks/", {"brand": cast.brand.pk, "value": "mail.example"})
    assert again.status_code == 422
    assert client.post(f"/settings/blocks/{block.pk}/remove").status_code == 302
    assert not Block.objects.exists()
