"""A segment from its conditions to its persona, without a script; and closed to who isn't of the brand."""

from __future__ import annotations

import pytest
from django.test import Client

from aspa.core.conversations import triage
from aspa.core.conversations.models import Reason
from aspa.core.inboxes.models import Grant
from aspa.core.people.models import Agent, Contact, Role
from aspa.kit import clock
from aspa.kit.tasks import run_pending
from aspa.service.segments import estimating, measuring, segments
from aspa.service.segments.models import Segment
from tests.cast import Cast, says
from tests.journeys.test_desk_pages import signed_in

pytestmark = pytest.mark.django_db


def fill(client: Client, path: str, do: str = "save", **more: str) -> str:
    sent = {"name": "Regulars", "ahead_minutes": "5", "emoji": "🌲", "description": "They know us.", "do": do, **more}
    return client.post(path, sent, follow=True).content.decode()


GOLD = {"join-0": "all", "field-0-0": "tier", "op-0-0": "is", "value-0-0": "gold"}


def test_a_segment_is_made_by_the_form_alone(cast: Cast) -> None:
    reason = Reason.objects.create(brand=cast.brand, name="Returns")
    gold = Contact.objects.create(brand=cast.brand, name="Greta Gold", tier="Gold", created_at=clock.now())
    Contact.objects.create(brand=cast.other_brand, name="Olga Other", tier="Gold", created_at=clock.now())
    ada, path = signed_in(cast.ada), f"/settings/brands/{cast.brand.pk}/segments/new/"

    assert 'value="tier"' in ada.get(path).content.decode()
    drawn = fill(ada, path, "look", **{"field-0-0": "tier", "op-0-0": "", "value-0-0": ""})
    assert 'name="op-0-0"' in drawn
    drawn = fill(ada, path, "add-0", **GOLD)
    assert ('name="field-0-1"' in drawn, "1 customer now" in drawn, "Greta Gold" in drawn) == (True, True, True)
    assert "Olga" not in drawn
    assert 'name="field-1-0"' in fill(ada, path, "group", **GOLD)
    assert "Choose at least one condition." in fill(ada, path)
    assert "Write a number." in fill(ada, path, **GOLD | {"field-0-0": "conversations", "op-0-0": "at_least"})
    assert not Segment.objects.exists()

    says_so = {"field-1-0": "reason", "op-1-0": "any", "value-1-0": str(reason.pk), "join": "any", "join-1": "all"}
    fill(ada, path, **GOLD, **says_so)
    triage.set_reason(says(cast.inbox, "I send it back").conversation, by=cast.ben, reason=reason)
    run_pending()
    segment = Segment.objects.get()
    assert {one.name for one in segments.members(segment)} == {"Greta Gold", "Dee Dahl"}
    measuring.measure()

    page = ada.get(f"/settings/segments/{segment.pk}/").content.decode()
    assert all(word in page for word in ("Regulars", "🌲", "They know us.", "Returns", "Customers by day"))
    table = ada.get(f"/settings/segments/{segment.pk}.csv").content.decode()
    assert "Why they write,Returns,1,1.000" in table
    assert 'value="gold"' in ada.get(f"/settings/segments/{segment.pk}/edit/").content.decode()
    assert [one.name for one in segments.of(gold)] == ["Regulars"]

    ada.post(f"/settings/segments/{segment.pk}/remove")
    assert not Segment.objects.exists()


def test_a_large_brand_is_estimated(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimating, "COUNTED", 10)
    monkeypatch.setattr(estimating, "STRETCH", 5)
    Contact.objects.bulk_create(
        Contact(brand=cast.brand, name=f"C{number}", tier="gold" if number % 4 else "", created_at=clock.now())
        for number in range(400)
    )
    answer = signed_in(cast.ada).post(f"/settings/brands/{cast.brand.pk}/segments/preview", GOLD)
    found = int(
        "".join(sign for sign in answer.content.decode().split("About")[1].split("customers")[0] if sign.isdigit())
    )
    assert 200 < found < 400


def test_another_brands_segment_is_not_there(cast: Cast) -> None:
    fill(signed_in(cast.ada), f"/settings/brands/{cast.brand.pk}/segments/new/", **GOLD)
    segment = Segment.objects.get()
    leader = Role.objects.create(name="Leader", permissions=[Role.Permission.SETTINGS])
    Grant.objects.create(agent=cast.cy, role=leader, inbox=cast.other_inbox)
    cy = signed_in(Agent.objects.get(pk=cast.cy.pk))
    assert "Regulars" not in cy.get("/settings/segments/").content.decode()
    for path in ("", "edit/"):
        assert cy.get(f"/settings/segments/{segment.pk}/{path}").status_code == 404
    assert cy.get(f"/settings/segments/{segment.pk}.csv").status_code == 404
    assert cy.post(f"/settings/segments/{segment.pk}/remove").status_code == 404
    assert cy.post(f"/settings/brands/{cast.brand.pk}/segments/preview", GOLD).status_code == 404
    assert cy.get(f"/settings/brands/{cast.other_brand.pk}/segments/new/").status_code == 200
