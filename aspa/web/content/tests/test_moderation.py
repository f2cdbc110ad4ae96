"""The queue on the desk: who comes in, what they see, many at once, and back again."""

from __future__ import annotations

import pytest
from django.test import Client

from aspa.core.inboxes.models import Brand, Grant
from aspa.core.people.models import Contact, Role
from aspa.kit import clock
from aspa.service.community import asking
from aspa.service.community.asking import Written
from aspa.service.community.models import Question
from aspa.service.knowledge import switches
from aspa.service.moderation.models import Decision, Item, ShutOut
from aspa.service.moderation.rules import rules_of
from aspa.service.moderation.states import State
from tests.cast import Cast
from tests.journeys.test_desk_pages import signed_in

pytestmark = pytest.mark.django_db
PAGE = "/content/moderation/"


@pytest.fixture
def questions(cast: Cast) -> list[Question]:
    """Three of the shop's that wait, and one of the other brand's."""
    other = Contact.objects.create(brand=cast.other_brand, name="Eve", created_at=clock.now())
    return [
        *(ask(cast.brand, cast.dee, words) for words in ("villa", "silkki", "hamppu")),
        ask(cast.other_brand, other, "puu"),
    ]


def ask(brand: Brand, contact: Contact, words: str) -> Question:
    switches.set_on(brand, "community", is_on=True)
    title = f"Miten tätä hoidetaan: {words * 3}?"
    return asking.ask(Written(title, ""), brand=brand, contact=contact, name=f"Nimi {contact.pk}", language="fi")[0]


@pytest.fixture
def moderator(cast: Cast) -> Client:
    """Ben, who decides what the shop's customers publish."""
    role = Role.objects.create(name="Moderator", permissions=[Role.Permission.COMMUNITY])
    Grant.objects.create(agent=cast.ben, role=role, inbox=cast.inbox)
    return signed_in(cast.ben)


def items(brand: Brand) -> list[str]:
    return [item.seen for item in Item.objects.filter(brand=brand).order_by("pk")]


def test_strangers_sign_in_and_who_only_answers_stays_out(cast: Cast, questions: list[Question]) -> None:
    paths = [PAGE, f"{PAGE}rules/{cast.brand.pk}/"]
    posts = [f"{PAGE}decide", f"{PAGE}undo", f"{PAGE}authors/{cast.dee.pk}"]
    ben = signed_in(cast.ben)
    assert [Client().get(path).status_code for path in paths] == [302, 302]
    assert [Client().post(path).status_code for path in posts] == [302] * 3
    assert [ben.get(path).status_code for path in paths] == [403, 403]
    assert [ben.post(path).status_code for path in posts] == [403] * 3


def test_another_brands_are_as_if_they_were_not(cast: Cast, questions: list[Question], moderator: Client) -> None:
    (theirs,) = items(cast.other_brand)
    seen = moderator.get(PAGE).content.decode()
    assert "villavilla" in seen
    assert "puupuu" not in seen
    for path in (f"{PAGE}?brand={cast.other_brand.pk}", f"{PAGE}?kind=question&key={questions[3].pk}"):
        assert "puupuu" not in moderator.get(path).content.decode()
    moderator.post(f"{PAGE}decide", {"items": [theirs], "action": "publish"})
    assert Item.objects.get(brand=cast.other_brand).state == State.HELD
    assert moderator.get(f"{PAGE}rules/{cast.other_brand.pk}/").status_code == 404
    assert moderator.post(f"{PAGE}authors/{questions[3].contact_id}").status_code == 404


def test_many_are_decided_at_once_and_taken_back(cast: Cast, questions: list[Question], moderator: Client) -> None:
    mine = items(cast.brand)
    moderator.post(f"{PAGE}decide", {"items": mine, "action": "publish"})
    assert Question.objects.filter(state=State.PUBLISHED).count() == 3
    assert "villavilla" in moderator.get(f"{PAGE}?decided").content.decode()
    moderator.post(f"{PAGE}undo")
    assert Question.objects.filter(state=State.HELD).count() == 4
    moderator.post(f"{PAGE}undo")
    # Without a reason nothing is hidden, and no nonsense is taken.
    moderator.post(f"{PAGE}decide", {"items": mine, "action": "hide"})
    assert moderator.post(f"{PAGE}decide", {"items": mine, "action": "burn"}).status_code == 400
    assert moderator.post(f"{PAGE}decide", {"items": ["x", "9" * 40], "action": "publish"}).status_code == 302
    assert Decision.objects.filter(undone_at=None).count() == 0
    moderator.post(f"{PAGE}decide", {"items": mine[:1], "action": "remove", "reason": "rude", "words": "Ei näin."})
    assert Question.objects.get(pk=questions[0].pk).state == State.REMOVED
    # What its author has written anew since it was looked at isn't shown unseen.
    asking.edit(questions[1], Written("Aivan toinen kysymys, joka on uusi", ""), contact=cast.dee)
    moderator.post(f"{PAGE}decide", {"items": mine[1:2], "action": "publish"})
    assert Question.objects.get(pk=questions[1].pk).state == State.HELD
    assert [decision.words for decision in Decision.objects.filter(undone_at=None)] == ["Ei näin."]


def test_authors_are_shut_out_and_rules_kept(cast: Cast, questions: list[Question], moderator: Client) -> None:
    moderator.post(f"{PAGE}authors/{cast.dee.pk}")
    assert ShutOut.objects.get().agent == cast.ben
    assert "villavilla" in moderator.get(f"{PAGE}?author={cast.dee.pk}").content.decode()
    moderator.post(f"{PAGE}authors/{cast.dee.pk}", {"in": "1"})
    assert not ShutOut.objects.exists()
    told = {"hold": "all", "newcomer_items": 5, "most_links": 0, "reports_hide": 0, "words": "Huijaus\n\n spämmi "}
    assert moderator.post(f"{PAGE}rules/{cast.brand.pk}/", {**told, "newcomer_items": -1}).status_code == 422
    moderator.post(f"{PAGE}rules/{cast.brand.pk}/", told)
    kept = rules_of(cast.brand.pk)
    assert (kept.hold, kept.words, kept.holds_personal) == ("all", ["huijaus", "spämmi"], False)
