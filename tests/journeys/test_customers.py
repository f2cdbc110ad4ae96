"""The customer's page and the panel over HTTP: what agents see and change, and what stays closed to others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from aspa.core.conversations import replies
from aspa.core.conversations.models import Conversation, Event
from aspa.core.inboxes.models import Brand, Inbox
from aspa.core.people.models import Company, Contact, ContactChange, Role
from aspa.kit import clock
from aspa.service.commerce.models import Order, OrderLine, Source
from aspa.service.timeline.models import Change, Field, Note, Preference
from tests.cast import Cast
from tests.journeys.test_desk_pages import PART, conversation, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def ben(cast: Cast) -> Client:
    return signed_in(cast.ben)


def url(contact: Contact, part: str = "") -> str:
    return f"/customers/{contact.pk}/{part}"


def text(client: Client, address: str, **asked: Any) -> str:
    answer = client.get(address, asked, headers=PART)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_page_stands_in_the_desk_and_alone_for_a_script(ben: Client, cast: Cast) -> None:
    parcel = conversation(cast, subject="Late parcel")
    whole = ben.get(url(cast.dee)).content.decode()
    assert 'id="rows"' in whole
    assert f"/desk/conversations/{parcel.pk}/" in whole
    part = text(ben, url(cast.dee))
    assert "<html" not in part
    assert "Late parcel" in part
    side = text(ben, f"/desk/conversations/{parcel.pk}/side")
    assert f'href="{url(cast.dee)}"' in side
    assert f'href="{url(cast.dee)}"' in text(ben, "/desk/search", q="dee")


def test_what_is_known_is_changed_and_told(ben: Client, cast: Cast) -> None:
    parcel = conversation(cast)
    given = {
        "name": "Dee  D. Dahl", "language": "sv", "company": "Kerä Oy", "tier": "gold", "channel": "webchat",
        "address": "informal", "wishes": "Mornings",
    }  # fmt: skip
    answer = ben.post(url(cast.dee, "details"), given)
    assert (answer.status_code, "customer:changed" in answer["HX-Trigger"]) == (204, True)
    cast.dee.refresh_from_db()
    assert (cast.dee.name, cast.dee.language, cast.dee.tier, str(cast.dee.company)) == (
        "Dee D. Dahl",
        "sv",
        "gold",
        "Kerä Oy",
    )
    assert Preference.objects.get(contact=cast.dee).wishes == "Mornings"
    change = Change.objects.get(contact=cast.dee)
    assert (change.agent, ["tier", "", "gold"] in change.changes) == (cast.ben, True)
    # Screens, queues and segments hear of it.
    event = Event.objects.get(conversation=parcel, kind=Event.Kind.IDENTIFIED)
    assert (event.agent, event.data["tier"]) == (cast.ben, "gold")
    assert ContactChange.objects.filter(contact=cast.dee).exists()
    # The same again is no change, and the company isn't made twice, whatever the letters.
    assert ben.post(url(cast.dee, "details"), given).status_code == 204
    other = Contact.objects.create(brand=cast.brand, name="Fay", created_at=clock.now())
    ben.post(url(other, "details"), {"company": "kerä oy"})
    assert (Change.objects.filter(contact=cast.dee).count(), Company.objects.count()) == (1, 1)
    assert "Kerä Oy" in text(ben, url(cast.dee, "companies"), company="ker")
    panel = text(ben, url(cast.dee, "panel"), conversation=parcel.pk)
    assert "Mornings" in panel
    assert "Dee D. Dahl" in text(ben, url(cast.dee, "head"))
    assert ben.post(url(cast.dee, "details"), {"language": "xx"}).status_code == 409


def test_another_brands_company_is_not_ours(ben: Client, cast: Cast) -> None:
    theirs = Company.objects.create(brand=cast.other_brand, name="Metsä Oy")
    assert "Metsä" not in text(ben, url(cast.dee, "companies"), company="me")
    ben.post(url(cast.dee, "details"), {"company": "Metsä Oy"})
    cast.dee.refresh_from_db()
    assert cast.dee.company not in (None, theirs)


FIELDS = {
    "size": (Field.Kind.NUMBER, "38,5", 38.5),
    "born": (Field.Kind.DATE, "1984-04-12", "1984-04-12"),
    "yarn": (Field.Kind.CHOICE, "wool", "wool"),
    "club": (Field.Kind.YES_NO, "yes", True),
    "boat": (Field.Kind.TEXT, " Aava ", "Aava"),
}


@pytest.fixture
def fields(cast: Cast) -> None:
    for key, (kind, _given, _kept) in FIELDS.items():
        Field.objects.create(
            brand=cast.brand, key=key, label=key.title(), kind=kind, choices=["wool", "silk"], in_panel=key != "born"
        )
    Field.objects.create(brand=cast.other_brand, key="secret", label="Secret")


@pytest.mark.usefixtures("fields")
def test_custom_fields_are_filled_in_checked_and_shown(ben: Client, cast: Cast) -> None:
    parcel = conversation(cast)
    given = {key: typed for key, (_kind, typed, _kept) in FIELDS.items()}
    assert ben.post(url(cast.dee, "fields"), {**given, "secret": "x"}).status_code == 204
    cast.dee.refresh_from_db()
    assert cast.dee.custom == {key: kept for key, (_kind, _given, kept) in FIELDS.items()}
    beside, page = text(ben, url(cast.dee, "panel"), conversation=parcel.pk), text(ben, url(cast.dee, "panel"))
    assert ("38.5" in beside, "Aava" in beside, "Born" in beside) == (True, True, False)
    assert ("Born" in page, "Secret" in page) == (True, False)
    assert "Boat: Aava" in text(ben, url(cast.dee, "timeline"), kind="changes")
    for wrong in ({"size": "many"}, {"born": "12.4.1984"}, {"yarn": "cotton"}, {"club": "maybe"}, {"boat": "x" * 501}):
        assert ben.post(url(cast.dee, "fields"), {"boat": "Sink", **wrong}).status_code == 409, wrong
    assert ben.post(url(cast.dee, "fields"), {"size": "", "club": "no"}).status_code == 204
    cast.dee.refresh_from_db()
    assert cast.dee.custom == {"born": "1984-04-12", "yarn": "wool", "club": False, "boat": "Aava"}


def test_brands_define_their_fields_in_the_settings(cast: Cast) -> None:
    ada = signed_in(cast.ada)
    new = {
        "brand": cast.brand.pk,
        "label": "Kengän koko",
        "kind": "choice",
        "choices": "38\n39\n 38 ",
        "in_panel": "on",
    }
    for _twice in range(2):
        assert ada.post("/settings/fields/", new).status_code == 302
    first, second = Field.objects.all()
    assert (first.key, first.choices, second.key) == ("kengan_koko", ["38", "39"], "kengan_koko_2")
    ada.post(f"/settings/fields/{second.pk}/move", {"where": "up"})
    assert list(Field.objects.all()) == [second, first]
    # What other programs rely on stays, whatever is sent.
    change = {"label": "Koko", "choices": "40", "key": "other", "kind": "text", "brand": cast.other_brand.pk}
    assert ada.post(f"/settings/fields/{first.pk}/", change).status_code == 302
    first.refresh_from_db()
    assert (first.label, first.choices, first.key, first.kind) == ("Koko", ["40"], "kengan_koko", "choice")
    assert first.brand == cast.brand
    for wrong in ({"choices": ""}, {"key": "Not a key"}, {"key": "kengan_koko"}, {"choices": "x" * 81}):
        assert ada.post("/settings/fields/", {**new, **wrong}).status_code == 422, wrong
    assert "Koko" in ada.get("/settings/fields/").content.decode()
    assert "custom field" in ada.get("/settings/audit/").content.decode()
    ada.post(f"/settings/fields/{first.pk}/remove")
    assert list(Field.objects.all()) == [second]


def test_notes_on_the_customer_are_their_writers(ben: Client, cast: Cast) -> None:
    assert ben.post(url(cast.dee, "notes"), {"text": " "}).status_code == 409
    assert ben.post(url(cast.dee, "notes"), {"text": "Calls back <b>late</b>"}).status_code == 204
    note = Note.objects.get()
    assert "Calls back &lt;b&gt;late" in text(ben, url(cast.dee, "panel"))
    assert "Calls back &lt;b&gt;late" in text(ben, url(cast.dee, "timeline"), q="late")
    ada = signed_in(cast.ada)
    assert ada.post(url(cast.dee, f"notes/{note.pk}/"), {"text": "Mine now"}).status_code == 409
    assert ben.post(url(cast.dee, f"notes/{note.pk}/"), {"text": "Calls back early"}).status_code == 204
    other = Contact.objects.create(brand=cast.brand, created_at=clock.now())
    assert ben.post(url(other, f"notes/{note.pk}/removal")).status_code == 404
    assert ada.post(url(cast.dee, f"notes/{note.pk}/removal")).status_code == 204
    assert not Note.objects.exists()


def test_how_they_buy(ben: Client, cast: Cast) -> None:
    assert "How they buy" not in text(ben, url(cast.dee, "panel"))
    source, now = Source.objects.create(brand=cast.brand, kind="api", name="Shop"), clock.now()
    for number, status in enumerate(("delivered", "shipped", "delivered", "returned")):
        at = now - dt.timedelta(days=14 * number)
        order = Order.objects.create(
            source=source, external_id=f"{number}", contact=cast.dee, status=status, currency="EUR", total=1000,
            placed_at=at, updated_at=at,
        )  # fmt: skip
        for place, name in enumerate(("Socks", f"Hat {number}")):
            OrderLine.objects.create(order=order, position=place, name=name, quantity=1, unit_price=500, total=500)
    panel = " ".join(text(ben, url(cast.dee, "panel")).split())
    assert '<dd class="numbers">3</dd>' in panel
    assert "€30.00" in panel
    assert "every 2 weeks" in panel
    assert "Socks</p>" in panel


def test_show_more_goes_on_where_it_stopped(ben: Client, cast: Cast) -> None:
    start = clock.now()
    for number in range(70):
        Note.objects.create(contact=cast.dee, text=f"note {number}.", written_at=start - dt.timedelta(days=number))
    pages = [text(ben, url(cast.dee, "timeline"))]
    while "hx-get" in pages[-1] and len(pages) < 5:
        pages.append(text(ben, pages[-1].split('hx-get="')[1].split('"')[0]))
    assert len(pages) == 3
    seen = "".join(pages)
    assert [seen.count(f"note {number}.") for number in range(70)] == [1] * 70
    # Of a month that goes on the heading stands already.
    headings = [line.split("<")[0] for line in seen.split('<h3 class="label">')[1:]]
    assert len(headings) == len(set(headings))


def test_an_agent_of_one_inbox_finds_nothing_of_another(ben: Client, cast: Cast) -> None:
    parcel = conversation(cast)
    returns = Inbox.objects.create(brand=cast.brand, name="Returns", channel="webchat")
    secret = conversation(cast, "Secret account", subject="Secret account")
    Conversation.objects.filter(pk=secret.pk).update(inbox=returns)
    replies.note(secret, by=cast.ada, body="Secret note")
    beside = f"?conversation={parcel.pk}"
    for part in ("", "timeline", "timeline?q=secret", "panel", f"panel{beside}", f"newest{beside}"):
        page = text(ben, url(cast.dee, part))
        assert "Secret" not in page, part
        assert f"/conversations/{secret.pk}/" not in page, part
    for part in ("panel", "newest"):
        assert ben.get(url(cast.dee, f"{part}?conversation={secret.pk}")).status_code == 404
    assert "Secret account" in text(signed_in(cast.ada), url(cast.dee, "timeline"))


def test_who_may_only_read_changes_nothing(cast: Cast) -> None:
    cast.answering.permissions = [Role.Permission.READ]
    cast.answering.save()
    ben = signed_in(cast.ben)
    assert "data-ask" not in text(ben, url(cast.dee))
    for part in ("details", "fields", "notes"):
        assert ben.post(url(cast.dee, part), {"name": "X", "text": "X"}).status_code == 403
    assert not Change.objects.exists()


def test_a_panel_is_of_the_conversations_own_customer(ben: Client, cast: Cast) -> None:
    other = Contact.objects.create(brand=cast.brand, name="Fay", created_at=clock.now())
    theirs = conversation(cast, contact=other)
    for part in ("panel", "newest"):
        assert ben.get(url(cast.dee, f"{part}?conversation={theirs.pk}")).status_code == 404
        assert ben.get(url(cast.dee, f"{part}?conversation=x")).status_code == 404


def test_beside_a_conversation_stands_what_else_there_was(ben: Client, cast: Cast) -> None:
    former, here = conversation(cast, subject="Lost mittens"), conversation(cast, subject="Wet boots")
    Note.objects.create(contact=cast.dee, agent=cast.ben, text="Calls back late.", written_at=clock.now())
    panel = text(ben, url(cast.dee, "panel"), conversation=here.pk)
    assert f'hx-get="{url(cast.dee, "newest")}?conversation={here.pk}"' in panel
    newest = text(ben, url(cast.dee, "newest"), conversation=here.pk)
    assert "Calls back late." in newest
    assert "Lost mittens" in newest
    assert f"/conversations/{former.pk}/" in newest
    assert "Wet boots" not in newest


def test_who_was_merged_leads_on_and_who_was_erased_stays_as_they_are(ben: Client, cast: Cast) -> None:
    merged = Contact.objects.create(brand=cast.brand, merged_into=cast.dee, created_at=clock.now())
    assert ben.get(url(merged))["Location"] == url(cast.dee)
    Contact.objects.filter(pk=cast.dee.pk).update(erased_at=clock.now(), name="")
    assert "Erased on" in text(ben, url(cast.dee))
    assert ben.post(url(cast.dee, "details"), {"name": "Dee again"}).status_code == 404


def _known(cast: Cast, brand: Brand) -> Conversation:
    """A customer with something of everything."""
    for number in range(12):
        replies.note(conversation(cast, subject=f"{number}"), by=cast.ben, body="note")
        Note.objects.create(contact=cast.dee, agent=cast.ben, text="x", written_at=clock.now())
        Change.objects.create(contact=cast.dee, agent=cast.ben, changes=[["custom:a", "", "b"]], at=clock.now())
    Field.objects.create(brand=brand, key="a", label="A")
    Preference.objects.create(contact=cast.dee, channel="webchat")
    source = Source.objects.create(brand=brand, kind="api", name="Shop")
    for number in range(12):
        Order.objects.create(
            source=source, external_id=f"{number}", contact=cast.dee, currency="EUR", placed_at=clock.now(),
            updated_at=clock.now(),
        )  # fmt: skip
    return conversation(cast)


def test_what_the_panel_and_the_page_cost(ben: Client, cast: Cast, django_assert_max_num_queries: Any) -> None:
    parcel = _known(cast, cast.brand)
    text(ben, url(cast.dee))
    with django_assert_max_num_queries(15):
        text(ben, url(cast.dee))
    with django_assert_max_num_queries(21):
        text(ben, url(cast.dee, "panel"), conversation=parcel.pk)
    with django_assert_max_num_queries(16):
        text(ben, url(cast.dee, "newest"), conversation=parcel.pk)
    with django_assert_max_num_queries(28):
        text(ben, url(cast.dee, "panel"))
