"""An admin lets Aspa into a mailbox: to the provider's page and back, and nobody else's code is taken."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from django.test import Client

from aspa.channels.email import oauth
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def inbox(cast: Cast) -> Inbox:
    settings = {
        "address": "villa@gmail.com", "incoming": "imap", "imap_user": "villa@gmail.com", "oauth": "google",
        "oauth_client_id": "id-1", "oauth_client_secret": "secret-1",
    }  # fmt: skip
    return Inbox.objects.create(brand=cast.brand, name="Mail", channel="email", settings=settings)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    calls: list[dict[str, Any]] = []

    def post(address: str, *, data: dict[str, Any], timeout: float) -> httpx2.Response:
        calls.append({"address": address, **data})
        if data.get("code") == "wrong":
            return httpx2.Response(400, json={"error": "invalid_grant"})
        return httpx2.Response(200, json={"access_token": "a", "expires_in": 3600, "refresh_token": "lasting"})

    monkeypatch.setattr(oauth.httpx2, "post", post)
    return calls


def signed_in(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


def begun(client: Client, inbox: Inbox) -> dict[str, list[str]]:
    answer = client.get(f"/mail/connect/{inbox.public_id}/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("https://accounts.google.com/o/oauth2/v2/auth?")
    return parse_qs(urlsplit(answer["Location"]).query)


def test_there_and_back(cast: Cast, inbox: Inbox, asked: list[dict[str, Any]]) -> None:
    client = signed_in(cast.ada)
    there = begun(client, inbox)
    assert there["client_id"] == ["id-1"]
    assert there["login_hint"] == ["villa@gmail.com"]
    assert "secret-1" not in str(there)

    back = client.get("/mail/connected/", {"state": there["state"][0], "code": "c-1"})
    assert back["Location"] == f"/settings/inboxes/{inbox.pk}/"
    inbox.refresh_from_db()
    assert inbox.settings["oauth_refresh_token"] == "lasting"
    assert inbox.settings["address"] == "villa@gmail.com"
    (call,) = asked
    assert (call["code"], call["client_secret"]) == ("c-1", "secret-1")
    assert call["redirect_uri"] == there["redirect_uri"][0]


def test_a_code_of_somebody_elses_making_is_not_taken(cast: Cast, inbox: Inbox, asked: list[dict[str, Any]]) -> None:
    """An attacker's own mailbox must not become the shop's by a link that an admin opens."""
    theirs = begun(signed_in(cast.ada), inbox)["state"][0]
    client = signed_in(cast.ada)
    for state in (theirs, "", "forged:x"):
        client.get("/mail/connected/", {"state": state, "code": "c-1"})
    begun(client, inbox)
    client.get("/mail/connected/", {"state": theirs, "code": "c-1"})
    assert asked == []
    inbox.refresh_from_db()
    assert "oauth_refresh_token" not in inbox.settings


def test_a_state_is_used_once(cast: Cast, inbox: Inbox, asked: list[dict[str, Any]]) -> None:
    client = signed_in(cast.ada)
    state = begun(client, inbox)["state"][0]
    for _twice in range(2):
        client.get("/mail/connected/", {"state": state, "code": "c-1"})
    assert len(asked) == 1


@pytest.mark.parametrize("answer", [{"error": "access_denied"}, {"code": "wrong"}])
def test_a_refusal_is_told_on_the_inboxs_page(
    cast: Cast, inbox: Inbox, asked: list[dict[str, Any]], answer: dict[str, str]
) -> None:
    client = signed_in(cast.ada)
    back = client.get("/mail/connected/", {"state": begun(client, inbox)["state"][0], **answer}, follow=True)
    assert back.redirect_chain[-1][0] == f"/settings/inboxes/{inbox.pk}/"
    assert [message.level_tag for message in back.context["messages"]] == ["error"]


def test_only_who_may_change_the_inbox(cast: Cast, inbox: Inbox) -> None:
    address = f"/mail/connect/{inbox.public_id}/"
    assert signed_in(cast.ben).get(address).status_code == 404
    assert Client().get(address)["Location"].startswith("/account/login/")


def test_the_button_is_on_the_page(cast: Cast, inbox: Inbox) -> None:
    page = signed_in(cast.ada).get(f"/settings/inboxes/{inbox.pk}/").content.decode()
    assert f'href="/mail/connect/{inbox.public_id}/"' in page
    assert "/mail/connected/" in page
