"""An admin says how inboxes give out what waits, what agents can take and who is served sooner; who may not, doesn't."""

from __future__ import annotations

import pytest
from django.test import Client

from aspa.core.conversations.models import Reason
from aspa.core.inboxes.models import Grant
from aspa.core.people.models import Agent, Role
from aspa.service.routing.models import Ability, Rules, Skill, Tier
from tests.cast import Cast

pytestmark = pytest.mark.django_db

RULES = {"policy": "offer", "pick": "round_robin", "offer_seconds": "30", "known_seconds": "0", "speaks": "on"}


def as_agent(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


def test_an_inbox_gives_out_as_it_is_told(cast: Cast) -> None:
    ada, page = as_agent(cast.ada), f"/settings/routing/inboxes/{cast.inbox.pk}/"
    assert ada.get(page).status_code == 200
    answer = ada.post(page, RULES | {"offer_seconds": "3"})
    assert (answer.status_code, Rules.objects.count()) == (422, 0)
    for policy in ("offer", "assign"):
        assert ada.post(page, RULES | {"policy": policy}).status_code == 302
    rules = Rules.objects.get()
    assert (rules.inbox, rules.policy, rules.pick, rules.offer_seconds, rules.speaks) == (
        cast.inbox,
        "assign",
        "round_robin",
        30,
        True,
    )
    assert "Give to an agent at once" in ada.get("/settings/routing/").content.decode()


def test_an_agent_has_room_languages_and_skills_and_a_reason_asks_for_one(cast: Cast) -> None:
    ada, reason = as_agent(cast.ada), Reason.objects.create(brand=cast.brand, name="Return")
    assert ada.post("/settings/routing/skills/new/", {"name": "Returns", "reasons": [reason.pk]}).status_code == 302
    skill = Skill.objects.get(reasons=reason)
    given = {"live_room": "2", "other_room": "", "languages": ["fi", "sv"], "skills": [skill.pk]}
    for _again in range(2):
        assert ada.post(f"/settings/routing/agents/{cast.ben.pk}/", given).status_code == 302
    ability = Ability.objects.get(agent=cast.ben)
    assert (ability.live_room, ability.other_room, ability.languages) == (2, None, ["fi", "sv"])
    shown = ada.get("/settings/routing/").content.decode()
    assert "2 live chats at once, 30 other conversations · suomi, svenska" in shown
    assert ada.post(f"/settings/routing/skills/{skill.pk}/remove").status_code == 302
    assert not Skill.objects.exists()


def test_a_tier_stands_ahead_in_the_queue(cast: Cast) -> None:
    ada, gold = as_agent(cast.ada), {"brand": cast.brand.pk, "name": "gold", "ahead_minutes": "10"}
    assert ada.post("/settings/routing/", gold).status_code == 302
    assert ada.post("/settings/routing/", gold).status_code == 422, "the brand has it already"
    tier = Tier.objects.get()
    assert "10 minutes ahead" in ada.get("/settings/routing/").content.decode()
    assert ada.post(f"/settings/routing/tiers/{tier.pk}/remove").status_code == 302
    assert not Tier.objects.exists()


def test_who_may_change_one_inbox_changes_that_one_alone(cast: Cast) -> None:
    role = Role.objects.create(name="Keeper", permissions=[Role.Permission.SETTINGS])
    Grant.objects.create(agent=cast.ben, role=role, inbox=cast.inbox)
    skill, tier = Skill.objects.create(name="Returns"), Tier.objects.create(brand=cast.brand, name="gold")
    ben = as_agent(cast.ben)
    shown = ben.get("/settings/routing/").content.decode()
    assert f"/settings/routing/inboxes/{cast.inbox.pk}/" in shown
    assert f"/settings/routing/inboxes/{cast.other_inbox.pk}/" not in shown
    assert "Returns" not in shown
    assert ben.post(f"/settings/routing/inboxes/{cast.inbox.pk}/", RULES).status_code == 302
    assert ben.post(f"/settings/routing/inboxes/{cast.other_inbox.pk}/", RULES).status_code == 404
    ben.post("/settings/routing/", {"brand": cast.brand.pk, "name": "silver", "ahead_minutes": "1"})
    closed = [
        f"agents/{cast.cy.pk}/",
        "skills/new/",
        f"skills/{skill.pk}/",
        f"skills/{skill.pk}/remove",
        f"tiers/{tier.pk}/remove",
    ]
    for path in closed:
        assert ben.post(f"/settings/routing/{path}", {"name": "x", "live_room": "0"}).status_code == 403, path
    assert (Rules.objects.count(), Ability.objects.count()) == (1, 0)
    assert ([one.name for one in Skill.objects.all()], [one.name for one in Tier.objects.all()]) == (
        ["Returns"],
        ["gold"],
    )
