"""Every address of the desk and the settings, whichever there are: strangers sign in, outsiders find nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from aspa.core.conversations import replies
from aspa.core.conversations.models import Event
from aspa.core.inboxes.models import Grant
from aspa.core.people.models import Agent, Contact, Role
from aspa.kit import clock
from aspa.service.duty.models import Call, Rota, StandIn
from aspa.service.hours.models import Hours
from aspa.service.knowledge import publishing
from aspa.service.knowledge.models import Category, Switch, Version
from aspa.service.knowledge.publishing import Text
from aspa.service.reviews.models import Product, Review
from aspa.service.search.models import Synonyms
from aspa.web.desk.models import SavedView
from tests.cast import Cast
from tests.journeys.test_desk_pages import conversation, signed_in

pytestmark = pytest.mark.django_db

# What a browser fetches before anybody signs in.
OPEN = {"/desk/manifest.webmanifest", "/desk/sw.js"}
# What every agent may see or do: their own things, and lists that show what they may see.
THEIR_OWN = {"home", "me", "safety", "end_session"}
WORDS = {"menu": "more", "channel": "webchat", "key": "x", "language": "sv"}


@pytest.fixture
def numbers(cast: Cast) -> dict[str, int]:
    """Something of the shop's for what an address names; what isn't here is looked for behind one of these."""
    parcel = conversation(cast)
    reply = replies.reply(parcel, by=cast.ben, body="On its way")
    rota = Rota.objects.create(name="Evenings", starts_on=dt.date(2026, 1, 1))
    incoming = parcel.last_incoming_id
    call = Call.objects.create(conversation=parcel, rota=rota, message_id=incoming, since=clock.now(), why="asap")
    until = clock.now() + dt.timedelta(hours=1)
    shift = StandIn.objects.create(
        rota=rota, agent=cast.ada, offered_by=cast.ben, start=clock.now(), end=until, state=StandIn.State.OFFERED
    )
    view = SavedView.objects.create(agent=cast.ben, name="Mine", filters={})
    hours = Hours.objects.create(brand=cast.brand, inbox=cast.inbox)
    return {
        "conversation_id": parcel.pk, "message_id": reply.pk, "call_id": call.pk, "shift_id": shift.pk,
        "view_id": view.pk, "hours_id": hours.pk, "brand_id": cast.brand.pk, "inbox_id": cast.inbox.pk,
        "agent_id": cast.ada.pk, "team_id": cast.team.pk, "role_id": cast.answering.pk, "rota_id": rota.pk,
        "contact_id": parcel.contact_id,
    }  # fmt: skip


def patterns(resolver: Any) -> Iterator[tuple[URLPattern, set[str]]]:
    """Each with the names of what stands in it, also above it."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern, set(pattern.pattern.converters)
        else:
            yield from patterns(pattern)


def doors(space: str, numbers: dict[str, int]) -> Iterator[tuple[str, str, set[str]]]:
    """Each address of a namespace as (name, path, the names of what stands in it)."""
    _prefix, resolver = get_resolver().namespace_dict[space]
    for pattern, named in patterns(resolver):
        name = str(pattern.name)
        filled: dict[str, Any] = {one: WORDS.get(one) or numbers.get(one, 1) for one in named}
        yield name, reverse(f"{space}:{name}", kwargs=filled), named


def answers(client: Client, path: str) -> set[int]:
    """To asking and to sending; 405 for what can only be done in the other way is left out."""
    return {client.get(path).status_code, client.post(path).status_code} - {405}


@pytest.mark.parametrize("space", ["content", "customers", "desk", "settings"])
def test_strangers_are_sent_to_sign_in(numbers: dict[str, int], space: str) -> None:
    for _name, path, _numbers in doors(space, numbers):
        if path not in OPEN:
            answer = Client().post(path)
            answer = Client().get(path) if answer.status_code == 405 else answer
            assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/account/login/"), path


