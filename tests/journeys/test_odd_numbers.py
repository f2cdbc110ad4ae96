"""Numbers that no row has, over HTTP: refused or passed over, never an error of ours."""

from __future__ import annotations

import pytest
from django.test import Client

from aspa.core.conversations import own_page
from aspa.core.conversations.models import Conversation
from aspa.service.knowledge import switches
from tests.cast import Cast
from tests.journeys.test_desk_pages import conversation, signed_in

ODD = ["²", "9" * 40, "9" * 5_000, str(2**63), "٣", "-", "--1", "-" + "9" * 40, "x"]


@pytest.fixture
def parcel(cast: Cast) -> Conversation:
    return conversation(cast)


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_the_desk_refuses_numbers_that_no_row_has(cast: Cast, parcel: Conversation, odd: str) -> None:
    ada = signed_in(cast.ada)
    verbs = [
        ("assignment", {"agent": odd}), ("team", {"team": odd}), ("labels/removal", {"label": odd}), ("reason", {"reason": odd}),
        ("priority", {"priority": odd}), ("split", {"message": odd}), ("merge", {"other": odd}),
        ("merge", {"reference": f"A-{odd}"}), ("link", {"other": odd}), ("read", {"up_to": odd}),
    ]  # fmt: skip
    answers = [ada.post(f"/desk/conversations/{parcel.pk}/{noun}", sent) for noun, sent in verbs]
    bulk = [{"ids": odd, "action": "ask"}] + [
        {"ids": parcel.pk, "action": action, action: odd} for action in ("team", "priority")
    ]
    answers += [ada.post("/desk/bulk", sent) for sent in [*bulk, {"ids": parcel.pk, "action": "assign", "agent": odd}]]
    assert {answer.status_code for answer in answers} <= {400, 404, 409, 422}
    parcel.refresh_from_db()
    assert (parcel.assignee, parcel.team, parcel.status) == (None, None, "open")


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_pages_pass_over_numbers_that_no_row_has(cast: Cast, parcel: Conversation, odd: str) -> None:
    ada = signed_in(cast.ada)
    paths = [
        ("/desk/", {"view": "all", "inbox": odd, "label": odd, "assignee": odd, "priority": odd}),
        ("/desk/", {"view": f"saved-{odd}"}),
        ("/desk/", {"view": f"team-{odd}"}),
        ("/desk/rows", {"view": "all", "ids": odd}),
        ("/desk/rows", {"view": "all", "before": f"{odd}-{odd}"}),
        (f"/desk/conversations/{parcel.pk}/messages", {"before": odd, "after": odd}),
        ("/settings/audit/", {"before": odd}),
    ]
    assert {ada.get(path, asked).status_code for path, asked in paths} <= {200, 404}


def test_what_is_public_passes_over_them_too(cast: Cast) -> None:
    for kind in ("post", "community", "review"):
        switches.set_on(cast.brand, kind, True)
    anybody, site = Client(), "/help/villa/en"
    for odd in ODD:
        paths = [
            (f"{site}/search/", {"q": "wool", "from": odd}), (f"{site}/blog/", {"before": odd}),
            (f"{site}/community/", {"after": odd}), (f"{site}/reviews/", {"after": odd}),
        ]  # fmt: skip
        assert {anybody.get(path, asked).status_code for path, asked in paths} <= {200, 404}, odd


def test_ids_that_no_row_can_have_find_nothing(cast: Cast, parcel: Conversation) -> None:
    anybody, ada, own = Client(), signed_in(cast.ada), own_page.token(parcel)
    answers = [anybody.post(path) for path in ("/shops/a%00b/", "/shops/a%00b/c/", "/mail/a%00b/c/", "/mail/a/b%00c/")]
    answers += [ada.get(path) for path in ("/files/a%00b", "/files/a%00b/c.txt", "/mail/connect/a%00b/")]
    answers += [anybody.get(f"/files/{folder}/a%00b.webp") for folder in ("pictures/content", "videos")]
    answers += [anybody.get(f"/c/{own}/files/a%00b/c.txt"), anybody.get("/c/1-%00/"), anybody.get("/identify/1-%00/")]
    assert [answer.status_code for answer in answers] == [404] * len(answers)


def test_the_largest_number_is_one(cast: Cast, parcel: Conversation) -> None:
    ada: Client = signed_in(cast.ada)
    most = str(2**63 - 1)
    for name in ("inbox", "label", "assignee", "priority"):
        assert ada.get("/desk/", {"view": "all", name: most}).status_code == 200
    assert ada.post(f"/desk/conversations/{parcel.pk}/assignment", {"agent": most}).status_code == 404


def test_an_address_with_forty_digits_leads_nowhere(cast: Cast, parcel: Conversation) -> None:
    ada, many = signed_in(cast.ada), "9" * 40
    paths = [f"/desk/conversations/{many}/", f"/desk/conversations/{parcel.pk}/messages/{many}"]
    assert [ada.get(path).status_code for path in paths] == [404, 204]
    assert ada.post(f"/desk/views/{many}/removal").status_code == 404
