"""A new installation leads its owner from an empty desk to the first customer, and no page of it is a dead end."""

from __future__ import annotations

import pytest

from aspa.core.inboxes.models import Brand
from aspa.core.people.models import Agent, Role
from tests.cast import Cast
from tests.journeys.test_desk_pages import conversation, signed_in

pytestmark = pytest.mark.django_db

CONTENT = ("", "new/", "categories/", "gaps/", "front/", "on/", "search/", "reviews/", "moderation/")


def test_the_first_steps_lead_to_a_brand() -> None:
    ada = signed_in(Agent.objects.create(email="ada@shop.example", name="Ada", is_owner=True))
    assert "/settings/beginning/" in ada.get("/desk/").content.decode()
    first = ada.get("/settings/beginning/").content.decode()
    assert first.count("<li>") == 5 and 'class="done"' not in first
    for page in CONTENT:
        answer = ada.get(f"/content/{page}")
        assert (answer.status_code, "/settings/brands/new/" in answer.content.decode()) == (200, True), page
    assert ada.get("/settings/inboxes/new/webchat/")["Location"] == "/settings/brands/new/"

    made = {"name": "Villa & Vakka", "slug": "", "colour": "#1c5d4d", "domains": "", "language": "fi",
            "timezone": "Europe/Helsinki", "reference_prefix": "A"}  # fmt: skip
    assert ada.post("/settings/brands/new/", made).status_code == 302
    assert Brand.objects.get().slug == "villa-vakka"
    assert ada.get("/settings/beginning/").content.decode().count('class="done"') == 1
    assert ada.post("/settings/brands/new/", {**made, "name": "☕"}).status_code == 422


def test_the_first_colleague_can_answer() -> None:
    ada = signed_in(Agent.objects.create(email="ada@shop.example", name="Ada", language="en", is_owner=True))
    ben = {"name": "Ben", "email": "ben@shop.example", "title": "", "language": "en", "role": "", "inbox": ""}
    assert "reads and answers" in ada.get("/settings/agents/new/").content.decode()
    ada.post("/settings/agents/new/", ben)
    role = Agent.objects.get(name="Ben").grants.get().role
    assert set(role.permissions) == {Role.Permission.READ, Role.Permission.REPLY}
    ada.post("/settings/agents/new/", {**ben, "name": "Cy", "email": "cy@shop.example"})
    assert not Agent.objects.get(name="Cy").grants.exists()


def test_the_first_steps_are_gone_once_a_customer_has_written(cast: Cast) -> None:
    conversation(cast)
    assert signed_in(cast.ada).get("/settings/beginning/").status_code == 204
    assert "/settings/beginning/" not in signed_in(cast.ben).get("/desk/").content.decode()
