"""Lists narrowed to a segment: the same rows however many belong, and nothing of another brand's."""

from __future__ import annotations

import pytest
from django.test import Client

from aspa.core.conversations import lists
from aspa.core.people.models import Contact
from aspa.service.segments import building, editing
from aspa.service.segments.conditions import Condition, Group
from aspa.service.segments.models import Segment
from aspa.web.desk import of_segment, worklists
from aspa.web.desk.models import SavedView
from tests.cast import Cast, says

pytestmark = pytest.mark.django_db


@pytest.fixture
def regulars(cast: Cast) -> Segment:
    """Every other of twelve customers who have written."""
    for number in range(12):
        contact = says(cast.inbox, f"Question {number}", who=f"who{number}").conversation.contact
        Contact.objects.filter(pk=contact.pk).update(tier="gold" if number % 2 else "")
    segment = editing.save(Segment(brand=cast.brand, name="Regulars"), Group(True, (Condition("tier", "is", "gold"),)))
    while building.build_some():
        pass
    return segment


def texts(cast: Cast, segment: Segment) -> list[list[str]]:
    """All pages of Ben's list, three rows on each."""
    chosen, pages, place = worklists.Choice("all", {"segment": segment.pk}), [], ""
    while True:
        page = of_segment.page(cast.ben, chosen, before=place, only=None, limit=3)
        pages.append([row.preview for row in page.rows])
        place = page.next
        if not place:
            return [rows for rows in pages if rows]


def test_pages_are_the_same_looked_up_and_walked(
    cast: Cast, regulars: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = [["Question 11", "Question 9", "Question 7"], ["Question 5", "Question 3", "Question 1"]]
    assert texts(cast, regulars) == expected
    monkeypatch.setattr(of_segment, "FEW", 2)
    assert texts(cast, regulars) == expected
    # However thin they stand, a page reads so far and no farther.
    monkeypatch.setattr(of_segment, "STRIDE", 2)
    monkeypatch.setattr(of_segment, "FARTHEST", 2)
    assert [row for page in texts(cast, regulars) for row in page] == [row for page in expected for row in page]


def test_a_saved_view_has_its_segment_and_outsiders_have_nothing(cast: Cast, regulars: Segment, client: Client) -> None:
    view = SavedView.objects.create(agent=cast.ben, name="VIP", base="unassigned", filters={"segment": regulars.pk})
    client.force_login(cast.ben)
    page = client.get("/desk/rows", {"view": view.key}).content.decode()
    assert ("Question 11" in page, "Question 10" in page) == (True, False)
    (newest,) = [row.pk for row in lists.page(cast.ben, "all").rows if row.preview == "Question 11"]
    one = client.get("/desk/rows", {"view": view.key, "ids": f"{newest},{newest - 1}"}).content.decode()
    assert ("Question 11" in one, "Question 10" in one) == (True, False)
    assert "Regulars" in client.get("/desk/menus/filter").content.decode()

    says(cast.other_inbox, "Mine", who="olga")
    client.force_login(cast.cy)
    assert "Mine" not in client.get("/desk/rows", {"view": "all", "segment": regulars.pk}).content.decode()
    assert "Regulars" not in client.get("/desk/menus/filter").content.decode()
