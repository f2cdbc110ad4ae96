"""What was asked and not found, by what it means; one step to an article. A brand's gaps are its writers' alone."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from aspa.core.inboxes.models import Grant
from aspa.core.people.models import Role
from aspa.service.deflection import gaps
from aspa.service.knowledge.models import Draft
from aspa.service.search import content
from aspa.service.search.models import Synonyms
from tests.cast import Cast
from tests.journeys.test_desk_pages import signed_in

pytestmark = pytest.mark.django_db


def ask(cast: Cast, text: str, *, where: str = "helpsite", found: int = 0) -> None:
    content.asked(cast.brand.pk, text, where=where, found=found)


def test_forms_of_the_same_words_are_one_gap(cast: Cast) -> None:
    for text in ("returning parcels", "return parcel", "returning parcels"):
        ask(cast, text)
    ask(cast, "return parcel", where="widget")
    ask(cast, "bicycle")
    ask(cast, "gift card", found=3)
    first, second = gaps.found(cast.brand)
    assert (first.text, first.nothing, first.ways) == ("returning parcels", 4, ["return parcel"])
    assert first.where == {"helpsite": 3, "widget": 1}
    assert second.text == "bicycle"
    assert gaps.found(cast.other_brand) == []


def test_a_gap_becomes_an_article_in_one_step(cast: Cast) -> None:
    ask(cast, "do you sell bicycles")
    writer = Role.objects.create(name="Kirjoittaja", permissions=[str(Role.Permission.CONTENT)])
    Grant.objects.create(agent=cast.ben, role=writer, inbox=cast.inbox)
    ben = signed_in(cast.ben)
    page = ben.get("/content/gaps/").content.decode()
    assert "do you sell bicycles" in page
    assert 'action="/content/search/"' in page
    ben.post("/content/search/", {"brand": cast.brand.pk, "words": ["bicycles", "bikes"]})
    assert Synonyms.objects.get(brand=cast.brand).words == ["bicycles", "bikes"]
    answer = ben.post("/content/gaps/article", {"brand": cast.brand.pk, "text": "do you sell bicycles"})
    draft = Draft.objects.get()
    assert (answer["Location"], draft.title) == (f"/content/{draft.version_id}/", "Do you sell bicycles")
    cy = signed_in(cast.cy)
    assert cy.get("/content/gaps/").status_code == HTTPStatus.FORBIDDEN
    Grant.objects.create(agent=cast.cy, role=writer, inbox=cast.other_inbox)
    cy = signed_in(cast.cy)
    assert cy.get("/content/gaps/", {"brand": cast.brand.pk}).status_code == HTTPStatus.NOT_FOUND
    assert "bicycles" not in cy.get("/content/gaps/").content.decode()
    assert cy.post("/content/gaps/article", {"brand": cast.brand.pk, "text": "x"}).status_code == HTTPStatus.NOT_FOUND