def test_outsiders_find_no_conversation_call_or_shift(cast: Cast, numbers: dict[str, int]) -> None:
    cy, events, seen = signed_in(cast.cy), Event.objects.count(), 0
    for _name, path, named in doors("desk", numbers):
        if named & {"conversation_id", "message_id", "call_id", "shift_id", "view_id"}:
            assert answers(cy, path) == {404}, path
            seen += 1
    assert seen > 50
    assert Event.objects.count() == events
    assert (SavedView.objects.count(), StandIn.objects.get().state) == (1, "offered")


def test_outsiders_find_no_customer(cast: Cast, numbers: dict[str, int]) -> None:
    cy, before = signed_in(cast.cy), Contact.objects.values().get(pk=numbers["contact_id"])
    for _name, path, named in doors("customers", numbers):
        assert named & {"contact_id", "conversation_id"}, path
        assert answers(cy, path) == {404}, path
    assert Contact.objects.values().get(pk=numbers["contact_id"]) == before


def test_settings_are_closed_to_who_only_answers(cast: Cast, numbers: dict[str, int]) -> None:
    ben = signed_in(cast.ben)
    for name, path, _numbers in doors("settings", numbers):
        if name not in THEIR_OWN:
            assert answers(ben, path) == {403}, path


def test_who_leads_another_inbox_changes_nothing_here(cast: Cast, numbers: dict[str, int]) -> None:
    leader = Role.objects.create(name="Leader", permissions=[Role.Permission.SETTINGS])
    Grant.objects.create(agent=cast.cy, role=leader, inbox=cast.other_inbox)
    cy = signed_in(Agent.objects.get(pk=cast.cy.pk))
    assert cy.get("/settings/inboxes/").status_code == 200
    for name, path, named in doors("settings", numbers):
        if named and name not in {*THEIR_OWN, "inbox_new"}:
            assert answers(cy, path) <= {403, 404}, path


def test_who_writes_for_another_brand_finds_nothing_of_this_one(cast: Cast, numbers: dict[str, int]) -> None:
    role = Role.objects.create(name="Writer", permissions=[Role.Permission.CONTENT, Role.Permission.COMMUNITY])
    Grant.objects.create(agent=cast.cy, role=role, inbox=cast.other_inbox)
    version = publishing.create(cast.brand, "faq", "fi", Text(title="Pesu", body="Pese."), by=cast.ada)
    category = Category.objects.create(brand=cast.brand, slug="pesu", names={"fi": "Pesu"})
    product = Product.objects.create(brand=cast.brand, sku="NS", name="Neule", changed_at=clock.now())
    review = Review.objects.create(
        product=product, brand=cast.brand, contact=cast.dee, stars=5, name="Dee", text="Lämmin", created_at=clock.now()
    )
    group = Synonyms.objects.create(brand=cast.brand, words=["pesu", "pyykki"])
    numbers |= {
        "version_id": version.pk, "article_id": version.article_id, "category_id": category.pk,
        "review_id": review.pk, "group_id": group.pk, "contact_id": cast.dee.pk,
    }  # fmt: skip
    given = {
        "brand": cast.brand.pk, "words": "a, b", "on": "post", "title": "x", "title-fi": "x", "kind": "faq",
        "language": "fi", "text": "x",
    }  # fmt: skip
    cy, ben = signed_in(Agent.objects.get(pk=cast.cy.pk)), signed_in(cast.ben)
    for _name, path, named in doors("content", numbers):
        assert answers(ben, path) <= {403, 404}, path
        if named:
            assert answers(cy, path) == {404}, path
        else:
            # Whichever brand the form or the address names, it has to be one of theirs.
            answers(cy, f"{path}?brand={cast.brand.pk}")
            cy.post(path, given)
    assert Version.objects.get() == version and not version.is_published
    assert Synonyms.objects.values_list("words", flat=True).get() == ["pesu", "pyykki"]
    assert (Switch.objects.count(), Review.objects.get().state) == (0, review.state)
