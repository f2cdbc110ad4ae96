"""Words that mean the same: said by a brand's writers alone, proposed from what found nothing, and searched by."""

from __future__ import annotations

import pytest
from django.test import Client

from aspa.core.inboxes.models import Grant
from aspa.core.people.models import Role
from aspa.service.search import content
from aspa.service.search.content import Document, Reader
from aspa.service.search.models import Synonyms
from aspa.service.search.tests.published import Shelf, registered, settle
from aspa.service.search.words import dictionaries
from tests.cast import Cast
from tests.journeys.test_desk_pages import signed_in

pytestmark = pytest.mark.django_db
ADDRESS = "/content/search/"


@pytest.fixture
def ben(cast: Cast) -> Client:
    role = Role.objects.create(name="Writer", permissions=[Role.Permission.CONTENT])
    Grant.objects.create(agent=cast.ben, role=role, inbox=cast.inbox)
    Grant.objects.create(agent=cast.cy, role=role, inbox=cast.other_inbox)
    return signed_in(cast.ben)


def test_what_found_nothing_is_proposed_and_found_once_it_is_a_synonym(ben: Client, cast: Cast) -> None:
    brand = cast.brand.pk
    for language in dictionaries.LANGUAGES:
        dictionaries.dictionary(language)
    with registered(Shelf()) as shelf:
        shelf.publish(Document("shelf", 1, "fi", brand, "faq", "Sähköpyörän lataus", "Lataa akku."))
        settle()
        nothing = content.search(brand, "menopelin lataus", reader=Reader()).hits[0].confidence
        content.asked(brand, "menopeli", where="helpsite", found=0)
        assert '<strong>menopeli</strong> <span class="quiet">1 time' in ben.get(ADDRESS).content.decode()
        # As the proposal's form sends it: the word that was asked, and what was written beside it.
        ben.post(ADDRESS, {"brand": brand, "words": ["menopeli", "Sähköpyörä,  e-pyörä"]})
        group = Synonyms.objects.get()
        assert group.words == ["menopeli", "sähköpyörä", "e-pyörä"]
        assert "<strong>menopeli" not in ben.get(ADDRESS).content.decode()
        (hit,) = content.search(brand, "menopeli", reader=Reader()).hits
        assert hit.key == 1 and hit.confidence > nothing
        assert content.search(cast.other_brand.pk, "menopeli", reader=Reader()).hits == []
        ben.post(f"{ADDRESS}{group.pk}/", {"words": "menopeli, , kulkine"})
        assert content.search(brand, "menopeli", reader=Reader()).hits == []
        # One word means nothing by itself.
        ben.post(f"{ADDRESS}{group.pk}/", {"words": "menopeli"})
        ben.post(ADDRESS, {"brand": brand, "words": "yksin, ?!"})
        assert [one.words for one in Synonyms.objects.all()] == [["menopeli", "kulkine"]]
        ben.post(f"{ADDRESS}{group.pk}/", {"words": "menopeli, kulkine", "remove": "1"})
        assert not Synonyms.objects.exists()


def test_another_brands_synonyms_are_as_if_they_did_not_exist(ben: Client, cast: Cast) -> None:
    group = Synonyms.objects.create(brand=cast.brand, words=["salaisuus", "juttu"])
    cy = signed_in(cast.cy)
    assert "salaisuus" not in cy.get(ADDRESS).content.decode()
    assert cy.get(ADDRESS, {"brand": cast.brand.pk}).status_code == 404
    assert cy.post(ADDRESS, {"brand": cast.brand.pk, "words": "a, b"}).status_code == 404
    assert cy.post(f"{ADDRESS}{group.pk}/", {"remove": "1"}).status_code == 404
    assert cy.post(f"{ADDRESS}{2**70}/", {"remove": "1"}).status_code == 404
    assert Client().get(ADDRESS).status_code == 302
    assert Synonyms.objects.get().words == ["salaisuus", "juttu"]
